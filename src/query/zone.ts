/**
 * Converts between instants and the wall clock of a time zone, by Intl alone.
 * Invariant: a wall time that happens twice is its first instant; one that is skipped is moved on by
 * the length of the gap. Zones are IANA names or offsets that Intl knows; others throw RangeError.
 */
import { DAY_MS } from "../domain/time-range.ts";

/**
 * A format costs thirty times what it then formats, and the days of a chart ask for thousands in one zone. What a name
 * means never changes; callers choose the names, so few are kept.
 */
const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 32;

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** Milliseconds that the zone's clock is ahead of UTC at the instant `utcMs`. */
export function offsetMs(zone: string, utcMs: number): number {
  if (zone === "UTC") return 0;
  const fields = new Map(
    formatOf(zone)
      .formatToParts(utcMs)
      .map((part) => [part.type, part.value]),
  );
  const at = (type: Intl.DateTimeFormatPartTypes): number => Number(fields.get(type));
  const year = fields.get("era") === "BC" ? 1 - at("year") : at("year");
  const wall =
    utcOf(year, at("month"), at("day")) +
    (at("hour") * 3600 + at("minute") * 60 + at("second")) * 1000;
  return wall - Math.floor(utcMs / 1000) * 1000;
}

/** Midnight UTC of a day; years below 100 are themselves. */
export function utcOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

/** The instant at which the zone's clock shows `wallMs` (a wall time written as if it were UTC). */
export function instantOfWall(zone: string, wallMs: number): number {
  if (zone === "UTC") return wallMs;
  const before = offsetMs(zone, wallMs - DAY_MS);
  const after = offsetMs(zone, wallMs + DAY_MS);
  for (const offset of [before, after]) {
    if (offsetMs(zone, wallMs - offset) === offset) return wallMs - offset;
  }
  return wallMs - before;
}

/**
 * The instant at which the local day (or, with `days`, the n-th day from 1970-01-01) begins.
 * @param dayNumber whole local days since 1970-01-01, may be negative.
 */
export function startOfLocalDay(zone: string, dayNumber: number): number {
  return instantOfWall(zone, dayNumber * DAY_MS);
}

/** Whole local days since 1970-01-01 of the instant `utcMs`. */
export function localDayOf(zone: string, utcMs: number): number {
  return Math.floor((utcMs + offsetMs(zone, utcMs)) / DAY_MS);
}
