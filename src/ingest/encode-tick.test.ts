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

function encoder(bugs: unknown[] = []): (batches: readonly RawBatch[]) => EncodedTick {
  return createTickEncoder({
    decoders,
    onBug: (error) => void bugs.push(error),
  });
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
  const bugs: unknown[] = [];
  const encode = encoder(bugs);
  const good = batch("0 t", 3);
  const tick = encode([batch("0 -2 bad", 1), batch("0 bug", 2), good]);
  expect(shape(tick)).toEqual([[APP, 0, 2, [good.batch]]]);
  expect(tick.decoded.map(({ failure }) => failure)).toEqual([
    { field: "body", reason: "bad word" },
    { field: "body", reason: "cannot be decoded" },
    undefined,
  ]);
  expect(bugs).toHaveLength(1);
  expect(shape(encode([batch("0", 4)]))).toEqual([[APP, 0, 1, [toyBatchId(NOW, 4)]]]);
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
