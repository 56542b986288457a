/**
 * What a filter, a pipe or an answer may ask of an opened block.
 * Invariant: rows ascend by (time, batch, index), row numbers are 0..rows-1, and asking for a column reads only
 * the parts that hold it. Views are valid as long as the block is.
 */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import type { BatchId } from "../../domain/ids.ts";

export interface BlockReader {
  readonly rows: number;
  /** Milliseconds since 1970 of each row, and the nanoseconds beyond them (0..999,999). */
  readonly timeMs: Float64Array;
  readonly timeRemNanos: Uint32Array;
  /** 1..24 of each row. */
  readonly severities: Uint8Array;
  /** Distinct batches, ascending; `batchOf[row]` is an index into it. */
  readonly batches: readonly BatchId[];
  readonly batchOf: Uint32Array;
  /** Place of each row in its batch as it was sent. */
  readonly indexInBatch: Uint32Array;

  /** Names of the attributes, in no particular order. Never the built-in fields. */
  readonly attributeNames: readonly string[];

  /** The built-in text columns; absent values are empty text (present there as ""). */
  builtin(name: "message" | "service" | "host" | "trace_id" | "span_id"): ColumnView;

  /** @returns undefined when no row has the attribute. */
  attribute(name: string): ColumnView | undefined;

  /** Attributes with a column of their own, in the order in which a row's are answered. */
  attributeColumns(): Iterable<{ readonly name: string; readonly column: ColumnView }>;

  /** Objects of the attributes beyond those, which are answered behind them; undefined when no row has any. */
  restObjects(): ColumnView | undefined;

  /** Lists of the names of what was cut, of each row that has any. */
  truncatedNames(): ColumnView | undefined;

  /** When a batch of `batches` was received, milliseconds since 1970. */
  receivedMs(batch: number): number;

  /** @returns everything of one row, attributes in the order they were sent. */
  entry(row: number): Entry;

  /** Bytes of what is read and decoded of it so far, roughly. */
  heldBytes(): number;

  /** Gives back the memory of what was read and decoded; nothing of the block may be looked at again. */
  giveBack(): void;
}

/** One column. `value(row)` is always there; the other members let a filter work on whole columns. */
export type ColumnView = DictionaryColumn | NumberColumn | TextColumn | MixedColumn;

interface ColumnBase {
  /** Bit `row & 7` of byte `row >> 3`; undefined when every row has a value. */
  readonly present: Uint8Array | undefined;
  /** @returns the value as it was sent (null, {} and [] included), undefined when the row lacks the attribute. */
  value(row: number): AttributeValue | undefined;
}

/** Few distinct values; a constant column has one. */
export interface DictionaryColumn extends ColumnBase {
  readonly kind: "dictionary";
  readonly values: readonly AttributeValue[];
  /** Index into `values` of each row; meaningless where the row has no value. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
}

export interface NumberColumn extends ColumnBase {
  readonly kind: "numbers";
  /** Exact as doubles; NaN never occurs. */
  readonly numbers: Float64Array;
  readonly min: number;
  readonly max: number;
}

/** Texts of the rows that have one, as UTF-8, rows separated by one `\n`. */
export interface TextColumn extends ColumnBase {
  readonly kind: "text";
  readonly bytes: Uint8Array;
  /** Start of each row's text; the text of row r ends at starts[r + 1] - 1. rows + 1 long. */
  readonly starts: Uint32Array;
  /** No byte above 0x7f in the whole column. */
  readonly ascii: boolean;
}

/** Values of several types, lists, maps, big integers. */
export interface MixedColumn extends ColumnBase {
  readonly kind: "mixed";
  /** Of a name that has no column of its own. Its `present` is made anew each time. */
  readonly isGathered: boolean;
}
