/**
 * Batches for tests of what stands around the encoder: a body is JSON that says what becomes of the batch.
 * Invariant: the encoder is the real one, so its rows are real blocks; only the decoder is a toy.
 */
import { invalid } from "../../src/domain/fault.ts";
import { parseAppId, parseBatchId, type AppId, type BatchId } from "../../src/domain/ids.ts";
import { bucketStartMs, type Bucket } from "../../src/domain/time-range.ts";
import type { BodyDecoder } from "../../src/engine/column/row-sink.ts";
import { createTickEncoder, type EncodedTick } from "../../src/ingest/encode-tick.ts";
import type { RawBatch, Rejection } from "../../src/ingest/raw-batch.ts";

export interface ToyBody {
  /** The bucket of each entry. */
  readonly buckets?: readonly number[];
  readonly rejected?: readonly Rejection[];
  readonly failure?: { readonly field: string; readonly reason: string };
  /** The decoder breaks on it, with this message. */
  readonly bug?: string;
  /** Makes the body this much larger. */
  readonly padding?: number;
}

export const TOY_APP = parseAppId("0197f000-0000-7000-8000-0000000000a1");
/** Later than every bucket of the tests. */
const LAST_BUCKET = 1_000_000 as Bucket;

/** A UUIDv7 of `ms` with `n` in its last digits. */
export function toyBatchId(ms: number, n: number): BatchId {
  const time = ms.toString(16).padStart(12, "0");
  return parseBatchId(
    `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, "0")}`,
  );
}

export function toyBatch(batch: BatchId, body: ToyBody, app: AppId = TOY_APP): RawBatch {
  const text = JSON.stringify({ ...body, padding: "x".repeat(body.padding ?? 0) });
  return {
    app,
    batch,
    kind: "send-logs-json",
    body: new TextEncoder().encode(text),
    defaultTimeMs: bucketStartMs(LAST_BUCKET),
    receivedMs: 0,
    admitFrom: 0 as Bucket,
    admitTo: LAST_BUCKET,
    service: "",
    host: "",
    timeFromLine: false,
  };
}

const decodeToy: BodyDecoder<RawBatch> = (bytes, sink) => {
  const body = JSON.parse(new TextDecoder().decode(bytes)) as ToyBody;
  if (body.failure !== undefined) throw invalid(body.failure.field, body.failure.reason);
  if (body.bug !== undefined) throw new TypeError(body.bug);
  const rejected = body.rejected ?? [];
  for (const { index, reason } of rejected) {
    sink.begin(index);
    sink.reject(reason);
  }
  for (const [i, bucket] of (body.buckets ?? []).entries()) {
    sink.begin(rejected.length + i);
    sink.time(bucketStartMs(bucket as Bucket), 0);
    sink.end();
  }
};

export function toyEncode(batches: readonly RawBatch[]): Promise<EncodedTick> {
  const encode = createTickEncoder({
    decoders: {
      "send-logs-protobuf": decodeToy,
      "send-logs-json": decodeToy,
      ndjson: decodeToy,
      "plain-text": decodeToy,
    },
  });
  return Promise.resolve(encode(batches));
}
