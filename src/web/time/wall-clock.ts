/**
 * What a clock on the wall of a zone shows, fast enough for every row.
 * Invariant: exact also across changes to and from summer time; an hour of a zone is asked for once.
 */
import { instantOfWall, offsetMs as offsetOfZone } from "../../query/zone.ts";

export interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** Changes of offset lie on whole quarters of an hour. */
const SPAN_MS = 15 * 60_000;
const offsets = new Map<string, number>();
/** More than a page ever shows at once. */
const MAX_OFFSETS = 20_000;

export function wallClock(ms: number, zone: string): Wall {
  const date = new Date(ms + offsetMs(ms, zone));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
  };
}

let own: string | undefined;

/** The reader's own zone, asked for once: `Intl` takes as long to say it as ten rows take to be drawn. */
export function ownZone(): string {
  own ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return own;
}

/** The instant at which the wall shows this; of an hour that comes twice the first, of one that is left out the next. */
export function instantOf(
  zone: string,
  wall: Pick<Wall, "year" | "month" | "day" | "hour" | "minute" | "second"> & { ms?: number },
): number {
  const { year, month, day, hour, minute, second, ms = 0 } = wall;
  return instantOfWall(zone, Date.UTC(year, month - 1, day, hour, minute, second, ms));
}

/** How far the zone is ahead of UTC then. */
export function offsetMs(ms: number, zone: string): number {
  if (zone === "UTC") return 0;
  const span = Math.floor(ms / SPAN_MS);
  const key = `${zone} ${span}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size > MAX_OFFSETS) offsets.clear();
  const offset = offsetOfZone(zone, span * SPAN_MS);
  offsets.set(key, offset);
  return offset;
}

export function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** `14:02:31.118` */
export function clockText(ms: number, zone: string): string {
  const at = wallClock(ms, zone);
  return `${two(at.hour)}:${two(at.minute)}:${two(at.second)}.${String(at.ms).padStart(3, "0")}`;
}

/** `14:02:00` */
export function secondClock(ms: number, zone: string): string {
  return clockText(ms, zone).slice(0, 8);
}

/** `14:02`, with seconds where there are any. */
export function shortClock(ms: number, zone: string): string {
  const at = wallClock(ms, zone);
  const seconds = at.second === 0 ? "" : `:${two(at.second)}`;
  return `${two(at.hour)}:${two(at.minute)}${seconds}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
export const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `24 Nov`, with the year when it is not that of `nowMs`. */
export function dayText(ms: number, zone: string, nowMs: number): string {
  const at = wallClock(ms, zone);
  const year = at.year === wallClock(nowMs, zone).year ? "" : ` ${at.year}`;
  return `${at.day} ${MONTHS[at.month - 1] ?? ""}${year}`;
}

/** `2026-11-24 14:02:31.118`, as a day and a time are sorted. */
export function fullText(ms: number, zone: string): string {
  const at = wallClock(ms, zone);
  return `${at.year}-${two(at.month)}-${two(at.day)} ${clockText(ms, zone)}`;
}

/** `24 Nov 13:10 – 14:10`: the days are said where they differ, or are not today. */
export function spanText(startMs: number, endMs: number, zone: string, nowMs: number): string {
  const [start, end, now] = [startMs, endMs, nowMs].map((ms) => dayText(ms, zone, nowMs));
  const from = shortClock(startMs, zone);
  const to = shortClock(endMs, zone);
  if (start === end) return `${start === now ? "" : `${start ?? ""} `}${from} – ${to}`;
  return `${start ?? ""} ${from} – ${end ?? ""} ${to}`;
}

/** As what came before is spoken of: `hour`, `day`, `15 min`. */
export function windowText(ms: number): string {
  if (ms === 3_600_000) return "hour";
  if (ms === 86_400_000) return "day";
  return lengthText(ms);
}

/** `8 min`, `1 h 30 min`, `450 ms`. */
export function lengthText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1000);
  for (const [name, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(" ");
}
