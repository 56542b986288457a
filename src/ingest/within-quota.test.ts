import { expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { gatedStore } from "../../test/support/gated-store.ts";
import { keepingLogger, keepingMeter } from "../../test/support/silent.ts";
import { TOY_APP, toyBatch, toyBatchId, toyEncode } from "../../test/support/toy-encoder.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { createIngest } from "./ingest.ts";
import { createQuotas } from "./quota.ts";
import { withinQuota } from "./within-quota.ts";

const BUCKET = 498_756;

async function rig(entriesPerSecond: number) {
  const clock = new FakeClock();
  const sqlite = await openSqliteStore({ folder: ":memory:", clock });
  const store = gatedStore(sqlite.logs);
  const quotas = createQuotas({
    quotaOf: () => Promise.resolve({ entriesPerSecond, bytesPerDay: 0 }),
    bytesToday: () => Promise.resolve(0),
    clock,
    meter: keepingMeter(),
  });
  const counted: number[] = [];
  const inner = createIngest({
    store,
    encode: toyEncode,
    clock,
    meter: keepingMeter(),
    logger: keepingLogger(),
    onStored: (app, entries, bytes) => {
      expect(app).toBe(TOY_APP);
      expect(bytes).toBeGreaterThan(0);
      counted.push(entries);
      quotas.spent(app, entries, bytes);
    },
  });
  onTestFinished(async () => {
    await inner.close();
    await sqlite[Symbol.asyncDispose]();
  });
  const ingest = withinQuota(inner, quotas);
  let n = 0;
  const batch = (entries: number, number = ++n) =>
    toyBatch(toyBatchId(clock.nowMs(), number), { buckets: Array<number>(entries).fill(BUCKET) });
  return { clock, store, counted, ingest, batch };
}

test("what is stored is counted once, and repeated batches are not", async () => {
  const { ingest, batch, counted } = await rig(0);
  await ingest.send(batch(3, 1));
  expect(await ingest.send(batch(3, 1))).toMatchObject({ duplicate: true });
  await ingest.send(batch(2, 2));
  expect(counted).toEqual([3, 2]);
});

test("a batch is counted also when its sender does not wait for the answer", async () => {
  const { ingest, batch, counted, store } = await rig(0);
  await ingest.send(batch(1));
  store.hold();
  const gone = new AbortController();
  const answer = ingest.send(batch(4), gone.signal);
  gone.abort();
  await expect(answer).rejects.toThrow("went away");
  store.release();
  await ingest.close();
  expect(counted).toEqual([1, 4]);
});

test("beyond the quota nothing is stored", async () => {
  const { ingest, batch, counted, clock } = await rig(10);
  await ingest.send(batch(60));
  await expect(ingest.send(batch(1))).rejects.toThrow("more than 10 entries a second");
  expect(counted).toEqual([60]);
  await clock.advance(2_000);
  await ingest.send(batch(1));
  expect(counted).toEqual([60, 1]);
});
