/** What one sender's batch does to those that share its commit: nothing. On the real store. */
import { afterEach, expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { gatedStore } from "../../test/support/gated-store.ts";
import { keepingLogger, keepingMeter } from "../../test/support/silent.ts";
import { TOY_APP, toyBatch, toyBatchId, toyEncode } from "../../test/support/toy-encoder.ts";
import { FaultError } from "../domain/fault.ts";
import { type AppId, type BatchId, parseAppId } from "../domain/ids.ts";
import { openBlock } from "../engine/block/open-block.ts";
import { openSqliteStore, type SqliteStore } from "../storage/sqlite/open-store.ts";
import { createIngest, type Ingest } from "./ingest.ts";

const BUCKET = 498_756;
const OTHER_APP = parseAppId("0197f000-0000-7000-8000-0000000000b2");
const HOUR_MS = 3_600_000;
const open: Ingest[] = [];
const stores: SqliteStore[] = [];

afterEach(async () => {
  for (const ingest of open.splice(0)) await ingest.close();
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
});

async function setUp() {
  const clock = new FakeClock();
  const sqlite = await openSqliteStore({ folder: ":memory:", clock });
  stores.push(sqlite);
  const store = gatedStore(sqlite.logs);
  const logger = keepingLogger();
  const start = (): Ingest => {
    const ingest = createIngest({ store, encode: toyEncode, clock, meter: keepingMeter(), logger });
    open.push(ingest);
    return ingest;
  };
  /** Entries by batch, as the blocks hold them. */
  const entries = async (app: AppId): Promise<Record<BatchId, number>> => {
    const count: Record<BatchId, number> = {};
    for (const { id, meta, batches } of (await sqlite.logs.l0After(app, -1, 1000)).rows) {
      const bytes = await sqlite.logs.readL0(id);
      if (bytes === undefined) throw new Error("a row is gone");
      const block = openBlock(bytes, meta.parts);
      const held = new Set<BatchId>();
      for (let row = 0; row < meta.rows; row++) {
        const { batch } = block.entry(row).id;
        held.add(batch);
        count[batch] = (count[batch] ?? 0) + 1;
      }
      expect([...held].toSorted()).toEqual(batches);
    }
    return count;
  };
  return { clock, store, logger, entries, start, ingest: start() };
}

const outcome = (accepted: number, duplicate = false) =>
  expect.objectContaining({ accepted, duplicate }) as unknown;

test("a retry of a batch with refused entries, some welcome by now, harms nobody in its commit", async () => {
  const { ingest, store, clock, entries } = await setUp();
  // A process that has run for a while: ids made by now are young for it.
  await clock.advance(5 * 60_000);
  const id = toyBatchId(clock.nowMs(), 1);
  const rejected = [{ index: 0, reason: "more than 10 minutes in the future" }];
  await ingest.send(toyBatch(id, { buckets: [BUCKET], rejected }));
  const [neighbour, mate] = [toyBatchId(clock.nowMs(), 2), toyBatchId(clock.nowMs(), 3)];
  const answers = await Promise.all([
    ingest.send(toyBatch(neighbour, { buckets: [BUCKET] }, OTHER_APP)),
    ingest.send(toyBatch(id, { buckets: [BUCKET, BUCKET] })),
    ingest.send(toyBatch(mate, { buckets: [BUCKET, BUCKET, BUCKET + 1] })),
  ]);
  expect(answers).toEqual([outcome(1), outcome(1, true), outcome(3)]);
  expect(await entries(OTHER_APP)).toEqual({ [neighbour]: 1 });
  expect(await entries(TOY_APP)).toEqual({ [id]: 1, [mate]: 3 });
  // The store was asked: nothing was encoded and refused for it.
  expect(store.commits).toHaveLength(2);
});

test("a batch named ahead of its time is asked of the store before it is encoded again", async () => {
  const { ingest, start, store, clock, entries } = await setUp();
  const ahead = toyBatchId(clock.nowMs() + HOUR_MS, 1);
  await ingest.send(toyBatch(ahead, { buckets: [BUCKET] }));
  const restarted = start();
  const neighbour = toyBatchId(clock.nowMs(), 2);
  const answers = await Promise.all([
    restarted.send(toyBatch(ahead, { buckets: [BUCKET] })),
    restarted.send(toyBatch(neighbour, { buckets: [BUCKET] }, OTHER_APP)),
  ]);
  expect(answers).toEqual([outcome(0, true), outcome(1)]);
  expect(store.commits).toHaveLength(2);
  expect(await entries(OTHER_APP)).toEqual({ [neighbour]: 1 });
});

test("a batch that only the commit recognises is taken out, and all others are stored", async () => {
  const { ingest, start, clock, store, logger, entries } = await setUp();
  // Named an hour ahead, stored, forgotten by a restart, and sent again when its name looks fresh.
  const ahead = toyBatchId(clock.nowMs() + HOUR_MS, 1);
  await ingest.send(toyBatch(ahead, { buckets: [BUCKET, BUCKET + 1] }));
  await clock.advance(HOUR_MS / 2);
  const restarted = start();
  await clock.advance(HOUR_MS / 2);
  const neighbours = [2, 3].map((n) => toyBatchId(clock.nowMs(), n));
  const mates = [4, 5].map((n) => toyBatchId(clock.nowMs(), n));
  const [first, second] = [
    { buckets: [BUCKET, BUCKET] },
    { buckets: [BUCKET + 1, BUCKET, BUCKET + 2] },
  ];
  const answers = await Promise.all([
    ...neighbours.map((id) => restarted.send(toyBatch(id, first, OTHER_APP))),
    restarted.send(toyBatch(mates[0] as BatchId, first)),
    restarted.send(toyBatch(ahead, { buckets: [BUCKET, BUCKET + 1] })),
    restarted.send(toyBatch(mates[1] as BatchId, second)),
  ]);
  expect(answers).toEqual([outcome(2), outcome(2), outcome(2), outcome(0, true), outcome(3)]);
  // One that stored, one that met the repeated batch, one without it.
  expect(store.commits).toHaveLength(3);
  expect(await entries(OTHER_APP)).toEqual({
    [neighbours[0] as BatchId]: 2,
    [neighbours[1] as BatchId]: 2,
  });
  expect(await entries(TOY_APP)).toEqual({
    [ahead]: 2,
    [mates[0] as BatchId]: 2,
    [mates[1] as BatchId]: 3,
  });
  expect(logger.lines).toEqual([]);
  // It is known for good now: the next time it is only asked about.
  expect(await restarted.send(toyBatch(ahead, { buckets: [BUCKET] }))).toEqual(outcome(0, true));
  expect(store.commits).toHaveLength(3);
});

test("a commit of nothing but a repeated batch stores nothing and answers it", async () => {
  const { ingest, start, clock, store, entries } = await setUp();
  const ahead = toyBatchId(clock.nowMs() + HOUR_MS, 1);
  await ingest.send(toyBatch(ahead, { buckets: [BUCKET] }));
  const restarted = start();
  await clock.advance(HOUR_MS);
  expect(await restarted.send(toyBatch(ahead, { buckets: [BUCKET] }))).toEqual(outcome(0, true));
  expect(store.commits).toHaveLength(2);
  expect(await entries(TOY_APP)).toEqual({ [ahead]: 1 });
});

test("a batch that meets a bug of ours is refused alone, with the bug as the cause", async () => {
  const { ingest, clock, logger, entries } = await setUp();
  const [culprit, neighbour, mate] = [1, 2, 3].map((n) => toyBatchId(clock.nowMs(), n));
  if (culprit === undefined || neighbour === undefined || mate === undefined) throw new Error();
  const broken = ingest
    .send(toyBatch(culprit, { bug: "not thought of" }))
    .catch((reason: unknown) => reason);
  const answers = await Promise.all([
    ingest.send(toyBatch(neighbour, { buckets: [BUCKET] }, OTHER_APP)),
    ingest.send(toyBatch(mate, { buckets: [BUCKET] })),
  ]);
  expect(answers).toEqual([outcome(1), outcome(1)]);
  const error = await broken;
  expect(error).not.toBeInstanceOf(FaultError);
  expect(error).toMatchObject({
    message: expect.stringContaining(culprit) as unknown,
    cause: {
      message: "not thought of",
      stack: expect.stringContaining("toy-encoder.ts") as unknown,
    },
  });
  expect(await entries(TOY_APP)).toEqual({ [mate]: 1 });
  // Whoever answers the caller logs it.
  expect(logger.lines).toEqual([]);
});

test("a bug that nobody is left to be told of is logged", async () => {
  const { ingest, clock, logger } = await setUp();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { bug: "not thought of" });
  const gone = new AbortController();
  const callers = [ingest.send(batch, gone.signal), ingest.send(batch, gone.signal)];
  gone.abort();
  for (const call of callers)
    await expect(call).rejects.toMatchObject({ fault: { kind: "canceled" } });
  await ingest.close();
  expect(logger.lines).toMatchObject([
    { level: "error", error: { cause: { message: "not thought of" } } },
  ]);
});
