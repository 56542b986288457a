import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingMeter } from "../../test/support/silent.ts";
import { isFault } from "../domain/fault.ts";
import { parseAppId } from "../domain/ids.ts";
import { createQuotas, type QuotaBounds } from "./quota.ts";
import { DAY_MS } from "../domain/time-range.ts";

const APP = parseAppId("018f0000-0000-7000-8000-00000000000a");
const OTHER = parseAppId("018f0000-0000-7000-8000-00000000000b");

function rig(bounds: Partial<QuotaBounds>) {
  // A day begins.
  const clock = new FakeClock(20_000 * DAY_MS);
  const meter = keepingMeter();
  const now = { entriesPerSecond: 0, bytesPerDay: 0, bytesToday: 0, reads: 0, ...bounds };
  const quotas = createQuotas({
    quotaOf: (app) => {
      now.reads++;
      return Promise.resolve(app === APP ? { ...now } : { entriesPerSecond: 0, bytesPerDay: 0 });
    },
    bytesToday: () => Promise.resolve(now.bytesToday),
    clock,
    meter,
  });
  /** @returns the milliseconds to wait, 0 when it is let in. */
  const wait = async (app = APP): Promise<number> => {
    try {
      await quotas.admit(app);
      return 0;
    } catch (error) {
      if (isFault(error, "overQuota")) return error.fault.retryAfterMs;
      throw error;
    }
  };
  const refused = () => meter.values.get("argus_quota_refused_batches_total");
  return { clock, now, quotas, wait, refused };
}

test("without a quota everything is let in, and no promise is made once that is known", async () => {
  const { quotas, wait, now } = rig({});
  for (let i = 0; i < 10; i++) {
    expect(await wait()).toBe(0);
    quotas.spent(APP, 1_000_000, 1e12);
  }
  expect(quotas.admit(APP)).toBeUndefined();
  expect(now.reads).toBe(1);
});

test("entries come in bursts of five seconds, then at their rate", async () => {
  const { quotas, wait, clock, refused } = rig({ entriesPerSecond: 100 });
  for (let i = 0; i < 5; i++) {
    expect(await wait()).toBe(0);
    quotas.spent(APP, 100, 0);
  }
  expect(await wait()).toBe(10);
  expect(refused()).toBe(1);
  await clock.advance(10);
  expect(await wait()).toBe(0);
  expect(await wait(OTHER)).toBe(0);
});

test("what was too much runs off before the next is let in", async () => {
  const { quotas, wait, clock } = rig({ entriesPerSecond: 100 });
  expect(await wait()).toBe(0);
  quotas.spent(APP, 1_500, 0);
  const waitMs = await wait();
  expect(waitMs).toBe(10_010);
  await clock.advance(waitMs - 1);
  expect(await wait()).toBe(1);
  await clock.advance(1);
  expect(await wait()).toBe(0);
});

test("over any long time the average holds", async () => {
  const { quotas, wait, clock } = rig({ entriesPerSecond: 50 });
  let let_in = 0;
  for (let ms = 0; ms < 60_000; ms += 100) {
    if ((await wait()) === 0) {
      quotas.spent(APP, 30, 0);
      let_in += 30;
    }
    await clock.advance(100);
  }
  expect(let_in).toBeLessThanOrEqual(50 * 60 + 50 * 5 + 30);
  expect(let_in).toBeGreaterThanOrEqual(50 * 60);
});

test("a day's bytes last until midnight, UTC", async () => {
  const { quotas, wait, clock, now } = rig({ bytesPerDay: 1_000 });
  await clock.advance(DAY_MS - 5_000);
  now.bytesToday = 400;
  expect(await wait()).toBe(0);
  quotas.spent(APP, 1, 599);
  expect(await wait()).toBe(0);
  quotas.spent(APP, 1, 1);
  expect(await wait()).toBe(5_000);
  await clock.advance(5_000);
  now.bytesToday = 0;
  expect(await wait()).toBe(0);
});

test("what other processes took in counts within ten seconds", async () => {
  const { wait, clock, now } = rig({ bytesPerDay: 1_000 });
  expect(await wait()).toBe(0);
  now.bytesToday = 1_000;
  await clock.advance(10_001);
  expect(await wait()).toBeGreaterThan(0);
});

test("a new quota holds when it is told of, and else after ten seconds", async () => {
  const { quotas, wait, clock, now } = rig({ entriesPerSecond: 1 });
  expect(await wait()).toBe(0);
  quotas.spent(APP, 1_000, 0);
  expect(await wait()).toBeGreaterThan(0);
  now.entriesPerSecond = 0;
  quotas.forget(APP);
  expect(await wait()).toBe(0);
  now.entriesPerSecond = 10;
  await clock.advance(10_001);
  expect(await wait()).toBe(0);
  quotas.spent(APP, 1_000, 0);
  await clock.advance(10_001);
  // The excess is not forgiven by reading the same quota again.
  expect(await wait()).toBeGreaterThan(0);
});
