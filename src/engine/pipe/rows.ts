/**
 * What flows from pipe to pipe once it no longer streams: entries, or a table.
 * Invariant: row order is part of it; entries begin newest first.
 */
import type { Entry } from "../../domain/entry.ts";
import type { TimeRange } from "../../domain/time-range.ts";
import type { Table } from "./cell.ts";
import type { Meter } from "../filter/meter.ts";
import { type RowBatch, entryBatch, tableBatch } from "./row-batch.ts";

export type Rows =
  | { readonly kind: "entries"; readonly entries: readonly Entry[] }
  | { readonly kind: "table"; readonly table: Table };

/** Bounds what the tests of one row take: `work` throws `tooMuchWork`. */
export interface RowMeter extends Meter {
  /** Before the tests of a row. */
  row(): void;
}

/** What a pipe may know of the request, and where it says what it left out. */
export interface PipeEnv {
  /** Of charts and rates. */
  readonly shown: TimeRange;
  readonly timeZone: string;
  /** Makes the answer partial, with a sentence. */
  readonly partial: (reason: string) => void;
  /** @returns why no more than so many bytes may be kept, or undefined. */
  readonly overfull: (heldBytes: number) => string | undefined;
  readonly meter: RowMeter;
  /** Rows older than this were not all read, nanoseconds since 1970; undefined when all were. */
  readonly coveredStart?: bigint | undefined;
}

export function batchOf(rows: Rows): RowBatch {
  return rows.kind === "entries" ? entryBatch(rows.entries) : tableBatch(rows.table);
}

export function rowCount(rows: Rows): number {
  return rows.kind === "entries" ? rows.entries.length : rows.table.rows.length;
}

/** The rows at `indexes`, in that order. */
export function pick(rows: Rows, indexes: readonly number[]): Rows {
  if (rows.kind === "entries")
    return { kind: "entries", entries: indexes.flatMap((i) => rows.entries[i] ?? []) };
  const { table } = rows;
  return {
    kind: "table",
    table: { ...table, rows: indexes.flatMap((i) => [table.rows[i] ?? []]) },
  };
}
