/**
 * Buckets of time of one width.
 * Invariant: buckets do not overlap and leave no gap. Fixed widths count from 1970-01-01T00:00Z, days from local
 * midnight and weeks from local Monday of the zone, so some of them are an hour longer or shorter.
 */
import type { TimeRange } from "../../domain/time-range.ts";
import { NANOS_PER_MS, msOf } from "../../domain/time-range.ts";
import type { Width } from "../../query/ast.ts";
import { localDayOf, startOfLocalDay } from "../../query/zone.ts";

export interface TimeBuckets {
  /** Start of the bucket that holds an instant. */
  startOf(nanos: bigint): bigint;
  /** Start of the next one. */
  nextOf(start: bigint): bigint;
}

export function timeBuckets(width: Width, zone: string): TimeBuckets {
  if (width.kind === "fixed") {
    const { nanos: step } = width;
    return {
      startOf: (nanos) => {
        const rest = nanos % step;
        return rest < 0n ? nanos - rest - step : nanos - rest;
      },
      nextOf: (start) => start + step,
    };
  }
  const days = daysOf(width);
  // 1970-01-01 was a Thursday: weeks begin three days before it.
  const first = width.kind === "days" ? 0 : -3;
  const startOfDay = (day: number): bigint => BigInt(startOfLocalDay(zone, day)) * NANOS_PER_MS;
  const dayOf = (nanos: bigint): number =>
    first + Math.floor((localDayOf(zone, msOf(nanos)) - first) / days) * days;
  let held: TimeRange | undefined;
  return {
    startOf: (nanos) => {
      // Asking the zone costs much, and most rows share their bucket with the one before.
      if (held === undefined || nanos < held.startNanos || nanos >= held.endNanos) {
        const day = dayOf(nanos);
        held = { startNanos: startOfDay(day), endNanos: startOfDay(day + days) };
      }
      return held.startNanos;
    },
    nextOf: (start) => startOfDay(dayOf(start) + days),
  };
}

function daysOf({ kind, count }: Exclude<Width, { kind: "fixed" }>): number {
  return kind === "days" ? count : 7 * count;
}

const SECOND = 1_000_000_000n;
const AUTOMATIC: readonly Width[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => fixed(BigInt(n) * SECOND, `${n}s`)),
  ...[1, 2, 5, 10, 15, 30].map((n) => fixed(BigInt(n) * 60n * SECOND, `${n}m`)),
  ...[1, 2, 3, 6, 12].map((n) => fixed(BigInt(n) * 3600n * SECOND, `${n}h`)),
  { kind: "days", count: 1, text: "1d" },
];

function fixed(nanos: bigint, text: string): Width {
  return { kind: "fixed", nanos, text };
}

/** @returns the first width that gives at most `maxBuckets` in a range that begins in 1970 or later; weeks when no day does. */
export function automaticWidth(range: TimeRange, maxBuckets: number, zone: string): Width {
  const fitting = AUTOMATIC.find((width) => fits(range, width, maxBuckets, zone));
  if (fitting !== undefined) return fitting;
  const whole = (range.endNanos - range.startNanos) / (7n * 86_400n * SECOND);
  // One is enough for a month of days and more; beyond, doubling ends with all that follows 1970 in the first one.
  let count = 1 + Math.floor(Number(whole) / maxBuckets);
  while (!fits(range, weeks(count), maxBuckets, zone)) count *= 2;
  return weeks(count);
}

function weeks(count: number): Width {
  return { kind: "weeks", count, text: `${count}w` };
}

function fits(range: TimeRange, width: Width, maxBuckets: number, zone: string): boolean {
  // A day may be an hour short.
  const least = width.kind === "fixed" ? width.nanos : BigInt(daysOf(width)) * 82_800n * SECOND;
  if (range.endNanos - range.startNanos > BigInt(maxBuckets + 1) * least * 2n) return false;
  return bucketStarts(range, timeBuckets(width, zone), maxBuckets) !== undefined;
}

/** @returns starts of the buckets that meet the range, ascending; undefined when there are more than `max`. */
export function bucketStarts(
  range: TimeRange,
  buckets: TimeBuckets,
  max: number,
): bigint[] | undefined {
  const starts: bigint[] = [];
  if (range.endNanos <= range.startNanos) return starts;
  for (
    let start = buckets.startOf(range.startNanos);
    start < range.endNanos;
    start = buckets.nextOf(start)
  ) {
    if (starts.length >= max) return undefined;
    starts.push(start);
  }
  return starts;
}

/** Seconds of the part of [start, end) that lies in the range. */
export function secondsWithin(start: bigint, end: bigint, range: TimeRange): number {
  const from = start > range.startNanos ? start : range.startNanos;
  const to = end < range.endNanos ? end : range.endNanos;
  return to > from ? Number(to - from) / 1e9 : 0;
}
