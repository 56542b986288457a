/**
 * How often each value of one field occurs, in bounded memory.
 * Invariant: exact until its room is full. Then whoever keeps it may thin it: the rarest values are let go, so that a
 * count lacks what was let go of its value before, and the number of values is an estimate (0.81 % standard error).
 * Parts that were thinned in other places differ in that; what is frequent stays in all of them.
 */
import type { Scalar } from "../../domain/entry.ts";
import { levelOf } from "../../domain/level.ts";
import type { FieldRef } from "../../query/ast.ts";
import { formOf } from "../pipe/cell.ts";
import { Distinct } from "../pipe/distinct.ts";
import { typeOfField } from "../pipe/field-cell.ts";
import { FormCounts } from "../pipe/form-counts.ts";
import { firstForms } from "../pipe/form-order.ts";
import type { RowBatch } from "../pipe/row-batch.ts";

/** What values of one field may take; more than that only until a block has been counted. */
export interface ValueRoom {
  readonly values: number;
  readonly bytes: number;
}

export interface CountedValue {
  readonly value: Scalar;
  readonly count: number;
}

export interface JoinedCounts {
  readonly size: number;
  valueOf(id: number): Scalar;
  countOf(id: number): number;
  otherCountOf(id: number): number;
}

/** What the values of a field are. */
export type ValueKind = "text" | "number" | "boolean" | "level" | "mixed";

export class ValueCounts {
  readonly field: FieldRef;
  readonly #kinds = new Set<ValueKind>();
  #counts = exactCounts();
  /** Of all values that were let go, and of all that had come by then. */
  #distinct: Distinct | undefined;
  /** Values numbered below are in `#distinct`. */
  #estimated = 0;

  constructor(field: FieldRef) {
    this.field = field;
  }

  /** Rows that have the field. */
  get present(): number {
    return this.#counts.having;
  }

  get approximate(): boolean {
    return this.#distinct !== undefined;
  }

  /** What it keeps, about, in bytes. */
  get heldBytes(): number {
    return this.#counts.heldBytes + (this.#distinct === undefined ? 0 : ESTIMATE_BYTES);
  }

  add(batch: RowBatch): void {
    this.#counts.add(batch, this.field);
  }

  /** Adds rows of these severities: the field is the level. */
  addSeverities(severities: Uint8Array, rows: Uint32Array): void {
    const counts = new Float64Array(256);
    for (const row of rows) {
      const severity = severities[row] as number;
      counts[severity] = (counts[severity] as number) + 1;
    }
    counts.forEach((count, severity) => {
      if (count > 0) this.#counts.addCount(levelOf(severity), count);
    });
  }

  /** Adds so many rows that have one value, or none. */
  addCount(value: Scalar | null, rows: number): void {
    this.#counts.addCount(value, rows);
  }

  /** @param other of the same field; not used any more afterwards. */
  absorb(other: ValueCounts): void {
    for (const kind of other.#kinds) this.#kinds.add(kind);
    if (other.#distinct !== undefined) {
      this.#estimate();
      this.#distinct?.absorb(other.#distinct);
    }
    this.#counts.absorb(other.#counts);
  }

  isFull({ values, bytes }: ValueRoom): boolean {
    return this.#counts.size > values || this.#counts.heldBytes > bytes;
  }

  /** Lets the rarest values go, so that half of the room is free. */
  thin(room: ValueRoom): void {
    this.#noteKinds();
    this.#estimate();
    const { table } = this.#counts;
    const ids = Uint32Array.from({ length: table.size }, (_, id) => id).sort(
      (a, b) => this.#counts.countOf(b) - this.#counts.countOf(a) || a - b,
    );
    let bytes = 0;
    const kept: number[] = [];
    for (const id of ids) {
      bytes += VALUE_BYTES + table.lengthOf(id);
      if (kept.length >= room.values / 2 || bytes > room.bytes / 2) break;
      kept.push(id);
    }
    this.#counts = this.#counts.only(kept);
    this.#estimated = kept.length;
  }

  /** How many values there are. */
  distinct(): number {
    if (this.#distinct === undefined) return this.#counts.size;
    this.#estimate();
    return this.#distinct.count();
  }

  kind(): ValueKind {
    this.#noteKinds();
    const [only] = this.#kinds;
    return only !== undefined && this.#kinds.size === 1 ? only : "mixed";
  }

  /** The most frequent values; of equals the lower first, as `sort` orders them. */
  top(wanted: number): CountedValue[] {
    const { table } = this.#counts;
    const countOf = (id: number): number => this.#counts.countOf(id);
    const first = firstForms(table, typeOfField(this.field), wanted, countOf, (a, b) => b - a);
    return Array.from(first, (id) => ({ value: table.scalarAt(id), count: countOf(id) }));
  }

  /**
   * The values that are here or there, numbered from 0, with their counts here and there.
   * @param other of the same field; neither is used any more afterwards.
   */
  joined(other: ValueCounts | undefined): JoinedCounts {
    const counts = this.#counts;
    const { table } = counts;
    const there = new Float64Array(table.size + (other === undefined ? 0 : other.#counts.size));
    if (other !== undefined)
      table.absorb(other.#counts.table).forEach((id, own) => {
        there[id] = other.#counts.countOf(own);
      });
    return {
      size: table.size,
      valueOf: (id) => table.scalarAt(id),
      countOf: (id) => counts.countOf(id),
      otherCountOf: (id) => there[id] ?? 0,
    };
  }

  /** Puts values that came since into the estimate of their number. */
  #estimate(): void {
    const { table } = this.#counts;
    this.#distinct ??= estimating();
    for (let id = this.#estimated; id < table.size; id++)
      this.#distinct.add(formOf(table.scalarAt(id)));
    this.#estimated = table.size;
  }

  #noteKinds(): void {
    const { table } = this.#counts;
    if (typeOfField(this.field) === "level") {
      if (table.size > 0) this.#kinds.add("level");
      return;
    }
    for (let id = 0; id < table.size; id++)
      this.#kinds.add(table.isText(id) ? "text" : kindOf(table.scalarAt(id)));
  }
}

/** Registers of an estimate. */
const ESTIMATE_BYTES = 16_384;
/** Of a value that is kept, beside its bytes: its place in tables, which have room to grow. */
const VALUE_BYTES = 160;

function exactCounts(): FormCounts {
  return new FormCounts(Infinity, () => {
    throw new Error("there is room for all values");
  });
}

function estimating(): Distinct {
  const distinct = new Distinct();
  distinct.estimate();
  return distinct;
}

function kindOf(value: Scalar): ValueKind {
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "boolean" : "number";
}
