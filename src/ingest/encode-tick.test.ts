import { expect, test } from "vitest";
import { toyBatchId } from "../../test/support/toy-encoder.ts";
import { invalid } from "../domain/fault.ts";
import { parseAppId, type BatchId } from "../domain/ids.ts";
import { bucketOfMs, HOUR_MS, type Bucket } from "../domain/time-range.ts";
import type { BodyDecoder } from "../engine/column/row-sink.ts";
import { createTickEncoder, type EncodedTick } from "./encode-tick.ts";
import type { BodyKind, RawBatch } from "./raw-batch.ts";

const NOW = 1_795_521_600_000;
const HERE = bucketOfMs(NOW);
const APP = parseAppId("0197f000-0000-7000-8000-0000000000a1");
const OTHER = parseAppId("0197f000-0000-7000-8000-0000000000a2");

/** A body of words: `t` an entry without a time, `+n`/`-n` one n hours from now, `bad`, `bug`. */
const decodeWords: BodyDecoder<RawBatch> = (body, sink) => {
  const words = new TextDecoder().decode(body).split(" ");
  for (const [index, word] of words.entries()) {
    if (word === "bug") throw new TypeError("a bug");
    if (word === "bad") throw invalid("body", "bad word");
    sink.begin(index);
    sink.message(body, 0, body.length);
    if (word !== "t") sink.time(NOW + Number(word) * HOUR_MS, 0);
    sink.end();
  }
};
const decoders: Readonly<Record<BodyKind, BodyDecoder<RawBatch>>> = {
  "send-logs-protobuf": decodeWords,
  "send-logs-json": decodeWords,
  ndjson: decodeWords,
  "plain-text": decodeWords,
};

function batch(words: string, n: number, more: Partial<RawBatch> = {}): RawBatch {
  return {
    app: APP,
    batch: toyBatchId(NOW, n),
    kind: "send-logs-json",
    body: new TextEncoder().encode(words),
    defaultTimeMs: NOW,
    receivedMs: NOW,
    admitFrom: (HERE - 24) as Bucket,
    admitTo: HERE,
    service: "",
    host: "",
    timeFromLine: false,
    ...more,
  };
}

function encoder(): (batches: readonly RawBatch[]) => EncodedTick {
  return createTickEncoder({ decoders });
}

function shape({ rows }: EncodedTick): [string, number, number, BatchId[]][] {
  return rows.map((row) => [row.app, row.bucket - HERE, row.meta.rows, [...row.batches]]);
}

test("rows are grouped by application and hour, with the batches in each", () => {
  const [a, b, c] = [batch("0 -1 0", 2), batch("0", 1), batch("0", 3, { app: OTHER })];
  const tick = encoder()([a, b, c]);
  expect(shape(tick)).toEqual([
    [APP, 0, 3, [b.batch, a.batch]],
    [APP, -1, 1, [a.batch]],
    [OTHER, 0, 1, [c.batch]],
  ]);
  expect(tick.decoded.map(({ accepted }) => accepted)).toEqual([3, 1, 1]);
});

test("a body that cannot be decoded, or that breaks the decoder, leaves nothing and harms nobody", () => {
  const encode = encoder();
  const good = batch("0 t", 3);
  const tick = encode([batch("0 -2 bad", 1), batch("0 bug", 2), good]);
  expect(shape(tick)).toEqual([[APP, 0, 2, [good.batch]]]);
  expect(tick.decoded).toEqual([
    { accepted: 0, rejected: [], failure: { field: "body", reason: "bad word" } },
    { accepted: 0, rejected: [], bug: { message: "a bug", stack: expect.any(String) as unknown } },
    { accepted: 2, rejected: [] },
  ]);
  expect(tick.decoded[1]?.bug?.stack).toContain("encode-tick.test.ts");
  expect(shape(encode([batch("0", 4)]))).toEqual([[APP, 0, 1, [toyBatchId(NOW, 4)]]]);
});

/** A batch that is decoded and then breaks the encoder of blocks: what it says of its arrival cannot be written. */
const breaking = (n: number, app = APP): RawBatch => {
  const receivedMs: unknown = {
    valueOf: () => {
      throw new TypeError(`a bug in ${n}`);
    },
  };
  return batch("0 -1", n, { app, receivedMs: receivedMs as number });
};

test.each([
  { culprits: [0] },
  { culprits: [2] },
  { culprits: [6] },
  { culprits: [1, 5] },
  { culprits: [0, 1, 2, 3, 4, 5, 6] },
])("batches $culprits that break the encoder leave nothing and harm nobody", ({ culprits }) => {
  const encode = encoder();
  const batches = [0, 1, 2, 3, 4, 5, 6].map((n) => {
    const app = n % 3 === 0 ? OTHER : APP;
    return culprits.includes(n) ? breaking(n, app) : batch("0 t -1", n, { app });
  });
  const tick = encode(batches);
  expect(tick.decoded.map(({ bug, accepted }) => bug?.message ?? accepted)).toEqual(
    batches.map((_, n) => (culprits.includes(n) ? `a bug in ${n}` : 3)),
  );
  for (const [n, { app, batch: id }] of batches.entries()) {
    const rows = tick.rows.filter((row) => row.app === app && row.batches.includes(id));
    // A batch's rows of one hour lie in one row of the tick, however it was taken apart.
    expect(rows.map(({ bucket }) => bucket - HERE).toSorted((a, b) => a - b)).toEqual(
      culprits.includes(n) ? [] : [-1, 0],
    );
  }
  const total = tick.rows.reduce((sum, { meta }) => sum + meta.rows, 0);
  expect(total).toBe(3 * (batches.length - culprits.length));
  expect(shape(encode([batch("0", 9)]))).toEqual([[APP, 0, 1, [toyBatchId(NOW, 9)]]]);
});

test("an entry without a time lies in the same hour whenever it is sent", () => {
  const first = encoder()([batch("t t", 1)]);
  const later = encoder()([
    batch("t t", 1, { receivedMs: NOW + HOUR_MS, admitTo: (HERE + 1) as Bucket }),
  ]);
  expect(shape(later)).toEqual(shape(first));
});

test("a future hour is refused whole, and taken whole when its time has come", () => {
  const words = "1 1 0";
  const early = encoder()([batch(words, 1)]);
  expect(early.decoded[0]?.rejected.map(({ index }) => index)).toEqual([0, 1]);
  expect(shape(early)).toEqual([[APP, 0, 1, [toyBatchId(NOW, 1)]]]);
  const due = encoder()([batch(words, 1, { admitTo: (HERE + 1) as Bucket })]);
  expect(due.decoded[0]).toMatchObject({ accepted: 3, rejected: [] });
});

test("entries newer than the time in a derived id keep their time", () => {
  const derived = "0197f000-0000-8000-8000-000000000001" as BatchId;
  const hourBack = { batch: derived, defaultTimeMs: NOW - 5 * HOUR_MS };
  expect(shape(encoder()([batch("0", 1, { ...hourBack, kind: "ndjson" })]))).toEqual([
    [APP, 0, 1, [derived]],
  ]);
  expect(shape(encoder()([batch("0", 1, hourBack)]))[0]?.[1]).toBe(-5);
});
