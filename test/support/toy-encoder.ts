/**
 * An encoder for tests of what stands around it: a body is JSON that says what becomes of the batch.
 * Invariant: as the real one, a pure function of the batches, one row per (application, bucket).
 */
import type { EncodedTick } from "../../src/ingest/encode-tick.ts";
import type { RawBatch, Rejection } from "../../src/ingest/raw-batch.ts";
import { parseAppId, parseBatchId, type AppId, type BatchId } from "../../src/domain/ids.ts";
import { bucketStartMs, nanosOf, type Bucket } from "../../src/domain/time-range.ts";

export interface ToyBody {
  /** The bucket of each entry. */
  readonly buckets?: readonly number[];
  readonly rejected?: readonly Rejection[];
  readonly failure?: { readonly field: string; readonly reason: string };
  /** Makes the body this much larger. */
  readonly padding?: number;
}

export const TOY_APP = parseAppId("0197f000-0000-7000-8000-0000000000a1");

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
    defaultTimeMs: 0,
    receivedMs: 0,
    admitFrom: 0 as Bucket,
    admitTo: 1_000_000 as Bucket,
    service: "",
    host: "",
    timeFromLine: false,
  };
}

export function toyEncode(batches: readonly RawBatch[]): Promise<EncodedTick> {
  const rows = new Map<string, { app: AppId; bucket: Bucket; batches: Set<BatchId>; n: number }>();
  const decoded = batches.map((raw) => {
    const body = JSON.parse(new TextDecoder().decode(raw.body)) as ToyBody;
    const rejected = body.rejected ?? [];
    if (body.failure !== undefined) return { accepted: 0, rejected, failure: body.failure };
    for (const bucket of body.buckets ?? []) {
      const key = `${raw.app}/${bucket}`;
      const row = rows.get(key) ?? {
        app: raw.app,
        bucket: bucket as Bucket,
        batches: new Set(),
        n: 0,
      };
      row.batches.add(raw.batch);
      row.n++;
      rows.set(key, row);
    }
    return { accepted: body.buckets?.length ?? 0, rejected };
  });
  return Promise.resolve({
    decoded,
    rows: [...rows.values()].map((row) => {
      const timeNanos = nanosOf(bucketStartMs(row.bucket), 0);
      const bytes = new Uint8Array(row.n);
      return {
        app: row.app,
        bucket: row.bucket,
        batches: [...row.batches].toSorted(),
        bytes,
        meta: {
          rows: row.n,
          minTimeNanos: timeNanos,
          maxTimeNanos: timeNanos,
          sizeBytes: row.n,
          parts: [{ offset: 0, length: row.n }],
          summary: new Uint8Array(0),
        },
      };
    }),
  });
}
