/**
 * From a request to what can be run: parsed query, range, page.
 * Invariant: a query that gets through means one thing; everything wrong with a request is `invalid` and says where.
 */
import { type EntryId, parseEntryId } from "../domain/entry.ts";
import { type FaultError, invalid } from "../domain/fault.ts";
import type { TimeRange } from "../domain/time-range.ts";
import { HOUR_MS, NANOS_PER_MS } from "../domain/time-range.ts";
import type { Filter, Query } from "../query/ast.ts";
import { type QueryError, parseQuery } from "../query/parse.ts";
import type { WrittenQuery } from "../query/warn-fields.ts";
import { MAX_BUCKET } from "../storage/log-store.ts";
import type { QueryWarning } from "./results.ts";

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 10_000;
const DAY_NANOS = 86_400_000n * NANOS_PER_MS;
/** Beyond every bucket there can be: the end of a range without one. */
export const END_OF_TIME = BigInt(MAX_BUCKET) * BigInt(HOUR_MS) * NANOS_PER_MS;

export interface Prepared {
  readonly query: Query;
  readonly warnings: readonly QueryWarning[];
  /** As asked for; an open end is beyond all time. */
  readonly range: TimeRange;
  /** What charts and rates speak of: as asked for; an open end is the request's instant. */
  readonly shown: TimeRange;
  readonly timeZone: string;
  /** For fixes of warnings that come later; null gives none. */
  readonly written: WrittenQuery | null;
}

export function prepareQuery(
  request: {
    readonly query: string;
    readonly startNanos?: bigint;
    readonly endNanos?: bigint;
    readonly timeZone?: string;
  },
  nowNanos: bigint,
): Prepared {
  const timeZone = zoneOf(request.timeZone);
  const parsed = parseQuery(request.query, { nowNanos, timeZone });
  if (!parsed.ok) throw faultOf(parsed.error);
  const start = sinceEpoch(request.startNanos ?? (request.endNanos ?? nowNanos) - DAY_NANOS);
  const end = request.endNanos ?? END_OF_TIME;
  if (request.endNanos !== undefined && request.startNanos !== undefined && end < start)
    throw invalid("end_time", "the end is before the start");
  const asked = { startNanos: start, endNanos: end };
  return {
    query: parsed.query,
    warnings: parsed.warnings,
    range: asked,
    shown: { startNanos: start, endNanos: request.endNanos ?? nowNanos },
    timeZone,
    written: { text: request.query, context: { nowNanos, timeZone } },
  };
}

/**
 * Nothing is kept of before 1970: a range that begins there begins then, so that what is reckoned back from its start (whole
 * weeks, a window of the same length) is still a time that can be told.
 */
export function sinceEpoch(nanos: bigint): bigint {
  return nanos < 0n ? 0n : nanos;
}

function zoneOf(name: string | undefined): string {
  if (name === undefined || name === "" || name === "UTC") return "UTC";
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) throw invalid("time_zone", "not a time zone's IANA name");
    throw error;
  }
}

function faultOf(error: QueryError): FaultError {
  const meta: Record<string, string> = {
    code: error.code,
    start: String(error.start),
    end: String(error.end),
    expected: error.expected,
  };
  error.fixes.forEach((fix, i) => {
    meta[`fix_${i + 1}`] = fix;
  });
  return invalid("query", error.message, meta);
}

/** The part of the range in which the filter can match: by conditions on time that hold for the whole filter. */
export function narrow(range: TimeRange, filter: Filter): TimeRange {
  if (filter.kind === "and") return filter.parts.reduce(narrow, range);
  if (filter.kind !== "field" || filter.test.kind !== "time") return range;
  const { from, to } = filter.test;
  return {
    startNanos: from !== null && from > range.startNanos ? from : range.startNanos,
    endNanos: to !== null && to < range.endNanos ? to : range.endNanos,
  };
}

export function limitOf(limit: number | undefined): number {
  const wanted = limit === undefined || limit === 0 ? DEFAULT_LIMIT : limit;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_LIMIT)
    throw invalid("limit", `a whole number from 1 to ${MAX_LIMIT}`);
  return wanted;
}

/** Where a page begins: behind an entry, or after so many rows of an answer whose rows have no id. */
export type PageStart =
  | { readonly kind: "first" }
  | { readonly kind: "after"; readonly id: EntryId }
  | { readonly kind: "skip"; readonly rows: number };

export function pageStartOf(cursor: string | undefined): PageStart {
  if (cursor === undefined || cursor === "") return { kind: "first" };
  const [, rows] = /^\+(\d{1,9})$/.exec(cursor) ?? [];
  if (rows !== undefined) return { kind: "skip", rows: Number(rows) };
  try {
    return { kind: "after", id: parseEntryId(cursor, "cursor") };
  } catch {
    throw invalid("cursor", "not a cursor of this service");
  }
}

export function skipCursor(rows: number): string {
  return `+${rows}`;
}
