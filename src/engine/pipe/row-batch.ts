/**
 * Some rows for a pipe that reads fields and counts: rows of a block, entries, or rows of a table.
 * Invariant: rows are numbered 0..length-1; getters are made once a batch and asked once a row.
 */
import type { Entry } from "../../domain/entry.ts";
import { invalid } from "../../domain/fault.ts";
import { msOf } from "../../domain/time-range.ts";
import type { FieldRef, Filter } from "../../query/ast.ts";
import { Bitmap } from "../bitmap.ts";
import type { BlockReader, ColumnView } from "../block/block-reader.ts";
import { compileBlockFilter } from "../filter/block-filter.ts";
import type { BlockScan } from "../filter/block-scan.ts";
import { nanosAt } from "../filter/builtin-test.ts";
import { compileEntryFilter } from "../filter/entry-filter.ts";
import type { Meter } from "../filter/meter.ts";
import { type Cell, type Table } from "./cell.ts";
import { cellOfEntry, cellsOfBlock, plainColumnOf } from "./field-cell.ts";
import { compileRowFilter } from "./row-filter.ts";

/** Where a row stands among all rows of the query; later ones compare above. */
export interface Place {
  readonly nanos: bigint;
  readonly batch: string;
  readonly index: number;
}

export interface PlainColumn {
  readonly column: ColumnView;
  /** The column's rows that are the batch's, in their order. */
  readonly rows: Uint32Array;
  /** An empty text stands for none. */
  readonly emptyIsMissing: boolean;
}

export interface RowBatch {
  readonly length: number;
  cells(field: FieldRef): (row: number) => Cell;
  /** The column that alone holds a field's values, for those who take it as a whole; not every batch has columns. */
  plainColumn?(field: FieldRef): PlainColumn | undefined;
  /** Nanoseconds since 1970; of a table, the first column of times. */
  nanos(row: number): bigint;
  /** The same in whole milliseconds, at the cost of a read. */
  ms(row: number): number;
  place(row: number): Place;
  /** @param meter told of what may take long; of a block its scan is. */
  matches(filter: Filter, meter?: Meter): (row: number) => boolean;
}

export function comparePlaces(a: Place, b: Place): number {
  if (a.nanos !== b.nanos) return a.nanos < b.nanos ? -1 : 1;
  if (a.batch !== b.batch) return a.batch < b.batch ? -1 : 1;
  return a.index - b.index;
}

export function placeAt(block: BlockReader, row: number): Place {
  return {
    nanos: nanosAt(block, row),
    batch: block.batches[block.batchOf[row] ?? 0] ?? "",
    index: block.indexInBatch[row] ?? 0,
  };
}

/** @param rows rows of the block, ascending: as they stand in the order of all rows. */
export function blockBatch(scan: BlockScan, rows: Uint32Array): RowBatch {
  const { block } = scan;
  const at = (row: number): number => rows[row] ?? 0;
  return {
    length: rows.length,
    cells: (field) => {
      const cells = cellsOfBlock(block, field);
      return (row) => cells(at(row));
    },
    plainColumn: (field) => {
      const found = plainColumnOf(block, field);
      return found === undefined ? undefined : { ...found, rows };
    },
    nanos: (row) => nanosAt(block, at(row)),
    ms: (row) => block.timeMs[at(row)] ?? 0,
    place: (row) => placeAt(block, at(row)),
    matches: (filter) => {
      const within = Bitmap.none(block.rows);
      rows.forEach((row) => within.add(row));
      const passing = compileBlockFilter(filter)(scan, within);
      return (row) => passing.has(at(row));
    },
  };
}

export function entryBatch(entries: readonly Entry[]): RowBatch {
  const at = (row: number): Entry => {
    const entry = entries[row];
    if (entry === undefined) throw new RangeError(`no row ${row}`);
    return entry;
  };
  return {
    length: entries.length,
    cells: (field) => (row) => cellOfEntry(at(row), field),
    nanos: (row) => at(row).timeNanos,
    ms: (row) => msOf(at(row).timeNanos),
    place: (row) => {
      const { timeNanos, batch, index } = at(row).id;
      return { nanos: timeNanos, batch, index };
    },
    matches: (filter, meter) => {
      const passes = compileEntryFilter(filter, meter);
      return (row) => passes(at(row));
    },
  };
}

export function tableBatch(table: Table): RowBatch {
  const times = table.columns.findIndex((column) => column.type === "time");
  const nanosOf = (row: number): bigint => {
    const cell = table.rows[row]?.[times];
    if (typeof cell !== "bigint")
      throw invalid("query", "The table has no times to put into buckets");
    return cell;
  };
  return {
    length: table.rows.length,
    cells: (field) => {
      const column = columnIndex(table, field);
      return (row) => table.rows[row]?.[column] ?? null;
    },
    nanos: nanosOf,
    ms: (row) => msOf(nanosOf(row)),
    // `first` and `last` go by the order of rows.
    place: (row) => ({ nanos: 0n, batch: "", index: row }),
    matches: (filter, meter) => {
      const passes = compileRowFilter(filter, table.columns, meter);
      return (row) => passes(table.rows[row] ?? []);
    },
  };
}

/** @returns the column's index; throws `invalid` for a name the table lacks. */
export function columnIndex(table: Table, field: FieldRef): number {
  const index = table.columns.findIndex((column) => column.name === field.name);
  if (index < 0) throw invalid("query", `The table has no column \`${field.name}\``);
  return index;
}
