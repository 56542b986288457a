/**
 * What a pipe that turns rows into a table whatever their order can be told: it may be fed block by block, and in parts.
 * Invariant: feeding rows in any order, in any parts joined by `absorb`, gives one table.
 */
import type { Table } from "./cell.ts";
import type { RowCount } from "./counted-rows.ts";
import type { RowBatch } from "./row-batch.ts";

export interface Gatherer {
  add(batch: RowBatch): void;
  /** @param other of the same pipe; not used any more afterwards. */
  absorb(other: Gatherer): void;
  /**
   * Adds rows by their counts; only for a pipe of which `countedBy` knows what it goes by.
   * @returns false when they must be read after all: nothing was added.
   */
  addCounts(counts: readonly RowCount[]): boolean;
  /** What it keeps, about, in bytes. */
  readonly heldBytes: number;
  finish(): Table;
}
