import { expect, test } from "vitest";
import { parseAppId, parseBatchId, parseBlobId } from "../src/domain/ids.ts";
import { bucketOfMs, HOUR_MS, type Bucket } from "../src/domain/time-range.ts";
import { openBlock } from "../src/engine/block/open-block.ts";
import { derivedBatchId } from "../src/ingest/derived-batch-id.ts";
import { createTickEncoder } from "../src/ingest/encode-tick.ts";
import { createIngest, type Ingest } from "../src/ingest/ingest.ts";
import type { BodyKind, RawBatch } from "../src/ingest/raw-batch.ts";
import { decodeNdjson } from "../src/protocols/ndjson/ndjson.ts";
import { newestTimeMs } from "../src/protocols/ndjson/newest-time.ts";
import { decodePlainText } from "../src/protocols/plain-text/plain-text.ts";
import { decodeSendLogs } from "../src/rpc/send-logs.columns.ts";
import { decodeSendLogsJson } from "../src/rpc/send-logs.json.ts";
import { engineOpener } from "../src/search/engine-opener.ts";
import { createSearch } from "../src/search/search.ts";
import { openSqliteStore, type SqliteStore } from "../src/storage/sqlite/open-store.ts";
import { mergeL0 } from "../src/upkeep/merge-l0.ts";
import { loggedEntries, recordedBodies } from "./support/client-cases.ts";
import { FakeClock } from "./support/fake-clock.ts";
import { keepingLogger, keepingMeter } from "./support/silent.ts";
import { toyBatchId } from "./support/toy-encoder.ts";

const APP = parseAppId("0197f000-0000-7000-8000-0000000000a1");
const NOW = 1_795_530_000_000;

function batch(kind: BodyKind, body: Uint8Array, id: string): RawBatch {
  return {
    app: APP,
    batch: parseBatchId(id),
    kind,
    body,
    defaultTimeMs: NOW,
    receivedMs: NOW,
    admitFrom: 0 as Bucket,
    admitTo: bucketOfMs(NOW),
    service: "from-the-url",
    host: "",
    timeFromLine: false,
  };
}

function startIngest({ logs: store }: SqliteStore, clock: FakeClock): Ingest {
  const encode = createTickEncoder({
    decoders: {
      "send-logs-protobuf": decodeSendLogs,
      "send-logs-json": decodeSendLogsJson,
      ndjson: decodeNdjson,
      "plain-text": decodePlainText,
    },
  });
  return createIngest({
    store,
    encode: (batches) => Promise.resolve(encode(batches)),
    clock,
    meter: keepingMeter(),
    logger: keepingLogger(),
  });
}

test("what was sent in every form is in the store's blocks, once", async () => {
  const clock = new FakeClock(NOW);
  await using sqlite = await openSqliteStore({ folder: ":memory:", clock });
  await using ingest = startIngest(sqlite, clock);
  const recorded = (): Uint8Array => Uint8Array.from(recordedBodies("ndjson-pino-20")[0] ?? []);
  const named = derivedBatchId(APP, recorded(), [], newestTimeMs(recorded(), "ndjson", false) ?? 0);
  const text = new TextEncoder().encode("plain line");
  const json = new TextEncoder().encode('{"entries":[{"message":"json","level":"LEVEL_WARN"}]}');
  const send = () =>
    Promise.all([
      ingest.send(batch("ndjson", recorded(), named)),
      ingest.send(batch("plain-text", text, "0197f000-0000-7000-8000-000000000001")),
      ingest.send(batch("send-logs-json", json, "0197f000-0000-7000-8000-000000000002")),
    ]);
  expect((await send()).map(({ accepted, duplicate }) => [accepted, duplicate])).toEqual([
    [20, false],
    [1, false],
    [1, false],
  ]);
  expect((await send()).map(({ accepted, duplicate }) => [accepted, duplicate])).toEqual([
    [20, true],
    [1, true],
    [1, true],
  ]);
  const messages: string[] = [];
  for (const row of (await sqlite.logs.l0After(APP, -1, 100)).rows) {
    const bytes = await sqlite.logs.readL0(row.id);
    if (bytes === undefined) throw new Error("a row is gone");
    const block = openBlock(bytes, row.meta.parts);
    for (let i = 0; i < row.meta.rows; i++) messages.push(block.entry(i).message);
  }
  const expected = [...loggedEntries().map(({ message }) => message), "plain line", "json"];
  expect(messages.toSorted()).toEqual(expected.toSorted());
});

test("what is left of a commit without its repeated batch is searched and merged as any other", async () => {
  const clock = new FakeClock(NOW - HOUR_MS);
  await using sqlite = await openSqliteStore({ folder: ":memory:", clock });
  const lines = (count: number, name: string): Uint8Array =>
    new TextEncoder().encode(
      Array.from({ length: count }, (_, n) =>
        JSON.stringify({ message: `${name} ${n}`, service: name, n, time: NOW - 1 - n }),
      ).join("\n"),
    );
  // Its id is an hour ahead of the clock, so that a later process takes it for fresh when the hour has come.
  const send = (ingest: Ingest, name: string, id: number, count: number) =>
    ingest.send(batch("ndjson", lines(count, name), toyBatchId(NOW, id)));
  await using before = startIngest(sqlite, clock);
  await send(before, "repeated", 1, 3);
  await clock.advance(HOUR_MS / 2);
  await using ingest = startIngest(sqlite, clock);
  await clock.advance(HOUR_MS / 2);
  // More entries than a merged block holds: a batch must lie in one row all the same.
  const answers = await Promise.all([
    send(ingest, "mate", 2, 20_000),
    send(ingest, "repeated", 1, 3),
    send(ingest, "other", 3, 5),
  ]);
  expect(answers.map(({ accepted, duplicate }) => [accepted, duplicate])).toEqual([
    [20_000, false],
    [0, true],
    [5, false],
  ]);
  const key = { app: APP, bucket: bucketOfMs(NOW - 1), shard: 0 };
  const { l0 } = await sqlite.logs.planUnit(key);
  expect(l0.map(({ batches, meta }) => [batches.length, meta.rows])).toEqual([
    [1, 3],
    [2, 20_005],
  ]);

  const search = createSearch({ store: sqlite.logs, opener: engineOpener, clock });
  const counts = async (): Promise<unknown> => {
    const query = "| stats count() as n, max(n) as most by service | sort service asc";
    return (await search.query({ app: APP, query })).table?.rows;
  };
  const expected = [
    ["mate", 20_000, 19_999],
    ["other", 5, 4],
    ["repeated", 3, 2],
  ];
  expect(await counts()).toEqual(expected);
  let count = 0;
  const deps = {
    store: sqlite.logs,
    newBlobId: () => parseBlobId(`019c0000-0000-4000-8000-${String(++count).padStart(12, "0")}`),
    newNonce: () => `nonce ${++count}`,
  };
  expect(await mergeL0(key, deps)).toBe("merged");
  expect(await counts()).toEqual(expected);
});
