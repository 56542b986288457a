/**
 * Rows, segments and manifests for tests of log stores. Invariant: made from a seed alone; every name is used once.
 * The bytes are not blocks: a store never opens them.
 */
import type { AppId, BatchId, BlobId } from "../../src/domain/ids.ts";
import { parseAppId, parseBatchId, parseBlobId } from "../../src/domain/ids.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import type {
  L0Row,
  L0Write,
  LogStore,
  Manifest,
  SegmentRef,
  Unit,
} from "../../src/storage/log-store.ts";

/** 2026-11-24T12:00Z. */
export const HOUR = 498_756 as Bucket;

export interface LogSamples {
  app(): AppId;
  batch(): BatchId;
  blob(): BlobId;
  nonce(): string;
  /** A write of `batches` with `rows` rows and bytes that are unlike any other's. */
  write(app: AppId, bucket: Bucket, batches: readonly BatchId[], sizeBytes?: number): L0Write;
  bytes(length: number): Uint8Array;
}

/** @param space keeps the names of several makers apart. */
export function createLogSamples(space = 0): LogSamples {
  let count = 0;
  const uuid = (): string =>
    `0193${space.toString(16).padStart(4, "0")}-0000-7000-8000-${(++count).toString(16).padStart(12, "0")}`;
  const bytes = (length: number): Uint8Array => {
    const mark = ++count;
    return Uint8Array.from({ length }, (_, i) => (i * 31 + mark * 17 + (i >> 8)) & 0xff);
  };
  return {
    app: () => parseAppId(uuid()),
    batch: () => parseBatchId(uuid()),
    blob: () => parseBlobId(uuid()),
    nonce: uuid,
    bytes,
    write: (app, bucket, batches, sizeBytes = 100) => {
      const startNanos = BigInt(bucket) * 3_600_000_000_000n + BigInt(++count);
      return {
        app,
        bucket,
        batches: batches.toSorted(),
        meta: {
          rows: batches.length * 3,
          minTimeNanos: startNanos,
          maxTimeNanos: startNanos + 999_999_999n,
          sizeBytes,
          parts: [
            { offset: 0, length: Math.floor(sizeBytes / 2) },
            { offset: Math.floor(sizeBytes / 2), length: sizeBytes - Math.floor(sizeBytes / 2) },
          ],
          summary: bytes(20),
        },
        bytes: bytes(sizeBytes),
      };
    },
  };
}

/** A segment that holds `rows`, as a merge would name it. */
export function segmentOf(
  id: BlobId,
  rows: readonly L0Row[],
  sizeBytes: number,
  level = 0,
): SegmentRef {
  const batches = rows.flatMap((row) => row.batches).toSorted();
  const [first, last] = [batches[0], batches.at(-1)];
  const times = rows.flatMap(({ meta }) => [meta.minTimeNanos, meta.maxTimeNanos]);
  return {
    id,
    level,
    rows: rows.reduce((sum, row) => sum + row.meta.rows, 0),
    sizeBytes,
    minTimeNanos: times.reduce((a, b) => (a < b ? a : b), times[0] ?? 0n),
    maxTimeNanos: times.reduce((a, b) => (a > b ? a : b), times[0] ?? 0n),
    minEpoch: Math.min(...rows.map((row) => row.epoch)),
    batchRanges: first === undefined || last === undefined ? [] : [{ first, last }],
    parts: [{ offset: 0, length: sizeBytes }],
  };
}

/** The manifest that follows `unit`'s. */
export function nextManifest(unit: Unit, change: Partial<Manifest>): Manifest {
  return { ...unit.manifest, version: unit.manifest.version + 1, ...change };
}

/** Merges all L0 rows of a unit into one segment of `sizeBytes`. @returns whether the compare-and-set held. */
export async function mergeAll(
  logs: LogStore,
  samples: LogSamples,
  key: { app: AppId; bucket: Bucket; shard: number },
  sizeBytes = 100,
): Promise<{ held: boolean; id: BlobId; next: Manifest }> {
  const closed = await logs.closedEpoch();
  const unit = await logs.planUnit(key);
  const id = samples.blob();
  await logs.writeBlob(key.app, key.bucket, id, samples.bytes(sizeBytes));
  const next = nextManifest(unit, {
    nonce: samples.nonce(),
    through: closed,
    totals: samples.bytes(8),
    segments: [...unit.manifest.segments, segmentOf(id, unit.l0, sizeBytes)],
  });
  return { held: await logs.compareAndSetManifest(unit.manifest, next), id, next };
}
