/**
 * The rows of one (application, bucket) on their way into one block, in columns.
 * Invariant: every column's row numbers are below `rows`; a row that `take` refused left nothing behind; an
 * attribute name has a column or lies in `rest`, for the whole block.
 */
import type { BatchId } from "../../domain/ids.ts";
import { grownBytes, grownF64, grownI32, grownU32, utf8Bytes } from "./bytes.ts";
import { CELL_JSON, CELL_NUMBER, CELL_TEXT, CELL_TRUE, ColumnBuilder } from "./column-builder.ts";
import { jsonText } from "./json-value.ts";
import type { RowCells } from "./row-cells.ts";
import { isUtf8 } from "./utf8.ts";

/** A block with more attribute names keeps the others in one JSON column: each column costs a directory entry. */
export const MAX_ATTRIBUTE_COLUMNS = 200;
const NO_COLUMN = -1;
/** What an attribute without a column costs beside its bytes: half a microsecond, in which 64 others are copied. */
const MEMBER_BYTES = 64;

export interface BlockBatch {
  readonly batch: BatchId;
  readonly receivedMs: number;
}

/** Of a row's fixed-size fields: see `openRow`. */
const ROW_BYTES = 8 + 4 + 1 + 4 + 4 + 16 + 8;

export class BlockRows {
  rows = 0;
  timeMs = new Float64Array(16);
  timeRem = new Uint32Array(16);
  severities = new Uint8Array(16);
  /** Index into `batches`. */
  batchOf = new Uint32Array(16);
  indexes = new Uint32Array(16);
  /** 16 and 8 bytes a row; all zeros is absent. */
  traceIds = new Uint8Array(256);
  spanIds = new Uint8Array(128);
  batches: BlockBatch[] = [];

  readonly message = new ColumnBuilder();
  readonly service = new ColumnBuilder();
  readonly host = new ColumnBuilder();
  /** Lists of names, as JSON. */
  readonly truncated = new ColumnBuilder();
  /** What has no column of its own: a JSON object a row. */
  readonly rest = new ColumnBuilder();
  readonly attributes: ColumnBuilder[] = [];
  readonly attributeNames: Uint8Array[] = [];
  /** Columns in use; those behind them are spare. */
  attributeCount = 0;
  #columnOf = new Int32Array(64).fill(NO_COLUMN);

  /** Makes room for one row and its fixed-size fields; counts it only in `commitRow`. */
  openRow(
    ms: number,
    remNanos: number,
    severity: number,
    batch: number,
    index: number,
    ids: Uint8Array,
  ): void {
    const row = this.rows;
    if (row === this.timeMs.length) {
      this.timeMs = grownF64(this.timeMs, row + 1);
      this.timeRem = grownU32(this.timeRem, row + 1);
      this.severities = grownBytes(this.severities, row + 1);
      this.batchOf = grownU32(this.batchOf, row + 1);
      this.indexes = grownU32(this.indexes, row + 1);
      this.traceIds = grownBytes(this.traceIds, (row + 1) * 16);
      this.spanIds = grownBytes(this.spanIds, (row + 1) * 8);
    }
    this.timeMs[row] = ms;
    this.timeRem[row] = remNanos;
    this.severities[row] = severity;
    this.batchOf[row] = batch;
    this.indexes[row] = index;
    const traces = this.traceIds;
    const spans = this.spanIds;
    for (let i = 0, at = row * 16; i < 16; i++) traces[at + i] = ids[i] as number;
    for (let i = 0, at = row * 8; i < 8; i++) spans[at + i] = ids[16 + i] as number;
  }

  /** The open row is complete. */
  commitRow(): void {
    this.rows++;
  }

  /** @returns the column of a name, made when there is room; undefined: the name lies in `rest`. */
  #columnFor(
    canonical: number,
    nameBytes: (canonical: number) => Uint8Array,
  ): ColumnBuilder | undefined {
    if (canonical >= this.#columnOf.length)
      this.#columnOf = grownI32(this.#columnOf, canonical + 1);
    const known = this.#columnOf[canonical] as number;
    if (known !== NO_COLUMN) return this.attributes[known];
    if (this.attributeCount === MAX_ATTRIBUTE_COLUMNS) return undefined;
    const at = this.attributeCount++;
    this.attributes[at] ??= new ColumnBuilder();
    this.attributeNames[at] = nameBytes(canonical).slice();
    this.#columnOf[canonical] = at;
    return this.attributes[at];
  }

  /**
   * Adds the attributes of the open row.
   * @returns the canonical handle of an attribute that is not UTF-8, -1 when all are in.
   */
  addCells(cells: RowCells, nameBytes: (canonical: number) => Uint8Array): number {
    const row = this.rows;
    let rest: string[] | undefined;
    for (let i = 0; i < cells.count; i++) {
      const canonical = cells.names[i] as number;
      const known =
        canonical < this.#columnOf.length ? (this.#columnOf[canonical] as number) : NO_COLUMN;
      // No closure over the name: it would be an object an attribute.
      const column = known >= 0 ? this.attributes[known] : this.#columnFor(canonical, nameBytes);
      const type = cells.types[i] as number;
      if (column === undefined) {
        if (
          (type === CELL_TEXT || type === CELL_JSON) &&
          !isUtf8(
            cells.sources[i] as Uint8Array,
            cells.starts[i] as number,
            cells.ends[i] as number,
          )
        )
          return canonical;
        (rest ??= []).push(`${cells.quotedName(i)}:${jsonText(cells.valueAt(i))}`);
        continue;
      }
      if (type === CELL_TEXT || type === CELL_JSON) {
        const source = cells.sources[i] as Uint8Array;
        const start = cells.starts[i] as number;
        const end = cells.ends[i] as number;
        const taken =
          type === CELL_TEXT
            ? column.addText(row, source, start, end)
            : column.addJson(row, source, start, end);
        if (!taken) return canonical;
      } else if (type === CELL_NUMBER) column.addNumber(row, cells.numbers[i] as number);
      else column.addBoolean(row, type === CELL_TRUE);
    }
    if (rest !== undefined) {
      cells.repeatedBytes += this.addRest(row, rest) + rest.length * MEMBER_BYTES;
    }
    return -1;
  }

  /** @param members `"name":value` texts, in order. @returns how many bytes they take. */
  addRest(row: number, members: readonly string[]): number {
    const bytes = utf8Bytes(`{${members.join(",")}}`);
    this.rest.addJson(row, bytes, 0, bytes.length);
    return bytes.length;
  }

  /** Forgets every row from `row` on, the open one included. */
  truncate(row: number): void {
    this.rows = row;
    for (const column of this.#columns()) column.truncate(row);
  }

  /** Forgets the batches from `count` on; their rows are gone already. */
  truncateBatches(count: number): void {
    this.batches.length = count;
  }

  /** Empties it for another use. */
  reset(): void {
    this.rows = 0;
    this.batches = [];
    for (const column of this.#columns()) column.reset();
    this.attributeCount = 0;
    this.#columnOf.fill(NO_COLUMN);
  }

  /** What it has room for, in bytes. */
  get heldBytes(): number {
    let bytes = this.timeMs.length * ROW_BYTES + this.#columnOf.byteLength;
    for (const column of [this.message, this.service, this.host, this.truncated, this.rest])
      bytes += column.heldBytes;
    for (const column of this.attributes) bytes += column.heldBytes;
    return bytes;
  }

  *#columns(): Iterable<ColumnBuilder> {
    yield this.message;
    yield this.service;
    yield this.host;
    yield this.truncated;
    yield this.rest;
    for (let i = 0; i < this.attributeCount; i++) yield this.attributes[i] as ColumnBuilder;
  }
}
