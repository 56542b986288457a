/**
 * A pipe that turns rows into a table whatever their order: it may be fed block by block, and in parts.
 * Invariant: feeding rows in any order, in any parts joined by `absorb`, gives one table.
 */
import type { Pipe, PipeKind } from "../../query/ast.ts";
import type { Table } from "./cell.ts";
import { patternsOf } from "./patterns.ts";
import type { RowCount } from "./counted-rows.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";
import { statsOf } from "./stats.ts";
import { timechartOf } from "./timechart.ts";
import { topOf } from "./top.ts";

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

const GATHERING: ReadonlySet<PipeKind> = new Set(["stats", "top", "rare", "timechart", "patterns"]);

export function gathers(pipe: Pipe): boolean {
  return GATHERING.has(pipe.kind);
}

/** @param pipe one for which `gathers` holds. */
export function gathererOf(pipe: Pipe, env: PipeEnv): Gatherer {
  switch (pipe.kind) {
    case "stats":
      return statsOf(pipe, env);
    case "top":
    case "rare":
      return topOf(pipe, env);
    case "timechart":
      return timechartOf(pipe, env);
    case "patterns":
      return patternsOf(pipe.count, env);
    default:
      throw new TypeError(`${pipe.kind} does not gather`);
  }
}
