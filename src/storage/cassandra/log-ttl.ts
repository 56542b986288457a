/**
 * How long rows live by themselves.
 * Invariant: nothing ends before its bucket is hidden; what nobody deletes ends a while after it. These are the only
 * places where wall clocks of two machines meet, and their difference moves a limit by as much, nothing else.
 */
import { HOUR_MS } from "../../domain/time-range.ts";

const DAY_MS = 24 * HOUR_MS;

/** Beyond what is kept: L0 rows outlive the longest time without a merge. */
export const L0_EXTRA_MS = 7 * DAY_MS;
export const BLOB_EXTRA_MS = DAY_MS;
/** A manifest outlives its blobs. */
export const MANIFEST_EXTRA_MS = 2 * DAY_MS;

const MIN_SECONDS = 3_600;
/** Cassandra refuses to reckon beyond 2038, or twenty years; what is kept longer is deleted by garbage collection alone. */
const MAX_MS = 10 * 365 * DAY_MS;

/** @param expiresMs wall time at which a bucket is hidden; 0: never. @returns seconds from now; 0 for ever. */
export function ttlSeconds(expiresMs: number, extraMs: number, nowMs: number): number {
  const leftMs = expiresMs + extraMs - nowMs;
  if (expiresMs === 0 || leftMs > MAX_MS) return 0;
  return Math.max(MIN_SECONDS, Math.ceil(leftMs / 1000));
}
