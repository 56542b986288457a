import { afterEach, expect, test } from "vitest";
import { KiB, MiB } from "../domain/limits.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { gatedStore } from "../../test/support/gated-store.ts";
import { keepingLogger, keepingMeter } from "../../test/support/silent.ts";
import { TOY_APP, toyBatch, toyBatchId, toyEncode } from "../../test/support/toy-encoder.ts";
import { openSqliteStore, type SqliteStore } from "../storage/sqlite/open-store.ts";
import type { EncodeTick } from "./encode-tick.ts";
import { parseAppId } from "../domain/ids.ts";
import type { Bucket } from "../domain/time-range.ts";
import { createIngest, type Ingest, type SendOutcome } from "./ingest.ts";

const BUCKET = 498_756;
const open: Ingest[] = [];
const stores: SqliteStore[] = [];

afterEach(async () => {
  for (const ingest of open.splice(0)) await ingest.close();
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
});

async function setUp(options: { encode?: EncodeTick; maxWaitingBytes?: number } = {}) {
  const clock = new FakeClock();
  const sqlite = await openSqliteStore({ folder: ":memory:", clock });
  stores.push(sqlite);
  const store = gatedStore(sqlite.logs);
  const stored = async () => (await sqlite.logs.l0After(TOY_APP, -1, 1000)).rows;
  const meter = keepingMeter();
  const logger = keepingLogger();
  const start = () => {
    const ingest = createIngest({
      store,
      encode: options.encode ?? toyEncode,
      clock,
      meter,
      logger,
      ...(options.maxWaitingBytes === undefined
        ? {}
        : { maxWaitingBytes: options.maxWaitingBytes }),
    });
    open.push(ingest);
    return ingest;
  };
  return { stored, store, clock, meter, logger, start, ingest: start() };
}

/** What the client sees, short. */
async function seen(answer: Promise<SendOutcome>): Promise<string> {
  try {
    const { accepted, duplicate, rejected } = await answer;
    return `${accepted}${duplicate ? " duplicate" : ""}${rejected.length > 0 ? ` -${rejected.length}` : ""}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a lone request is stored without waiting for the tick", async () => {
  const { ingest, stored, clock } = await setUp();
  const batch = toyBatchId(clock.nowMs(), 1);
  expect(await ingest.send(toyBatch(batch, { buckets: [BUCKET, BUCKET] }))).toEqual({
    batch,
    accepted: 2,
    duplicate: false,
    rejected: [],
  });
  expect(await stored()).toHaveLength(1);
  expect(clock.sleeping).toBe(0);
});

test("requests of one turn share a commit", async () => {
  const { ingest, store, clock } = await setUp();
  const answers = [1, 2, 3].map((n) =>
    seen(ingest.send(toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET] }))),
  );
  expect(await Promise.all(answers)).toEqual(["1", "1", "1"]);
  expect(store.commits.map((rows) => rows.map((row) => row.batches.length))).toEqual([[3]]);
});

test("while a commit runs, the next one waits for its tick and holds all that came", async () => {
  const { ingest, store, clock } = await setUp();
  store.hold();
  const send = (n: number) =>
    seen(ingest.send(toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET] })));
  const answers = [send(1)];
  await turn();
  answers.push(send(2), send(3));
  await clock.advance(9);
  answers.push(send(4));
  expect(store.commits).toHaveLength(1);
  await clock.advance(1);
  expect(store.commits.map((rows) => rows[0]?.batches.length)).toEqual([1, 3]);
  // Two are in flight: a third has to wait for one of them, however long.
  answers.push(send(5));
  await clock.advance(1000);
  expect(store.commits).toHaveLength(2);
  store.release();
  expect(await Promise.all(answers)).toEqual(["1", "1", "1", "1", "1"]);
});

test("hours refused as too far ahead are added, whole, when a retry may send them", async () => {
  const { ingest, stored, clock, start, meter } = await setUp();
  const batch = toyBatchId(clock.nowMs(), 1);
  const send = (to: Ingest, admitTo: number) =>
    seen(
      to.send({
        ...toyBatch(batch, { buckets: [BUCKET, BUCKET + 1, BUCKET + 1, BUCKET + 2] }),
        admitTo: admitTo as Bucket,
      }),
    );
  const hours = async () =>
    (await stored()).map(({ bucket, meta }) => `${bucket - BUCKET}: ${meta.rows}`);

  expect(await send(ingest, BUCKET)).toBe("1 -3");
  // What is refused still is said again.
  expect(await send(ingest, BUCKET)).toBe("1 duplicate -3");
  expect(await send(start(), BUCKET)).toBe("0 duplicate -3");
  expect(await send(ingest, BUCKET + 1)).toBe("3 -1");
  expect(await hours()).toEqual(["0: 1", "1: 2"]);
  // Beside others, by a process that remembers nothing.
  const later = start();
  const other = toyBatch(toyBatchId(clock.nowMs(), 2), { buckets: [BUCKET, BUCKET + 2] });
  expect(await Promise.all([seen(later.send(other)), send(later, BUCKET + 2)])).toEqual(["2", "4"]);
  expect(await hours()).toEqual(["0: 1", "1: 2", "0: 1", "2: 2"]);
  expect(await send(later, BUCKET + 2)).toBe("4 duplicate");
  expect(await send(start(), BUCKET + 2)).toBe("0 duplicate");
  expect(await hours()).toHaveLength(4);
  expect(meter.values.get("argus_ingest_batches_total")).toBe(4);
});

test("a busy application waits longer, until its row is full", async () => {
  const { ingest, store, clock } = await setUp();
  store.hold();
  const send = (n: number, padding: number) =>
    seen(ingest.send(toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET], padding })));
  const answers = [send(1, 0)];
  await turn();
  answers.push(send(2, 300 * KiB));
  await clock.advance(40);
  expect(store.commits).toHaveLength(1);
  answers.push(send(3, 1800 * KiB));
  await turn();
  expect(store.commits).toHaveLength(2);
  store.release();
  expect(await Promise.all(answers)).toEqual(["1", "1", "1"]);
});

test("the same batch in two requests at once is stored once", async () => {
  const { ingest, stored, clock } = await setUp();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET, BUCKET] });
  const first = seen(ingest.send(batch));
  const second = seen(ingest.send(batch));
  expect(await Promise.all([first, second])).toEqual(["2", "2 duplicate"]);
  expect(await stored()).toHaveLength(1);
});

test("a retry after the acknowledgement is answered from memory, with the count of the first time", async () => {
  const { ingest, store, clock, meter } = await setUp();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET, BUCKET] });
  await ingest.send(batch);
  expect(await seen(ingest.send(batch))).toBe("2 duplicate");
  expect(store.commits).toHaveLength(1);
  expect(meter.values.get("argus_ingest_duplicate_batches_total")).toBe(1);
});

test("a retry that reaches a process without that memory is recognised by the store", async () => {
  const { ingest, store, start, clock } = await setUp();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET] });
  await ingest.send(batch);
  expect(await seen(start().send(batch))).toBe("0 duplicate");
  expect(store.commits).toHaveLength(1);
});

test("a commit that failed is not acknowledged, and its retry is stored", async () => {
  const { ingest, stored, store, clock } = await setUp();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET] });
  store.fates.push("refuse");
  expect(await seen(ingest.send(batch))).toBe("the disk is full");
  expect(await seen(ingest.send(batch))).toBe("1");
  expect(await stored()).toHaveLength(1);
});

test("a commit whose answer was lost is not acknowledged, and its retry is a duplicate", async () => {
  const { ingest, stored, store, clock } = await setUp();
  const batch = toyBatch(toyBatchId(clock.nowMs() + 3_600_000, 1), { buckets: [BUCKET] });
  store.fates.push("lose-answer");
  expect(await seen(ingest.send(batch))).toBe("no answer came");
  expect(await seen(ingest.send(batch))).toBe("0 duplicate");
  expect(await stored()).toHaveLength(1);
});

test("a batch of which nothing is admitted is answered and not remembered", async () => {
  const { ingest, store, clock } = await setUp();
  const batch = toyBatchId(clock.nowMs(), 1);
  const rejected = [{ index: 0, reason: "too far ahead" }];
  expect(await seen(ingest.send(toyBatch(batch, { rejected })))).toBe("0 -1");
  expect(store.commits).toHaveLength(0);
  expect(await seen(ingest.send(toyBatch(batch, { buckets: [BUCKET] })))).toBe("1");
});

test("a body that cannot be decoded harms nobody else", async () => {
  const { ingest, stored, clock } = await setUp();
  const failure = { field: "body", reason: "not JSON" };
  const answers = [
    seen(ingest.send(toyBatch(toyBatchId(clock.nowMs(), 1), { failure }))),
    seen(ingest.send(toyBatch(toyBatchId(clock.nowMs(), 2), { buckets: [BUCKET] }))),
  ];
  expect(await Promise.all(answers)).toEqual(["body: not JSON", "1"]);
  expect(await stored()).toHaveLength(1);
});

test("an encoder that breaks is logged once, and the batches may be sent again", async () => {
  let broken = true;
  const { ingest, logger, clock } = await setUp({
    encode: (batches) => (broken ? Promise.reject(new Error("worker died")) : toyEncode(batches)),
  });
  const batches = [1, 2].map((n) => toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET] }));
  const failed = await Promise.all(batches.map((batch) => seen(ingest.send(batch))));
  expect(new Set(failed)).toEqual(new Set(["storing failed, send the same batch again"]));
  expect(logger.lines).toHaveLength(1);
  broken = false;
  expect(await Promise.all(batches.map((batch) => seen(ingest.send(batch))))).toEqual(["1", "1"]);
});

test("beyond the bound batches are refused with a time to wait, and taken again afterwards", async () => {
  const { ingest, store, clock, meter } = await setUp({ maxWaitingBytes: 1 * MiB });
  store.hold();
  const send = (n: number) =>
    ingest.send(toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET], padding: 600 * KiB }));
  const first = send(1);
  await expect(send(2)).rejects.toMatchObject({
    fault: { kind: "overloaded", retryAfterMs: 1000 },
  });
  store.release();
  await first;
  expect(meter.values.get("argus_ingest_waiting_bytes")).toBe(0);
  expect(await seen(send(2))).toBe("1");
});

test("an application has room while another one sends more than is stored", async () => {
  const { ingest, store, clock } = await setUp({ maxWaitingBytes: 1 * MiB });
  store.hold();
  const other = parseAppId("0197f000-0000-7000-8000-0000000000b2");
  const send = (n: number, app = TOY_APP) =>
    ingest.send(
      toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET], padding: 90 * KiB }, app),
    );
  const greedy = Array.from({ length: 20 }, (_, n) =>
    send(n).then(
      () => "stored",
      () => "refused",
    ),
  );
  const modest = [101, 102].map((n) => send(n, other));
  store.release();
  expect((await Promise.all(modest)).map(({ accepted }) => accepted)).toEqual([1, 1]);
  // Half of the room, and the one that met it.
  expect((await Promise.all(greedy)).filter((end) => end === "stored")).toHaveLength(6);
});

test("a body larger than the bound is taken when nothing else waits", async () => {
  const { ingest, clock } = await setUp({ maxWaitingBytes: 1 * KiB });
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET], padding: 2 * MiB });
  expect(await seen(ingest.send(batch))).toBe("1");
});

test("a client that goes away stops waiting; its batch is stored", async () => {
  const { ingest, stored, store, clock } = await setUp();
  store.hold();
  const gone = new AbortController();
  const batch = toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET] });
  const answer = ingest.send(batch, gone.signal);
  await turn();
  gone.abort();
  await expect(answer).rejects.toMatchObject({ fault: { kind: "canceled" } });
  store.release();
  await ingest.close();
  expect(await stored()).toHaveLength(1);
});

test("a client that is gone already sends nothing", async () => {
  const { ingest, stored, clock } = await setUp();
  const answer = ingest.send(
    toyBatch(toyBatchId(clock.nowMs(), 1), { buckets: [BUCKET] }),
    AbortSignal.abort(),
  );
  await expect(answer).rejects.toMatchObject({ fault: { kind: "canceled" } });
  await ingest.close();
  expect(await stored()).toHaveLength(0);
});

test("closing finishes what was taken in and refuses the rest", async () => {
  const { ingest, stored, store, clock } = await setUp();
  store.hold();
  const send = (n: number) =>
    seen(ingest.send(toyBatch(toyBatchId(clock.nowMs(), n), { buckets: [BUCKET] })));
  const answers = [send(1)];
  await turn();
  answers.push(send(2), send(3));
  const closing = ingest.close();
  answers.push(send(4));
  store.release();
  await closing;
  expect(await Promise.all(answers)).toEqual(["1", "1", "1", "shutting down"]);
  expect((await stored()).flatMap((row) => row.batches)).toHaveLength(3);
});
