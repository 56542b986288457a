/**
 * What the page says of values: times, levels, errors, attributes.
 */
import { ArgusError } from "../client/errors.ts";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { type Level, levelOf } from "../domain/level.ts";

export function levelName(entry: LogEntry): Level {
  return levelOf(entry.level === 0 ? 9 : entry.level);
}

/** `14:02:31.118` in the reader's zone. */
export function clockTime(entry: LogEntry): string {
  const ms = timeMs(entry);
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function timeMs(entry: LogEntry): number {
  return Number(entry.time?.seconds ?? 0n) * 1000 + Math.floor((entry.time?.nanos ?? 0) / 1e6);
}

/** RFC 3339 with nanoseconds. */
export function exactTime(entry: LogEntry): string {
  const seconds = new Date(Number(entry.time?.seconds ?? 0n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(entry.time?.nanos ?? 0).padStart(9, "0")}Z`;
}

export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What went wrong, for a person. */
export function problemOf(error: unknown): string {
  if (error instanceof ArgusError) return error.message;
  if (error instanceof TypeError) return "Argus cannot be reached. Is it running?";
  return error instanceof Error ? error.message : String(error);
}
