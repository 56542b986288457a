import { expect, test } from "vitest";
import { parseAppId, parseBatchId } from "../src/domain/ids.ts";
import { bucketOfMs, type Bucket } from "../src/domain/time-range.ts";
import { openBlock } from "../src/engine/block/open-block.ts";
import { derivedBatchId } from "../src/ingest/derived-batch-id.ts";
import { createTickEncoder } from "../src/ingest/encode-tick.ts";
import { createIngest } from "../src/ingest/ingest.ts";
import type { BodyKind, RawBatch } from "../src/ingest/raw-batch.ts";
import { decodeNdjson } from "../src/protocols/ndjson/ndjson.ts";
import { newestTimeMs } from "../src/protocols/ndjson/newest-time.ts";
import { decodePlainText } from "../src/protocols/plain-text/plain-text.ts";
import { decodeSendLogs } from "../src/rpc/send-logs.columns.ts";
import { decodeSendLogsJson } from "../src/rpc/send-logs.json.ts";
import { openSqliteStore } from "../src/storage/sqlite/open-store.ts";
import { loggedEntries, recordedBodies } from "./support/client-cases.ts";
import { FakeClock } from "./support/fake-clock.ts";
import { keepingLogger, keepingMeter } from "./support/silent.ts";

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

test("what was sent in every form is in the store's blocks, once", async () => {
  const clock = new FakeClock(NOW);
  await using sqlite = await openSqliteStore({ folder: ":memory:", clock });
  const encode = createTickEncoder({
    decoders: {
      "send-logs-protobuf": decodeSendLogs,
      "send-logs-json": decodeSendLogsJson,
      ndjson: decodeNdjson,
      "plain-text": decodePlainText,
    },
  });
  await using ingest = createIngest({
    store: sqlite.logs,
    encode: (batches) => Promise.resolve(encode(batches)),
    clock,
    meter: keepingMeter(),
    logger: keepingLogger(),
  });
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
