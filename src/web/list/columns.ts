/**
 * Which columns the list has, as the address says it: `time:96,service:86,message`.
 * Invariants: there is always a message or another column to fill the rest; the last column has no width of its own; a
 * name that is not a plain word is kept as it is written in a query. Pure.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { clockText } from "../time/wall-clock.ts";
import { levelName, timeMs, valueText } from "../words.ts";

export interface Column {
  readonly name: string;
  /** At the usual size of text, with which it grows. undefined: as wide as it is worth, or the rest for the last. */
  readonly widthPx: number | undefined;
}

/** Names are a sender's: one that every object has must not be found. */
const DEFAULTS: ReadonlyMap<string, number> = new Map([
  ["time", 96],
  ["service", 86],
  ["level", 56],
  ["host", 120],
  ["message", 480],
]);
export const DEFAULT_COLUMNS: readonly Column[] = ["time", "service", "message"].map((name) => ({
  name,
  widthPx: undefined,
}));
/** Where there is room for two. */
export const FEW_COLUMNS: readonly Column[] = DEFAULT_COLUMNS.filter(
  ({ name }) => name !== "service",
);
export const MIN_WIDTH_PX = 40;
export const MAX_WIDTH_PX = 1200;
const OTHER_PX = 120;

export function readColumns(text: string): readonly Column[] {
  const columns = text.split(",").flatMap((part) => {
    const [, name = "", width] = /^(.*?)(?::(\d{1,4}))?$/.exec(part.trim()) ?? [];
    const decoded = decode(name);
    if (decoded === "") return [];
    return [{ name: decoded, widthPx: width === undefined ? undefined : clamp(Number(width)) }];
  });
  const once = columns.filter(
    (column, at) => columns.findIndex(({ name }) => name === column.name) === at,
  );
  return once.length === 0 ? DEFAULT_COLUMNS : once;
}

/** @returns "" for the default. */
export function columnsText(columns: readonly Column[]): string {
  const text = columns
    .map(({ name, widthPx }) => encode(name) + (widthPx === undefined ? "" : `:${widthPx}`))
    .join(",");
  return text === "time,service,message" ? "" : text;
}

/** Before the message, which takes the rest. */
export function withColumn(columns: readonly Column[], name: string): readonly Column[] {
  const isLastMessage = columns.at(-1)?.name === "message";
  const column = { name, widthPx: undefined };
  return isLastMessage
    ? [...columns.slice(0, -1), column, ...columns.slice(-1)]
    : [...columns, column];
}

export function toggledColumn(columns: readonly Column[], name: string): readonly Column[] {
  const rest = columns.filter((column) => column.name !== name);
  return rest.length < columns.length
    ? rest.length === 0
      ? columns
      : rest
    : withColumn(columns, name);
}

/** For `--columns`, by which the head and all lines below it stand; the glyph stands before the first. */
export function templateOf(columns: readonly Column[]): string {
  const widths = columns.map((column, at) =>
    at === columns.length - 1 ? "minmax(0, 1fr)" : `${widthOf(column) / 16}rem`,
  );
  return ["1.375rem", ...widths].join(" ");
}

export function withWidth(columns: readonly Column[], name: string, px: number): readonly Column[] {
  return columns.map((column) => (column.name === name ? { name, widthPx: clamp(px) } : column));
}

export function widthOf({ name, widthPx }: Column): number {
  return widthPx ?? DEFAULTS.get(name) ?? OTHER_PX;
}

function clamp(px: number): number {
  return Math.round(Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, px)));
}

/** What stands in a column; undefined when the entry has no such field. */
export function cellText(entry: LogEntry, name: string, zone: string): string | undefined {
  switch (name) {
    case "time":
      return clockText(timeMs(entry), zone);
    case "level":
      return levelName(entry);
    case "message":
      return entry.message;
    case "service":
      return entry.service || undefined;
    case "host":
      return entry.host || undefined;
    case "trace_id":
      return entry.traceId || undefined;
    case "span_id":
      return entry.spanId || undefined;
    case "id":
      return entry.id;
    default: {
      const own = name.startsWith("@") ? name.slice(1) : name;
      const { attributes } = entry;
      if (attributes === undefined || !Object.hasOwn(attributes, own)) return undefined;
      const value: unknown = attributes[own];
      return value === undefined || value === null ? undefined : valueText(value);
    }
  }
}

/** Names hold any character: those that the address cuts at are written otherwise. */
function encode(name: string): string {
  return name.replaceAll(/[%,:]/g, (char) => encodeURIComponent(char).replace("%2C", "%2C"));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
