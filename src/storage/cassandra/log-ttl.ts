/**
 * How long rows live by themselves.
 * Invariant: nothing ends before its bucket is hidden, whatever the clock of whoever writes it says: a life is as long as the
 * bucket's own, and more, from the write on, and a bucket is written into when it has begun, or minutes before. What nobody
 * deletes ends a while after it was hidden, or that much later as it was written later.
 */
import { bucketStartMs, DAY_MS } from "../../domain/time-range.ts";
import type { CataloguedBucket } from "./log-catalogue.ts";

/** Beyond what is kept: L0 rows outlive the longest time without a merge. */
export const L0_EXTRA_MS = 7 * DAY_MS;
export const BLOB_EXTRA_MS = DAY_MS;
/** A manifest outlives its blobs. */
export const MANIFEST_EXTRA_MS = 2 * DAY_MS;

/** Cassandra refuses to reckon beyond 2038, or twenty years; what is kept longer is deleted by garbage collection alone. */
const MAX_MS = 10 * 365 * DAY_MS;

/**
 * @param bucket as it was made; undefined when it was deleted, and what is written ends soon.
 * @returns seconds from the write on; 0 for ever.
 */
export function ttlSeconds(
  bucket: Pick<CataloguedBucket, "bucket" | "expiresMs"> | undefined,
  extraMs: number,
): number {
  if (bucket?.expiresMs === 0) return 0;
  const keptMs = bucket === undefined ? 0 : bucket.expiresMs - bucketStartMs(bucket.bucket);
  const lifeMs = keptMs + extraMs;
  return lifeMs > MAX_MS ? 0 : Math.ceil(lifeMs / 1000);
}
