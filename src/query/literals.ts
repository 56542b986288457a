/**
 * Reads numbers, durations and sizes, the same for literals of a query and for texts of entries.
 * Invariant: each function accepts the whole text or nothing; no white space is skipped (the numeric
 * view of a text trims it first).
 */

import type { NumberLiteral } from "./ast.ts";

const NUMBER = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;

/** @returns null when `text` is not `-5 12.5 .5 1e3`, or is beyond 64-bit floats. */
export function parseNumber(text: string): NumberLiteral | null {
  if (!NUMBER.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (INTEGER.test(text)) return { value, integer: BigInt(text) };
  return { value, integer: Number.isSafeInteger(value) ? BigInt(value) : null };
}

const NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};
const DURATION = /^-?(?:(?:\d+(?:\.\d+)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h|d|w)/g;

/** @returns nanoseconds (`250ms 1.5s 1h30m -5m`), or null. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  let nanos = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(DURATION_PART))
    nanos += Number(amount) * (NANOS[unit] ?? 0);
  return text.startsWith("-") ? -nanos : nanos;
}

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};
const SIZE = /^(-?(?:\d+(?:\.\d+)?|\.\d+))([kmgt]?i?b)$/i;

/** @returns bytes (`512B 10kB 1.5MiB`; kB = 1000, KiB = 1024; units ignore case), or null. */
export function parseSize(text: string): number | null {
  const [, amount, unit = ""] = SIZE.exec(text) ?? [];
  const bytes = BYTES[unit.toLowerCase()];
  return amount === undefined || bytes === undefined ? null : Number(amount) * bytes;
}

const LIKE_NUMBER = /^[-+]?\.?\d/;
const DATE = /^\d{4}-\d\d(?:$|\D)/;
const VERSION = /^\d+(?:\.\d+){2,}(?:[-+_][\w.+-]*)?$|^\d+\.\d+-[a-zA-Z][\w.+-]*$/;
const ADDRESS =
  /^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d+)?$|^[\da-fA-F]{1,4}:[\da-fA-F:.]*:[\da-fA-F:.]*$/;

/**
 * True for a text that begins like a number and is nothing that may: `5oo`, `10%`, `1,000`, `0x1f`.
 * Dates, versions and addresses may.
 */
export function isBrokenNumber(text: string): boolean {
  return (
    LIKE_NUMBER.test(text) &&
    parseNumber(text) === null &&
    parseDuration(text) === null &&
    parseSize(text) === null &&
    !DATE.test(text) &&
    !VERSION.test(text) &&
    !ADDRESS.test(text)
  );
}

const OTHER_UNITS: ReadonlyMap<string, string> = new Map([
  ...["sec", "secs", "second", "seconds"].map((unit) => [unit, "s"] as const),
  ...["min", "mins", "minute", "minutes"].map((unit) => [unit, "m"] as const),
  ...["hr", "hrs", "hour", "hours"].map((unit) => [unit, "h"] as const),
  ...["day", "days"].map((unit) => [unit, "d"] as const),
  ...["week", "weeks"].map((unit) => [unit, "w"] as const),
  ...["msec", "msecs", "millis"].map((unit) => [unit, "ms"] as const),
  ...["k", "m", "g", "t"].map(
    (unit) => [unit, unit === "k" ? "kB" : `${unit.toUpperCase()}B`] as const,
  ),
  ["bytes", "B"],
  ["%", ""],
]);

/** What was probably meant by a broken number, best first: `5sec` → `5s`, `5`; `1,000` → `1000`. */
export function likelyNumbers(text: string): string[] {
  if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return [text.replaceAll(",", "")];
  const [, amount, unit = ""] = /^(-?\d+(?:\.\d+)?)([a-zA-Z]+|%)$/.exec(text) ?? [];
  const known = OTHER_UNITS.get(unit.toLowerCase());
  if (amount === undefined || known === undefined) return [];
  return known === "" ? [amount] : [amount + known, amount];
}
