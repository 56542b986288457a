/**
 * Reads literals of time into the span that their precision leaves open.
 * Invariant: a span is never empty; `2026-11-24` is a local day, `…T14:02` a minute, `now` one
 * nanosecond. The zone is used only for literals that name none.
 */

import { parseDuration } from "./literals.ts";
import { instantOfWall, utcOf } from "./zone.ts";
import { DAY_MS } from "../domain/time-range.ts";

/** The instant and zone that relative and local times are read in. */
export type TimeContext = { readonly nowNanos: bigint; readonly timeZone: string };

/** From `from` (included) to `to` (excluded), nanoseconds since 1970. */
export type TimeSpan = { readonly from: bigint; readonly to: bigint };

const HOUR = 3_600_000_000_000n;
const MINUTE = 60_000_000_000n;
const SECOND = 1_000_000_000n;
const MS = 1_000_000n;

const STAMP =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?$/;

/** @returns null for a text that is no time. */
export function parseTime(text: string, context: TimeContext): TimeSpan | null {
  return relative(text, context.nowNanos) ?? sinceEpoch(text) ?? stamp(text, context.timeZone);
}

function relative(text: string, nowNanos: bigint): TimeSpan | null {
  const [, amount] = /^(?:now)?-(.+)$/i.exec(text) ?? [];
  if (amount === undefined)
    return text.toLowerCase() === "now" ? { from: nowNanos, to: nowNanos + 1n } : null;
  const nanos = amount.startsWith("-") ? null : parseDuration(amount);
  if (nanos === null) return null;
  const from = nowNanos - BigInt(Math.round(nanos));
  return { from, to: from + 1n };
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by magnitude. */
function sinceEpoch(text: string): TimeSpan | null {
  if (!/^\d{1,19}$/.test(text)) return null;
  const value = BigInt(text);
  const unit =
    value < 10n ** 11n ? SECOND : value < 10n ** 14n ? MS : value < 10n ** 17n ? 1000n : 1n;
  return { from: value * unit, to: (value + 1n) * unit };
}

function stamp(text: string, timeZone: string): TimeSpan | null {
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, utc, sign, zoneHour, zoneMinute] =
    match;
  const dayMs = utcOf(Number(year), Number(month), Number(day));
  if (new Date(dayMs).getUTCMonth() + 1 !== Number(month) || Number(day) === 0) return null;
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  const [zh, zm] = [Number(zoneHour ?? 0), Number(zoneMinute ?? 0)];
  if (h > 23 || m > 59 || s > 59 || zh > 23 || zm > 59) return null;

  const fixedMs =
    sign === undefined
      ? utc === undefined
        ? null
        : 0
      : (zh * 60 + zm) * (sign === "-" ? -60_000 : 60_000);
  const instantOf = (wallMs: number): bigint =>
    BigInt(fixedMs === null ? instantOfWall(timeZone, wallMs) : wallMs - fixedMs) * MS;

  const begin = instantOf(dayMs + ((h * 60 + m) * 60 + s) * 1000);
  if (hour === undefined) return { from: begin, to: instantOf(dayMs + DAY_MS) };
  if (minute === undefined) return { from: begin, to: begin + HOUR };
  if (second === undefined) return { from: begin, to: begin + MINUTE };
  if (fraction === undefined) return { from: begin, to: begin + SECOND };
  const step = 10n ** BigInt(9 - fraction.length);
  const from = begin + BigInt(fraction) * step;
  return { from, to: from + step };
}
