/**
 * The range of time an address names. Invariant: what cannot be read is the default range, so that every address works.
 * Forms: `now`, `-15m`, `-1d@d` (a day ago, at the beginning of that day), RFC 3339, milliseconds since 1970.
 */
import { instantOf, spanText, wallClock } from "./time/wall-clock.ts";

export const DEFAULT_FROM = "-60m";
export const NOW = "now";

export interface Preset {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

/** In the order of their keys, 1 to 8. */
export const PRESETS: readonly Preset[] = [
  { from: "-5m", to: NOW, name: "Last 5 minutes" },
  { from: "-15m", to: NOW, name: "Last 15 minutes" },
  { from: DEFAULT_FROM, to: NOW, name: "Last 60 minutes" },
  { from: "-4h", to: NOW, name: "Last 4 hours" },
  { from: "-24h", to: NOW, name: "Last 24 hours" },
  { from: "-7d", to: NOW, name: "Last 7 days" },
  { from: "-0d@d", to: NOW, name: "Today" },
  { from: "-1d@d", to: "-0d@d", name: "Yesterday" },
];

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const UNIT_NAMES: Readonly<Record<string, string>> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
};

export interface Range {
  readonly startMs: number;
  readonly endMs: number;
  /** It ends at the present, whenever it is asked again. */
  readonly open: boolean;
}

/** @param zone in which days begin. */
export function rangeOf(from: string, to: string, nowMs: number, zone: string): Range {
  const end = to === NOW ? undefined : instant(to, nowMs, zone);
  const endMs = end ?? nowMs;
  const startMs = instant(from, nowMs, zone) ?? endMs - 3_600_000;
  return { startMs: Math.min(startMs, endMs), endMs, open: end === undefined };
}

export function instant(text: string, nowMs: number, zone: string): number | undefined {
  if (text === NOW) return nowMs;
  const relative = /^-(\d{1,5})([smhdw])(?:@([mhdw]))?$/.exec(text);
  if (relative !== null) {
    const [, count = "0", unit = "m", snap] = relative;
    const ms = back(nowMs, Number(count), unit, zone);
    return snap === undefined ? ms : snapped(ms, snap, zone);
  }
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Days are those of the calendar: yesterday at this time, also where a clock was changed. */
function back(nowMs: number, count: number, unit: string, zone: string): number {
  if (unit !== "d" && unit !== "w") return nowMs - count * (UNIT_MS[unit] ?? 60_000);
  const wall = wallClock(nowMs, zone);
  const days = count * (unit === "w" ? 7 : 1);
  return instantOf(zone, { ...wall, day: wall.day - days });
}

function snapped(ms: number, unit: string, zone: string): number {
  const wall = { ...wallClock(ms, zone), second: 0, ms: 0 };
  if (unit === "m") return instantOf(zone, wall);
  if (unit === "h") return instantOf(zone, { ...wall, minute: 0 });
  // A week begins on Monday.
  const day = unit === "w" ? wall.day - ((wall.weekday + 6) % 7) : wall.day;
  return instantOf(zone, { ...wall, day, hour: 0, minute: 0 });
}

/** What a person calls it: `Last 60 minutes`, or its ends. */
export function rangeName(from: string, to: string, nowMs: number, zone: string): string {
  const known = PRESETS.find((preset) => preset.from === from && preset.to === to);
  if (known !== undefined) return known.name;
  const relative = /^-(\d{1,5})([smhdw])$/.exec(from);
  if (relative !== null && to === NOW) {
    const [, count = "1", unit = "m"] = relative;
    const name = UNIT_NAMES[unit] ?? "minute";
    return count === "1" ? `Last ${name}` : `Last ${count} ${name}s`;
  }
  const { startMs, endMs, open } = rangeOf(from, to, nowMs, zone);
  const span = spanText(startMs, endMs, zone, nowMs);
  return open ? `${span.slice(0, span.indexOf(" – "))} – now` : span;
}

/** Of an address: fixed, so that it names the same entries for ever. */
export function fixed(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

export function timestamp(ms: number): { seconds: bigint; nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}
