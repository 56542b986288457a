/**
 * Buckets of time, naively: local days are found by asking the zone for the date of each quarter of an hour.
 * Invariant: shares no code with the engine. No zone moves its clocks by less than a quarter of an hour in these years.
 */
import type { TimeRange } from "../../src/domain/time-range.ts";
import type { Width } from "../../src/query/ast.ts";

const NANOS_PER_MS = 1_000_000n;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const SECOND = 1_000_000_000n;

const dates = new Map<string, Intl.DateTimeFormat>();

/** Days since 1970 of the date that clocks show. */
function shownDay(zone: string, ms: number): number {
  let format = dates.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
    dates.set(zone, format);
  }
  return Date.parse(`${format.format(ms)}T00:00:00Z`) / DAY_MS;
}

const starts = new Map<string, number>();

/** The first instant at which clocks show a date at or after the day. */
function firstOfDay(zone: string, day: number): bigint {
  const name = `${zone} ${day}`;
  let found = starts.get(name);
  if (found === undefined) {
    found = day * DAY_MS - 15 * 3_600_000;
    while (shownDay(zone, found) < day) found += QUARTER_MS;
    starts.set(name, found);
  }
  return BigInt(found) * NANOS_PER_MS;
}

function floorTo(value: bigint, step: bigint): bigint {
  return value - (((value % step) + step) % step);
}

/** Start of the bucket that holds an instant, and of the one behind it. */
export function bucketOf(width: Width, zone: string, nanos: bigint): [bigint, bigint] {
  if (width.kind === "fixed") {
    const start = floorTo(nanos, width.nanos);
    return [start, start + width.nanos];
  }
  const day = shownDay(zone, Number(floorTo(nanos, NANOS_PER_MS) / NANOS_PER_MS));
  // 1970-01-05 was a Monday.
  const [days, from] = width.kind === "days" ? [width.count, 0] : [width.count * 7, 4 - 7];
  const first = from + Math.floor((day - from) / days) * days;
  return [firstOfDay(zone, first), firstOfDay(zone, first + days)];
}

/** All that meet the range. */
export function bucketsIn(width: Width, zone: string, range: TimeRange): [bigint, bigint][] {
  const buckets: [bigint, bigint][] = [];
  for (let at = range.startNanos; at < range.endNanos;) {
    const bucket = bucketOf(width, zone, at);
    buckets.push(bucket);
    [, at] = bucket;
  }
  return buckets;
}

/** The first of the widths by which at most 120 meet the range. */
export function widthFor(range: TimeRange, zone: string): Width {
  const fixed = (count: number, of: bigint): Width => ({
    kind: "fixed",
    nanos: BigInt(count) * of,
    text: "",
  });
  const widths: Width[] = [
    ...[1, 2, 5, 10, 15, 30].map((count) => fixed(count, SECOND)),
    ...[1, 2, 5, 10, 15, 30].map((count) => fixed(count, 60n * SECOND)),
    ...[1, 2, 3, 6, 12].map((count) => fixed(count, 3600n * SECOND)),
    { kind: "days", count: 1, text: "" },
  ];
  const week: Width = { kind: "weeks", count: 1, text: "" };
  const length = range.endNanos - range.startNanos;
  return (
    widths.find((width) => {
      const least = width.kind === "fixed" ? width.nanos : 90_000n * SECOND;
      return length <= 130n * least && bucketsIn(width, zone, range).length <= 120;
    }) ?? week
  );
}
