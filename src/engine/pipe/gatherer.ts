/**
 * What gathers rows whatever their order, as a pipe that turns them into a table does: it may be fed block by block, and in parts.
 * Invariant: feeding rows in any order, in any parts joined by `absorb`, gives one answer.
 */
import type { Table } from "./cell.ts";
import type { RowCount } from "./counted-rows.ts";
import type { RowBatch } from "./row-batch.ts";

/** Something of parts that are joined. */
export interface Joinable<Self> {
  /** @param other of the same kind; not used any more afterwards. */
  absorb(other: Self): void;
  /** What it keeps, about, in bytes. */
  readonly heldBytes: number;
}

export interface Gathering<Self> extends Joinable<Self> {
  add(batch: RowBatch): void;
}

export interface Gatherer extends Gathering<Gatherer> {
  /**
   * Adds rows by their counts; only for a pipe of which `countedBy` knows what it goes by.
   * @returns false when they must be read after all: nothing was added.
   */
  addCounts(counts: readonly RowCount[]): boolean;
  /** @param coveredStart nanoseconds since 1970: what is older was not read whole. */
  finish(coveredStart?: bigint): Table;
}
