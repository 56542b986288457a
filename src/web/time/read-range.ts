/**
 * Reads a range as people write it: `15m`, `yesterday 14:00 to 14:30`, `since monday`, a pasted stamp of any common
 * format. Invariants: the answer is what an address holds (time-range.ts); what is relative stays so, and what cannot be
 * read is undefined and never guessed. Pure: the present and the zone are given.
 */
import { fixed, NOW } from "../time-range.ts";
import { MONTHS, plainStamp, readEpoch, readStamp } from "./read-stamp.ts";
import { instantOf, type Wall, wallClock, WEEKDAYS } from "./wall-clock.ts";

export interface ReadRange {
  readonly from: string;
  readonly to: string;
}

interface Context {
  readonly nowMs: number;
  readonly zone: string;
}

/** An instant, or a span that a day or a minute leaves open. */
interface Spot {
  readonly startMs: number;
  readonly endMs: number;
  /** It names a day, so that a time without one may follow it. */
  readonly day?: Wall;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Around a single stamp this much is shown on either side. */
const AROUND_MS = 5 * MINUTE_MS;
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(s|sec|secs|second|seconds)$/, "s"],
  [/^(m|min|mins|minute|minutes)$/, "m"],
  [/^(h|hr|hrs|hour|hours)$/, "h"],
  [/^(d|day|days)$/, "d"],
  [/^(w|week|weeks)$/, "w"],
];
const SIZES_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

export function readRange(text: string, context: Context): ReadRange | undefined {
  const plain = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  if (plain === "") return undefined;
  return (
    readAge(plain) ??
    readWord(plain) ??
    readSince(plain, context) ??
    readTwo(plain, context) ??
    readOne(plain, context)
  );
}

/** `15m`, `last 15 minutes`, `-2h`, `1 week ago`. */
function readAge(text: string): ReadRange | undefined {
  const [, count = "1", name = ""] =
    /^(?:last |past |-)?(\d{1,5})? ?([a-z]+)(?: ago)?$/.exec(text) ?? [];
  const unit = UNITS.find(([names]) => names.test(name))?.[1];
  if (unit === undefined || (!/\d/.test(text) && !/^(last|past) /.test(text))) return undefined;
  return Number(count) === 0 ? undefined : { from: `-${Number(count)}${unit}`, to: NOW };
}

function readWord(text: string): ReadRange | undefined {
  switch (text) {
    case "today":
      return { from: "-0d@d", to: NOW };
    case "yesterday":
      return { from: "-1d@d", to: "-0d@d" };
    case "this week":
      return { from: "-0w@w", to: NOW };
    case "last week":
      return { from: "-1w@w", to: "-0w@w" };
    case "this hour":
      return { from: "-0h@h", to: NOW };
    default:
      return undefined;
  }
}

function readSince(text: string, context: Context): ReadRange | undefined {
  const [, rest] = /^(?:since|from) (.+?)(?: (?:to|until|till) now)?$/.exec(text) ?? [];
  if (rest === undefined || / (to|until|till) /.test(rest)) return undefined;
  const relative = readAge(rest) ?? readWord(rest);
  if (relative !== undefined) return { from: relative.from, to: NOW };
  const spot = readSpot(rest, context, undefined);
  return spot === undefined || spot.startMs > context.nowMs
    ? undefined
    : { from: fixed(spot.startMs), to: NOW };
}

/** `a to b`, `a – b`; the day of the first holds for the second. */
function readTwo(text: string, context: Context): ReadRange | undefined {
  const halves =
    /^(?:from |between )?(.+?)(?: (?:to|until|till|and|-|–|—|\.\.) | ?(?:–|—|\.\.) ?|(?<=\d:\d\d)-(?=\d\d:)|(?<=[\dz])\/(?=\d{4}-))(.+)$/.exec(
      text,
    );
  if (halves === null) return undefined;
  const [, first = "", second = ""] = halves;
  const age = second === "now" ? readAge(first) : undefined;
  if (age !== undefined) return age;
  const from = readSpot(first, context, undefined);
  if (from === undefined) return undefined;
  if (second === "now") return { from: fixed(from.startMs), to: NOW };
  const to = readSpot(second, context, from.day);
  if (to === undefined) return undefined;
  // A day includes itself; a time ends when it comes.
  const isDay = to.endMs - to.startMs >= DAY_MS - 2 * 3_600_000;
  const endMs = isDay ? to.endMs : to.startMs;
  return endMs > from.startMs ? { from: fixed(from.startMs), to: fixed(endMs) } : undefined;
}

function readOne(text: string, context: Context): ReadRange | undefined {
  const spot = readSpot(text, context, undefined);
  if (spot === undefined) return undefined;
  const isDay = spot.endMs - spot.startMs >= DAY_MS - 2 * 3_600_000;
  return isDay
    ? { from: fixed(spot.startMs), to: fixed(spot.endMs) }
    : { from: fixed(spot.startMs - AROUND_MS), to: fixed(spot.endMs + AROUND_MS) };
}

/** One end: a day, a time of a day, or both; a stamp of a program; a number since 1970. */
function readSpot(given: string, context: Context, ofDay: Wall | undefined): Spot | undefined {
  const text = plainStamp(given);
  const epoch = readEpoch(text);
  if (epoch !== undefined) return { startMs: epoch, endMs: epoch };
  const [, count, name = ""] = /^-?(\d{1,5}) ?([a-z]+)(?: ago)?$/.exec(text) ?? [];
  const unit = UNITS.find(([names]) => names.test(name))?.[1];
  const size = unit === undefined ? undefined : SIZES_MS[unit];
  if (size !== undefined) {
    const ms = context.nowMs - Number(count) * size;
    return { startMs: ms, endMs: ms };
  }
  const stamp = readStamp(text);
  if (stamp !== undefined) return { startMs: stamp, endMs: stamp };
  const [dayPart, timePart] = cut(text);
  const today = wallClock(context.nowMs, context.zone);
  const day = dayPart === "" ? (ofDay ?? today) : readDay(dayPart, context);
  if (day === undefined) return undefined;
  if (timePart === "") {
    const at = { ...day, hour: 0, minute: 0, second: 0, ms: 0 };
    return {
      startMs: instantOf(context.zone, at),
      endMs: instantOf(context.zone, { ...at, day: at.day + 1 }),
      day,
    };
  }
  const time = readTime(timePart);
  if (time === undefined) return undefined;
  const ms = instantOf(context.zone, { ...day, ...time });
  return { startMs: ms, endMs: ms + (timePart.split(":").length < 3 ? MINUTE_MS : 0), day };
}

/** The time of a day stands last. */
function cut(text: string): readonly [day: string, time: string] {
  const found =
    /^(.*?)(?:[ t,]+|^)(?:at )?(\d{1,2}(?::\d{2}){1,2}(?:[.,]\d{1,9})?(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)$/.exec(
      text,
    );
  return found === null ? [text, ""] : [(found[1] ?? "").trim(), found[2] ?? ""];
}

function readTime(text: string): Pick<Wall, "hour" | "minute" | "second" | "ms"> | undefined {
  if (text === "noon") return { hour: 12, minute: 0, second: 0, ms: 0 };
  if (text === "midnight") return { hour: 0, minute: 0, second: 0, ms: 0 };
  const parts = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([ap]m))?$/.exec(text);
  if (parts === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0", fraction = "", half] = parts;
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === "pm" ? 12 : 0);
  }
  const [minute, second] = [Number(minutes), Number(seconds)];
  if (hour > 24 || minute > 59 || second > 59) return undefined;
  return { hour, minute, second, ms: Number(fraction.padEnd(3, "0").slice(0, 3)) };
}

function readDay(text: string, { nowMs, zone }: Context): Wall | undefined {
  const today = wallClock(nowMs, zone);
  const at = (days: number): Wall =>
    wallClock(instantOf(zone, { ...today, day: today.day + days, hour: 12 }), zone);
  if (text === "today") return today;
  if (text === "yesterday") return at(-1);
  const weekday = WEEKDAYS.findIndex((name) => {
    const plain = text.replace(/^last /, "");
    return plain.length >= 3 && plain.startsWith(name.toLowerCase()) && /^[a-z]+$/.test(plain);
  });
  if (weekday >= 0 && /day$|^(last )?[a-z]{3}$/.test(text)) {
    const ago = (today.weekday - weekday + 7) % 7;
    return at(-(ago === 0 && text.startsWith("last ") ? 7 : ago));
  }
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (iso !== null) return dated(today, Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(text);
  if (dotted !== null)
    return dated(today, Number(dotted[3] ?? today.year), Number(dotted[2]), Number(dotted[1]));
  const [, day = "", name = "", year] =
    /^(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?(?:[ -](\d{4}))?$/.exec(
      text,
    ) ??
    rearranged(
      /^(?:[a-z]{3,9},? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?$/.exec(text),
    ) ??
    [];
  const month = MONTHS.indexOf(name.slice(0, 3)) + 1;
  if (month === 0) return undefined;
  const isAhead = month > today.month || (month === today.month && Number(day) > today.day);
  // Logs are of the past: a day without a year is the last one of that name.
  return dated(
    today,
    year === undefined ? today.year - (isAhead ? 1 : 0) : Number(year),
    month,
    Number(day),
  );
}

function rearranged(found: RegExpExecArray | null): readonly (string | undefined)[] | undefined {
  return found === null ? undefined : [found[0], found[2], found[1], found[3]];
}

function dated(today: Wall, year: number, month: number, day: number): Wall | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return { ...today, year, month, day, weekday: date.getUTCDay() };
}
