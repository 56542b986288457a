/**
 * Counts of the values of several fields: of one unit, or of all that have been joined.
 * Invariant: each field is counted over the rows of its group, and rows in any order, in any parts, give one result; but
 * for values that were let go, a field has all of its values or is left out. Memory has a bound a field.
 */
import { levelOf } from "../../domain/level.ts";
import type { FieldRef } from "../../query/ast.ts";
import type { Bitmap } from "../bitmap.ts";
import type { BlockScan } from "../filter/block-scan.ts";
import type { RowCount } from "../pipe/counted-rows.ts";
import { OBJECT_BYTES, textBytes } from "../pipe/held.ts";
import { type RowBatch, blockBatch } from "../pipe/row-batch.ts";
import { type FieldsSeen, MAX_FOUND } from "./fields-seen.ts";
import { ValueCounts, type ValueRoom } from "./value-counts.ts";

/** A field that is always counted. */
export interface TallyField {
  readonly field: FieldRef;
  /** Number of the group of rows it is counted over. */
  readonly group: number;
  readonly room: ValueRoom;
  /** What happens when it is full: rare values are let go, or the whole field. */
  readonly full: "thin" | "leave out";
}

export interface TallyPlan {
  readonly groups: number;
  /** By their keys. */
  readonly fields: ReadonlyMap<string, TallyField>;
  /** All other attributes that rows of the first group have; full ones are left out. Undefined: none. */
  readonly found: ValueRoom | undefined;
}

export class FieldTally {
  readonly #plan: TallyPlan;
  readonly #seen: FieldsSeen;
  readonly #entries: Float64Array;
  readonly #counts = new Map<string, ValueCounts>();

  constructor(plan: TallyPlan, seen: FieldsSeen) {
    this.#plan = plan;
    this.#seen = seen;
    this.#entries = new Float64Array(plan.groups);
  }

  /** Rows of a group. */
  entriesOf(group: number): number {
    return this.#entries[group] ?? 0;
  }

  /** @returns undefined when no row has the field, or it was left out. */
  countsOf(field: FieldRef): ValueCounts | undefined {
    return this.#counts.get(keyOf(field));
  }

  /** The attributes that were counted though nobody named them. */
  found(): ValueCounts[] {
    const { fields } = this.#plan;
    return [...this.#counts].flatMap(([key, counts]) => (fields.has(key) ? [] : [counts]));
  }

  /** What it keeps, about, in bytes. */
  get heldBytes(): number {
    let bytes = 0;
    for (const [key, counts] of this.#counts)
      bytes += OBJECT_BYTES + textBytes(key) + counts.heldBytes;
    return bytes;
  }

  /**
   * @param groups the rows of each group.
   * @param miss told of each column that cannot be read; the others are counted.
   */
  addBlock(scan: BlockScan, groups: readonly Bitmap[], miss: (error: unknown) => void): void {
    groups.forEach((rows, group) => {
      const numbers = rows.rows();
      if (numbers.length === 0) return;
      this.#entries[group] = this.entriesOf(group) + numbers.length;
      const batch = blockBatch(scan, numbers);
      for (const { field, group: own } of this.#plan.fields.values())
        if (own === group) this.#addRows(field, scan, numbers, batch, miss);
      if (group === 0) this.#addFound(scan, numbers, batch, miss);
    });
  }

  /** Adds counted rows of a group whose fields are the level and the service, or none. */
  addCounts(group: number, rows: readonly RowCount[], by: "level" | "service" | undefined): void {
    for (const { count, severity, service } of rows) {
      if (by === undefined) this.#entries[group] = this.entriesOf(group) + count;
      for (const { field, group: own } of this.#plan.fields.values())
        if (own === group && field.kind === "builtin" && field.name === by)
          this.#of(field).addCount(
            by === "level" ? levelOf(severity) : service === "" ? null : service,
            count,
          );
    }
  }

  /** @param other of the same plan; not used any more afterwards. */
  absorb(other: FieldTally): void {
    other.#entries.forEach((count, group) => {
      this.#entries[group] = this.entriesOf(group) + count;
    });
    for (const [key, counts] of other.#counts) {
      if (this.#seen.leftOut.has(key)) continue;
      const own = this.#counts.get(key);
      if (own === undefined) this.#counts.set(key, counts);
      else own.absorb(counts);
      this.#bound(key, own ?? counts);
    }
  }

  #addRows(
    field: FieldRef,
    scan: BlockScan,
    rows: Uint32Array,
    batch: RowBatch,
    miss: (error: unknown) => void,
  ): void {
    const key = keyOf(field);
    if (this.#seen.leftOut.has(key)) return;
    const counts = this.#of(field);
    try {
      if (field.kind === "builtin" && field.name === "level")
        counts.addSeverities(scan.block.severities, rows);
      else counts.add(batch);
    } catch (error) {
      miss(error);
    }
    this.#bound(key, counts);
  }

  #addFound(
    scan: BlockScan,
    rows: Uint32Array,
    batch: RowBatch,
    miss: (error: unknown) => void,
  ): void {
    if (this.#plan.found === undefined) return;
    const { found } = this.#seen;
    for (const name of [...scan.block.attributeNames, ...this.#seen.inListsOf(scan.block)]) {
      try {
        this.#seen.note(name, scan.block.attribute(name));
      } catch (error) {
        // Its values cannot be counted either.
        miss(error);
        continue;
      }
      const field: FieldRef = { kind: "attribute", name, at: { start: 0, end: 0 } };
      if (this.#plan.fields.has(keyOf(field))) continue;
      if (!found.has(name)) {
        if (found.size >= MAX_FOUND) {
          this.#seen.overMany = true;
          continue;
        }
        found.add(name);
      }
      this.#addRows(field, scan, rows, batch, miss);
    }
  }

  #of(field: FieldRef): ValueCounts {
    const key = keyOf(field);
    const known = this.#counts.get(key) ?? new ValueCounts(field);
    this.#counts.set(key, known);
    return known;
  }

  #bound(key: string, counts: ValueCounts): void {
    const own = this.#plan.fields.get(key);
    const room = own?.room ?? this.#plan.found;
    if (room === undefined || !counts.isFull(room)) return;
    if (own?.full === "thin") {
      counts.thin(room);
      return;
    }
    this.#counts.delete(key);
    this.#seen.leftOut.set(key, counts.field);
  }
}

/** Tells fields apart. */
export function keyOf({ kind, name }: FieldRef): string {
  return `${kind}:${name}`;
}
