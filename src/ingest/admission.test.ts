import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { parseAppId } from "../domain/ids.ts";
import { LIMITS } from "../domain/limits.ts";
import { type Bucket, bucketOfMs, DAY_MS } from "../domain/time-range.ts";
import { createAdmission } from "./admission.ts";

const APP = parseAppId("018f0000-0000-7000-8000-00000000000a");

function rig(of: { days: number; floor: Bucket; aheadMs?: number }) {
  const clock = new FakeClock();
  const now = { ...of, reads: 0 };
  const admission = createAdmission({
    retentionDays: () => {
      now.reads++;
      return Promise.resolve(now.days);
    },
    floor: () => Promise.resolve(now.floor),
    clockAheadMs: () => Promise.resolve(of.aheadMs ?? 0),
    clock,
  });
  return { clock, now, admission };
}

test.each([
  { name: "the retention when it is later", days: 7, floorDaysAgo: 30, fromDaysAgo: 7 },
  { name: "the floor when it is later", days: 30, floorDaysAgo: 7, fromDaysAgo: 7 },
  { name: "the floor when entries are kept for ever", days: 0, floorDaysAgo: 9, fromDaysAgo: 9 },
])("takes buckets from $name", async ({ days, floorDaysAgo, fromDaysAgo }) => {
  const nowMs = new FakeClock().nowMs();
  const { admission } = rig({ days, floor: bucketOfMs(nowMs - floorDaysAgo * DAY_MS) });
  expect(await admission.boundsOf(APP)).toEqual({
    admitFrom: bucketOfMs(nowMs - fromDaysAgo * DAY_MS),
    admitTo: bucketOfMs(nowMs + LIMITS.futureBucketMs),
  });
});

test("remembers the retention for a minute, while the bounds go with the clock", async () => {
  const { admission, clock, now } = rig({ days: 7, floor: 0 as Bucket });
  const before = await admission.boundsOf(APP);
  await clock.advance(60_000);
  // No promise: nothing was read.
  expect(admission.boundsOf(APP)).toEqual(before);
  expect(now.reads).toBe(1);
  now.days = 1;
  await clock.advance(1);
  expect(await admission.boundsOf(APP)).toMatchObject({
    admitFrom: bucketOfMs(clock.nowMs() - DAY_MS),
  });
});

test("goes by a changed retention at once when told to forget", async () => {
  const { admission, clock, now } = rig({ days: 7, floor: 0 as Bucket });
  await admission.boundsOf(APP);
  now.days = 1;
  admission.forget(APP);
  expect(await admission.boundsOf(APP)).toMatchObject({
    admitFrom: bucketOfMs(clock.nowMs() - DAY_MS),
  });
});

test.each([
  { name: "right", aheadDays: 0, fromDaysAgo: 7, toDaysAhead: 0 },
  { name: "ahead of the store's", aheadDays: 40, fromDaysAgo: 47, toDaysAhead: 0 },
  { name: "behind the store's", aheadDays: -40, fromDaysAgo: 7, toDaysAhead: 40 },
])("refuses only what both clocks refuse: one that is $name", async (given) => {
  const { admission, clock } = rig({
    days: 7,
    floor: 0 as Bucket,
    aheadMs: given.aheadDays * DAY_MS,
  });
  const nowMs = clock.nowMs();
  expect(await admission.boundsOf(APP)).toEqual({
    admitFrom: bucketOfMs(nowMs - given.fromDaysAgo * DAY_MS),
    admitTo: bucketOfMs(nowMs + given.toDaysAhead * DAY_MS + LIMITS.futureBucketMs),
  });
});
