/**
 * Names the decoder of every kind of body: where dialects meet the engine.
 */
import { createTickEncoder, type EncodedTick } from "../ingest/encode-tick.ts";
import type { RawBatch } from "../ingest/raw-batch.ts";
import { decodeNdjson } from "../protocols/ndjson/ndjson.ts";
import { decodePlainText } from "../protocols/plain-text/plain-text.ts";
import { decodeSendLogs } from "../rpc/send-logs.columns.ts";
import { decodeSendLogsJson } from "../rpc/send-logs.json.ts";

export function createEncoder(): (batches: readonly RawBatch[]) => EncodedTick {
  return createTickEncoder({
    decoders: {
      "send-logs-protobuf": decodeSendLogs,
      "send-logs-json": decodeSendLogsJson,
      ndjson: decodeNdjson,
      "plain-text": decodePlainText,
    },
  });
}
