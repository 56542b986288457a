import { expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { gatedStore } from "../../test/support/gated-store.ts";
import { keepingLogger, keepingMeter } from "../../test/support/silent.ts";
import { toyBatch, toyBatchId, toyEncode } from "../../test/support/toy-encoder.ts";
import { until } from "../../test/support/until.ts";
import { isFault } from "../domain/fault.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { answerInTime } from "./answer-in-time.ts";
import type { EncodeTick } from "./encode-tick.ts";
import { createIngest } from "./ingest.ts";

const BUCKET = 498_756;

async function setUp(encode: EncodeTick = toyEncode) {
  const clock = new FakeClock();
  const sqlite = await openSqliteStore({ folder: ":memory:", clock });
  const store = gatedStore(sqlite.logs);
  const inner = createIngest({
    store,
    encode,
    clock,
    meter: keepingMeter(),
    logger: keepingLogger(),
  });
  onTestFinished(async () => {
    store.release();
    await inner.close();
    await sqlite[Symbol.asyncDispose]();
  });
  const logger = keepingLogger();
  const ingest = answerInTime(inner, { clock, logger });
  const send = (n: number): Promise<unknown> =>
    ingest
      .send(toyBatch(toyBatchId(clock.nowMs() - n, n), { buckets: [BUCKET] }))
      .catch((error: unknown) => error);
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) await clock.advance(250);
  };
  return { clock, store, ingest, send, pass, logger };
}

test("a store that hangs is answered for in five seconds, and what is sent again waits for the first", async () => {
  const { clock, store, pass, ingest } = await setUp();
  store.hold();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET] });
  const first = ingest.send(batch).catch((error: unknown) => error);
  await pass(5_000);
  const refused = await first;
  expect(isFault(refused, "overloaded") && refused.fault).toMatchObject({ retryAfterMs: 1_000 });

  const again = ingest.send(batch);
  await pass(1_000);
  store.release();
  expect(await again).toMatchObject({ batch: batch.batch, accepted: 1 });
  expect(store.commits).toHaveLength(1);
});

test("what waits behind a commit that hangs is answered for as well, each in its own time", async () => {
  const { store, send, pass } = await setUp();
  store.hold();
  const settled: number[] = [];
  for (const n of [1, 2, 3]) {
    void send(n).then(() => settled.push(n));
    await pass(2_000);
  }
  expect(settled).toEqual([1]);
  await pass(2_000);
  expect(settled).toEqual([1, 2]);
  await pass(2_000);
  expect(settled).toEqual([1, 2, 3]);
});

test("nothing looks while nobody waits", async () => {
  const { clock, send, pass } = await setUp();
  expect(await send(1)).toMatchObject({ accepted: 1 });
  await pass(250);
  expect(clock.sleeping).toBe(0);
  expect(await send(2)).toMatchObject({ accepted: 1 });
});

test("a bug that a batch meets after its sender was answered is logged, once, and one before is not", async () => {
  const held = Promise.withResolvers<void>();
  const { ingest, clock, pass, logger } = await setUp(async (batches) => {
    await held.promise;
    return toyEncode(batches);
  });
  const sendBroken = (n: number): Promise<unknown> =>
    ingest
      .send(toyBatch(toyBatchId(clock.nowMs() - n, n), { bug: "no such column" }))
      .catch((error: unknown) => error);
  const late = sendBroken(1);
  await pass(5_000);
  expect(isFault(await late, "overloaded")).toBe(true);
  expect(logger.lines).toEqual([]);
  held.resolve();
  await until("it is logged", () => logger.lines.length > 0);
  expect(await sendBroken(2)).toBeInstanceOf(Error);
  expect(logger.lines).toHaveLength(1);
});
