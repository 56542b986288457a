/**
 * What a gathering pipe has of each unit, until nothing more comes of the unit.
 * Invariant: the total holds only what can no longer come anew, so a unit that is planned again is counted once.
 */
import { type CountedBy, type RowCount, countedBy } from "../engine/pipe/counted-rows.ts";
import { gathererOf } from "../engine/pipe/gather.ts";
import type { Gatherer } from "../engine/pipe/gatherer.ts";
import type { Table } from "../engine/pipe/cell.ts";
import type { RowBatch } from "../engine/pipe/row-batch.ts";
import type { PipeEnv } from "../engine/pipe/rows.ts";
import { type Summary, decodeSummary } from "../engine/summary/summary.ts";
import type { TimeRange } from "../domain/time-range.ts";
import type { Filter, Pipe } from "../query/ast.ts";
import type { BlockWalk, WalkOptions } from "./block-walk.ts";
import { countSummary, holdsBlock, holdsHour, summaryFilter } from "./summary-counts.ts";
import { unitName } from "./unit-sources.ts";

interface OpenUnit {
  readonly gatherer: Gatherer;
  /** Rows that were counted without being read. */
  counted: number;
}

export class UnitTotals {
  readonly #pipe: Pipe;
  readonly #env: PipeEnv;
  readonly #total: Gatherer;
  readonly #open = new Map<string, OpenUnit>();
  #counted = 0;

  constructor(pipe: Pipe, env: PipeEnv) {
    this.#pipe = pipe;
    this.#env = env;
    this.#total = gathererOf(pipe, env);
  }

  add(unit: string, batch: RowBatch): void {
    this.#of(unit).gatherer.add(batch);
  }

  /** @returns false when the rows must be read after all. */
  addCounts(unit: string, counts: readonly RowCount[]): boolean {
    const own = this.#of(unit);
    if (!own.gatherer.addCounts(counts)) return false;
    for (const { count } of counts) own.counted += count;
    return true;
  }

  forget(unit: string): void {
    this.#open.delete(unit);
  }

  /** Adds a unit to the total once nothing more comes of it. */
  close(unit: string, walk: BlockWalk): void {
    if (!walk.isOpen(unit)) this.#absorb(unit);
  }

  /** @returns why gathering must end here, or undefined. */
  overfull(walk: BlockWalk): string | undefined {
    if (this.#env.overfull(this.#heldBytes()) === undefined) return undefined;
    // Units that ended unnoticed hold what the total has, too.
    for (const unit of this.#open.keys()) this.close(unit, walk);
    return this.#env.overfull(this.#heldBytes());
  }

  finish(): { readonly table: Table; readonly counted: number } {
    for (const unit of this.#open.keys()) this.#absorb(unit);
    return { table: this.#total.finish(), counted: this.#counted };
  }

  #of(unit: string): OpenUnit {
    const known = this.#open.get(unit) ?? {
      gatherer: gathererOf(this.#pipe, this.#env),
      counted: 0,
    };
    this.#open.set(unit, known);
    return known;
  }

  #absorb(unit: string): void {
    const own = this.#open.get(unit);
    if (own === undefined) return;
    this.#total.absorb(own.gatherer);
    this.#counted += own.counted;
    this.#open.delete(unit);
  }

  #heldBytes(): number {
    let bytes = this.#total.heldBytes;
    for (const { gatherer } of this.#open.values()) bytes += gatherer.heldBytes;
    return bytes;
  }
}

type Unread = Pick<WalkOptions, "forget" | "takeSegments" | "takeUnread">;

/** Counts hours by their manifests' totals and blocks by their summaries, where those say all that the pipe asks. */
export function unreadCounts(
  pipe: Pipe,
  filter: Filter,
  range: TimeRange,
  totals: UnitTotals,
): Unread {
  const forget = (unit: string): void => totals.forget(unit);
  const by: CountedBy | undefined = countedBy(pipe);
  const own = summaryFilter(filter);
  if (by === undefined || own === undefined) return { forget };
  const needs = { cells: by.time || by.level, service: by.service };
  const take = (unit: string, summary: Summary): boolean => {
    const counts = countSummary(summary, own, needs);
    return counts !== undefined && totals.addCounts(unit, counts);
  };
  return {
    forget,
    takeSegments: (unit) =>
      unit.manifest.totals.length > 0 &&
      holdsHour(range, unit) &&
      take(unitName(unit), decodeSummary(unit.manifest.totals)),
    takeUnread: (source) =>
      holdsBlock(range, source) && take(source.unit, decodeSummary(source.summary)),
  };
}
