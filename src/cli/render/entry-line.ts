/**
 * An entry as one line: `14:02:31.123 ERROR web  message  key=value …`.
 * Invariant: one entry is one line, whatever it holds; a day's name stands before times that are not of today.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { type Level, levelOf } from "../../domain/level.ts";
import { nanosOfTimestamp } from "../time-option.ts";
import { oneLine, paint } from "./terminal-text.ts";

export interface LineOptions {
  readonly colour: boolean;
  readonly timeZone: string;
  readonly nowMs: number;
}

const COLOURS = {
  trace: "gray",
  debug: "gray",
  info: "cyan",
  warn: "yellow",
  error: "red",
  fatal: "magenta",
} as const satisfies Record<Level, string>;

export function entryLine(entry: LogEntry, options: LineOptions): string {
  const level = levelOf(entry.level === 0 ? 9 : entry.level);
  const { colour } = options;
  const parts = [
    paint(colour, "gray", shortTime(entry.time, options)),
    paint(colour, COLOURS[level], level.toUpperCase().padEnd(5)),
    ...(entry.service === "" ? [] : [paint(colour, "bold", oneLine(entry.service))]),
  ];
  const attributes = Object.entries((entry.attributes ?? {}) as Record<string, unknown>)
    .map(([name, value]) => `${paint(colour, "gray", `${oneLine(name)}=`)}${valueText(value)}`)
    .join(" ");
  const message = oneLine(entry.message);
  return `${parts.join(" ")}  ${message}${attributes === "" ? "" : `  ${attributes}`}`;
}

/** @returns milliseconds are enough for people; the JSON has all digits. */
export function shortTime(
  time: LogEntry["time"],
  { timeZone, nowMs }: Pick<LineOptions, "timeZone" | "nowMs">,
): string {
  const ms = Number(nanosOfTimestamp(time) / 1_000_000n);
  const day = localDay(ms, timeZone);
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  }).format(ms);
  return day === localDay(nowMs, timeZone) ? clock : `${day} ${clock}`;
}

function localDay(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(ms);
}

/** Quoted when a reader could not see where it ends. */
function valueText(value: unknown): string {
  if (typeof value !== "string") return oneLine(JSON.stringify(value) ?? "");
  return /^[^\s"=]+$/.test(value) ? oneLine(value) : oneLine(JSON.stringify(value));
}

/** @returns the entry's JSON on one line, names as in the API. */
export function entryJson(entry: LogEntry): string {
  const level = levelOf(entry.level === 0 ? 9 : entry.level);
  const optional = Object.entries({
    service: entry.service,
    host: entry.host,
    trace_id: entry.traceId,
    span_id: entry.spanId,
  }).filter(([, text]) => text !== "");
  return JSON.stringify({
    time: exactTime(nanosOfTimestamp(entry.time)),
    level,
    message: entry.message,
    ...Object.fromEntries(optional),
    attributes: (entry.attributes ?? {}) as unknown,
    id: entry.id,
    ...(entry.truncated.length === 0 ? {} : { truncated: entry.truncated }),
  });
}

/** RFC 3339, UTC, as many digits of a second as there are. */
export function exactTime(nanos: bigint): string {
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const whole = new Date(Number((nanos - rest) / 1_000_000n)).toISOString().slice(0, 19);
  const digits = String(rest)
    .padStart(9, "0")
    .replace(/(000)*$/, "");
  return digits === "" ? `${whole}Z` : `${whole}.${digits}Z`;
}
