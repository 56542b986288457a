/**
 * One log record as people see it.
 * Invariant: attributes are flat (dotted names), in the order they arrived; a name that came twice holds a list.
 */
import { type BatchId, parseBatchId } from "./ids.ts";
import { invalid } from "./fault.ts";

/**
 * Scalars are text, number, boolean; an integer beyond ±2^53 is a bigint and is answered as text.
 * null, empty maps and empty lists are kept as they were sent and count as missing in queries.
 */
export type Scalar = string | number | bigint | boolean;
export type AttributeValue =
  | Scalar
  | null
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };

export interface Entry {
  readonly id: EntryId;
  readonly timeNanos: bigint;
  /** When Argus received it, nanoseconds since 1970, ms precision. */
  readonly observedNanos: bigint;
  /** 1..24. */
  readonly severity: number;
  readonly message: string;
  /** Empty when absent, like `host`. */
  readonly service: string;
  readonly host: string;
  /** 32 and 16 lower-case hex digits, empty when absent. */
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** Names of what was cut to a limit: "message", an attribute's name, or "attributes". */
  readonly truncated: readonly string[];
}

/** Position in the total order of an application: (time, batch as text, index as number). */
export interface EntryId {
  readonly timeNanos: bigint;
  readonly batch: BatchId;
  /** Place in the batch as it was sent, counted from 0. */
  readonly index: number;
}

export function entryIdText(id: EntryId): string {
  return `${id.timeNanos}.${id.batch}.${id.index}`;
}

/** @returns the id in `ns.batch.index`; throws `invalid` naming `field`. */
export function parseEntryId(raw: string, field = "id"): EntryId {
  const parts = raw.split(".");
  const [ns, batch, index] = parts;
  if (parts.length !== 3 || ns === undefined || batch === undefined || index === undefined)
    throw invalid(field, "an entry id is nanoseconds.batch.index");
  if (!/^-?\d{1,19}$/.test(ns) || !/^\d{1,9}$/.test(index))
    throw invalid(field, "an entry id is nanoseconds.batch.index");
  return { timeNanos: BigInt(ns), batch: parseBatchId(batch, field), index: Number(index) };
}

/** Ascending by (time, batch, index). */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  if (a.timeNanos !== b.timeNanos) return a.timeNanos < b.timeNanos ? -1 : 1;
  if (a.batch !== b.batch) return a.batch < b.batch ? -1 : 1;
  return a.index - b.index;
}
