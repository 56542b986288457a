/**
 * Spans of event time and the hours (buckets) that hold them.
 * Invariant: starts are inclusive, ends exclusive; a bucket is the number of whole hours since 1970 (UTC).
 */

export const NANOS_PER_MS = 1_000_000n;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Nanoseconds since 1970 (UTC). */
export interface TimeRange {
  readonly startNanos: bigint;
  readonly endNanos: bigint;
}

/** Hours since 1970. */
export type Bucket = number & { readonly __id: "Bucket" };

export function bucketOfMs(timeMs: number): Bucket {
  return Math.floor(timeMs / HOUR_MS) as Bucket;
}

export function bucketStartMs(bucket: Bucket): number {
  return bucket * HOUR_MS;
}

/** @returns first and last bucket that `range` touches; undefined when the range is empty. */
export function bucketsOf(range: TimeRange): { first: Bucket; last: Bucket } | undefined {
  if (range.endNanos <= range.startNanos) return undefined;
  return {
    first: bucketOfMs(msOf(range.startNanos)),
    last: bucketOfMs(msOf(range.endNanos - 1n)),
  };
}

/** @returns whole milliseconds, rounded towards the past. */
export function msOf(nanos: bigint): number {
  const ms = nanos / NANOS_PER_MS;
  return Number(nanos < 0n && ms * NANOS_PER_MS !== nanos ? ms - 1n : ms);
}

/** @param remNanos 0..999,999 beyond `ms`. */
export function nanosOf(ms: number, remNanos: number): bigint {
  return BigInt(ms) * NANOS_PER_MS + BigInt(remNanos);
}
