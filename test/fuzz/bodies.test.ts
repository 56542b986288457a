/**
 * The fuzzer's bodies and query texts, given to what reads them without a server around it: cheaper than over HTTP, so more.
 * Invariant: a bug shows as a bug here, not as a refusal.
 */
import { expect, test } from "vitest";
import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { bucketOfMs } from "../../src/domain/time-range.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { printQuery } from "../../src/query/print.ts";
import type { BodyKind, RawBatch } from "../../src/ingest/raw-batch.ts";
import { createEncoder } from "../../src/server/encoder.ts";
import { MAX_BUCKET } from "../../src/storage/log-store.ts";
import { seeded } from "../support/sample-logs.ts";
import { queryText } from "./query-texts.ts";
import { bodyRequestOf } from "./requests.ts";
import type { FuzzWorld } from "./world.ts";

const SEED = 20_261_125;
const BODIES = 20_000;
/** Batches encoded together, as a busy server does. */
const TICK = 50;
const QUERIES = 20_000;
const NOW_MS = 1_795_530_000_000;
const APP = parseAppId("018f0000-0000-7000-8000-000000000001");

/** No server, so nobody's ids: bodies name none. */
const NOWHERE: FuzzWorld = {
  url: "",
  port: 0,
  tokens: {
    member: "",
    admin: "",
    key: "",
    sinkKey: "s",
    ingestKey: "",
    readKey: "",
    forged: "",
    nobody: "",
  },
  forged: [""],
  apps: { well: "", sink: "", estate: "" },
  ids: {},
  hiddenIds: [],
  hiddenWords: [],
  nowSeconds: NOW_MS / 1000,
  renew: () => Promise.resolve(),
  newSink: () => Promise.resolve(),
};

const KINDS: readonly (readonly [BodyKind, string])[] = [
  ["send-logs-protobuf", "LogService/SendLogs protobuf"],
  ["send-logs-json", "LogService/SendLogs json"],
  ["ndjson", "ndjson"],
  ["plain-text", "ndjson text"],
];

function rawBatch(n: number): RawBatch {
  const { name, plain } = bodyRequestOf(NOWHERE, SEED, n);
  return {
    app: APP,
    batch: parseBatchId(`01a0c8f4-d540-7000-8000-${n.toString(16).padStart(12, "0")}`),
    kind: KINDS.find(([, of]) => of === name)?.[0] ?? "ndjson",
    body: Uint8Array.from(plain),
    defaultTimeMs: NOW_MS,
    receivedMs: NOW_MS,
    admitFrom: bucketOfMs(0),
    admitTo: MAX_BUCKET,
    service: "",
    host: "",
    timeFromLine: n % 2 === 0,
  };
}

test(`${BODIES} bodies of seed ${SEED} are taken or refused, and none meets a bug`, () => {
  const encode = createEncoder();
  const found: string[] = [];
  let taken = 0;
  for (let n = 0; n < BODIES; n += TICK) {
    const raws = Array.from({ length: TICK }, (_, i) => rawBatch(n + i));
    for (const [i, { bug, accepted }] of encode(raws).decoded.entries()) {
      taken += accepted;
      if (bug !== undefined) found.push(`${SEED}:${n + i} ${JSON.stringify(bug)}`);
    }
  }
  expect(found).toEqual([]);
  // Bodies that all fail at the first check would find nothing.
  expect(taken).toBeGreaterThan(BODIES / 4);
}, 60_000);

test(`${QUERIES} query texts of seed ${SEED} are read or refused in words, and read as they are printed`, () => {
  const random = seeded(SEED);
  const context = { nowNanos: BigInt(NOW_MS) * 1_000_000n, timeZone: "UTC" };
  let read = 0;
  for (let n = 0; n < QUERIES; n++) {
    const text = queryText(random, n % 2 === 0 ? 0 : 0.3);
    const parsed = parseQuery(text, context);
    if (!parsed.ok) {
      expect([text, parsed.error.message]).toEqual([text, expect.stringMatching(/\S/)]);
      continue;
    }
    read++;
    const printed = printQuery(parsed.query);
    const again = parseQuery(printed, context);
    expect([text, again.ok && printQuery(again.query)]).toEqual([text, printed]);
  }
  expect(read).toBeGreaterThan(QUERIES / 4);
}, 60_000);
