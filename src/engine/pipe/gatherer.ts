/**
 * What gathers rows whatever their order, as a pipe that turns them into a table does: it may be fed block by block, and in parts.
 * Invariant: feeding rows in any order, in any parts joined by `absorb`, gives one answer.
 */
import type { Table } from "./cell.ts";
import type { RowCount } from "./counted-rows.ts";
import type { RowBatch } from "./row-batch.ts";

export interface Gathering<Self> {
  add(batch: RowBatch): void;
  /** @param other of the same kind; not used any more afterwards. */
  absorb(other: Self): void;
  /** What it keeps, about, in bytes. */
  readonly heldBytes: number;
}

export interface Gatherer extends Gathering<Gatherer> {
  /**
   * Adds rows by their counts; only for a pipe of which `countedBy` knows what it goes by.
   * @returns false when they must be read after all: nothing was added.
   */
  addCounts(counts: readonly RowCount[]): boolean;
  finish(): Table;
}
