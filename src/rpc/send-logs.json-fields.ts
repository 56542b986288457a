/**
 * The members of an entry in JSON that are more than texts: time and level.
 * Invariant: a wrong type refuses the body and names its path; a text that is not understood is kept, and refuses nothing.
 */
import { type FaultError, invalid } from "../domain/fault.ts";
import { DEFAULT_SEVERITY, levelNamed, severityOf } from "../domain/level.ts";
import type { DecodingSink, Json } from "../ingest/decode/json-values.ts";
import type { TimestampParser } from "../ingest/decode/timestamp.ts";

/** Levels of the body that an entry's attributes lie in: request, entries, entry, attributes. */
export const ENTRY_ATTRIBUTES_LEVEL = 4;

export function putTime(
  sink: DecodingSink,
  parser: TimestampParser,
  value: Json,
  index: number,
): void {
  if (typeof value !== "string") throw wrong(`entries[${index}].time`, "an RFC 3339 time");
  if (parser.parse(value, true) && !isUnsetTime(parser.ms, parser.remNanos))
    sink.time(parser.ms, parser.remNanos);
  else sink.unreadableTime(value);
}

/** @returns the severity that alone was put into the sink, 0 when it was none or more was. */
export function putLevel(sink: DecodingSink, value: Json, index: number): number {
  if (typeof value === "number") {
    if (!Number.isInteger(value)) throw wrong(`entries[${index}].level`, "a level");
    if (value >= 1 && value <= 24) sink.severity(value);
    else if (value !== 0) sink.levelOriginal(String(value));
    return 0;
  }
  if (typeof value !== "string") throw wrong(`entries[${index}].level`, "a level");
  const known = PROTO_LEVELS.get(value);
  if (known !== undefined) {
    if (known !== 0) sink.severity(known);
    return known;
  }
  const level = levelNamed(value);
  const severity = level === undefined ? DEFAULT_SEVERITY : severityOf(level);
  sink.severity(severity);
  if (level === value.toLowerCase()) return severity;
  sink.levelOriginal(value);
  return 0;
}

const PROTO_LEVELS: ReadonlyMap<string, number> = new Map([
  ["LEVEL_UNSPECIFIED", 0],
  ["LEVEL_TRACE", 1],
  ["LEVEL_DEBUG", 5],
  ["LEVEL_INFO", 9],
  ["LEVEL_WARN", 13],
  ["LEVEL_ERROR", 17],
  ["LEVEL_FATAL", 21],
]);

/** 0001-01-01T00:00:00Z, what Go writes for a time that was never set. */
const GO_ZERO_MS = -62_135_596_800_000;

export function isUnsetTime(ms: number, remNanos: number): boolean {
  return (ms === 0 || ms === GO_ZERO_MS) && remNanos === 0;
}

export function wrong(path: string, wanted: string): FaultError {
  return invalid("body", `${path} is not ${wanted}`);
}
