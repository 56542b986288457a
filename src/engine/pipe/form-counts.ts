/**
 * How many rows have each value of one field, without a text or an object a value.
 * Invariant: counts as groups by that field do: values with one text form are one, a row with a list counts once under
 * each distinct element, and rows without the field are counted apart. Rows in any order, in any parts, give one result.
 */
import type { Scalar } from "../../domain/entry.ts";
import type { FieldRef } from "../../query/ast.ts";
import { hasRow } from "../block/column-views.ts";
import { grownF64 } from "../column/bytes.ts";
import { type Cell, isListCell } from "./cell.ts";
import { FormTable, NO_ROOM } from "./form-table.ts";
import type { PlainColumn, RowBatch } from "./row-batch.ts";

export class FormCounts {
  readonly #max: number;
  readonly #onFull: () => void;
  #table: FormTable;
  #counts = new Float64Array(16);
  #missing = 0;
  #having = 0;

  /** @param onFull called for each row under a value beyond `max`, which is left out. */
  constructor(max: number, onFull: () => void) {
    this.#max = max;
    this.#table = new FormTable(max);
    this.#onFull = onFull;
  }

  /** What it keeps, about, in bytes. */
  get heldBytes(): number {
    return this.#table.heldBytes + 8 * this.#counts.length;
  }

  /** Values are numbered 0..size-1. */
  get size(): number {
    return this.#table.size;
  }

  get table(): FormTable {
    return this.#table;
  }

  /** Rows that have the field, and those that do not. */
  get having(): number {
    return this.#having;
  }
  get missing(): number {
    return this.#missing;
  }

  countOf(id: number): number {
    return this.#counts[id] ?? 0;
  }

  add(batch: RowBatch, field: FieldRef): void {
    const plain = batch.plainColumn?.(field);
    if (plain?.column.kind === "text") this.#addTexts(plain);
    else if (plain?.column.kind === "dictionary") this.#addCodes(plain, batch, field);
    else {
      const cells = batch.cells(field);
      for (let row = 0; row < batch.length; row++) this.#addCell(cells(row), 1);
    }
  }

  /** Adds so many rows that have one value, or none. */
  addCount(value: Scalar | null, rows: number): void {
    this.#addCell(value, rows);
  }

  absorb(other: FormCounts): void {
    this.#missing += other.#missing;
    this.#having += other.#having;
    if (this.#table.size === 0) {
      this.#table = other.#table;
      this.#counts = other.#counts;
      return;
    }
    const ids = this.#table.absorb(other.#table);
    ids.forEach((id, own) => this.#count(id, other.countOf(own)));
  }

  /** @returns the counts of these values alone, numbered anew in their order; rows are counted as here. */
  only(ids: Iterable<number>): FormCounts {
    const kept = new FormCounts(this.#max, this.#onFull);
    kept.#missing = this.#missing;
    kept.#having = this.#having;
    for (const id of ids) kept.#count(kept.#table.take(this.#table, id), this.countOf(id));
    return kept;
  }

  #addTexts({ column, rows, emptyIsMissing }: PlainColumn): void {
    if (column.kind !== "text") return;
    const { bytes, starts, present } = column;
    for (const row of rows) {
      const start = starts[row] as number;
      const end = (starts[row + 1] as number) - 1;
      if (!hasRow(present, row) || (emptyIsMissing && end <= start)) this.#missing++;
      else {
        this.#having++;
        this.#count(this.#table.ofBytes(bytes, start, end), 1);
      }
    }
  }

  /** Counts codes, and reads each value once. */
  #addCodes({ column, rows }: PlainColumn, batch: RowBatch, field: FieldRef): void {
    if (column.kind !== "dictionary") return;
    const { codes, present, values } = column;
    const counts = new Uint32Array(values.length);
    const anyRow = new Uint32Array(values.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!hasRow(present, row)) {
        this.#missing++;
        continue;
      }
      const code = codes[row] as number;
      counts[code] = (counts[code] as number) + 1;
      anyRow[code] = i;
    }
    const cells = batch.cells(field);
    counts.forEach((count, code) => {
      if (count > 0) this.#addCell(cells(anyRow[code] as number), count);
    });
  }

  #addCell(cell: Cell, rows: number): void {
    if (cell === null) {
      this.#missing += rows;
      return;
    }
    this.#having += rows;
    if (!isListCell(cell)) {
      this.#count(this.#table.ofScalar(cell), rows);
      return;
    }
    const ids = new Set(cell.map((value) => this.#table.ofScalar(value)));
    for (const id of ids) this.#count(id, rows);
  }

  #count(id: number, rows: number): void {
    if (id === NO_ROOM) {
      this.#onFull();
      return;
    }
    if (id >= this.#counts.length) this.#counts = grownF64(this.#counts, id + 1);
    this.#counts[id] = (this.#counts[id] as number) + rows;
  }
}
