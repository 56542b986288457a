/**
 * What is gathered of each unit, until nothing more comes of the unit.
 * Invariant: the total holds only what can no longer come anew, so a unit that is planned again is counted once.
 */
import { type CountedBy, countedBy } from "../engine/pipe/counted-rows.ts";
import type { Gatherer, Joinable } from "../engine/pipe/gatherer.ts";
import type { PipeEnv } from "../engine/pipe/rows.ts";
import { type Summary, decodeSummary } from "../engine/summary/summary.ts";
import type { TimeRange } from "../domain/time-range.ts";
import type { Filter, Pipe } from "../query/ast.ts";
import type { BlockWalk, WalkOptions } from "./block-walk.ts";
import { countSummary, holdsBlock, holdsHour, summaryFilter } from "./summary-counts.ts";
import { unitName } from "./unit-sources.ts";

interface OpenUnit<G> {
  readonly gatherer: G;
  /** Rows that were counted without being read. */
  counted: number;
}

export class UnitTotals<G extends Joinable<G>> {
  readonly #make: () => G;
  readonly #env: Pick<PipeEnv, "overfull">;
  readonly #total: G;
  readonly #open = new Map<string, OpenUnit<G>>();
  #counted = 0;

  /** @param make makes what gathers, once a unit and once for the total. */
  constructor(make: () => G, env: Pick<PipeEnv, "overfull">) {
    this.#make = make;
    this.#env = env;
    this.#total = make();
  }

  /** What gathers of the unit, to be given its rows. */
  of(unit: string): G {
    return this.#of(unit).gatherer;
  }

  /**
   * Adds rows that were counted without being read.
   * @param give gives their counts; false when they must be read after all.
   * @returns what `give` does.
   */
  addCounted(unit: string, rows: number, give: (gatherer: G) => boolean): boolean {
    const own = this.#of(unit);
    if (!give(own.gatherer)) return false;
    own.counted += rows;
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

  finish(): { readonly total: G; readonly counted: number } {
    for (const unit of this.#open.keys()) this.#absorb(unit);
    return { total: this.#total, counted: this.#counted };
  }

  #of(unit: string): OpenUnit<G> {
    const known = this.#open.get(unit) ?? { gatherer: this.#make(), counted: 0 };
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
  totals: UnitTotals<Gatherer>,
): Unread {
  const forget = (unit: string): void => totals.forget(unit);
  const by: CountedBy | undefined = countedBy(pipe);
  const own = summaryFilter(filter);
  if (by === undefined || own === undefined) return { forget };
  const needs = { cells: by.time || by.level, service: by.service };
  const take = (unit: string, summary: Summary): boolean => {
    const counts = countSummary(summary, own, needs);
    if (counts === undefined) return false;
    const rows = counts.reduce((sum, { count }) => sum + count, 0);
    return totals.addCounted(unit, rows, (gatherer) => gatherer.addCounts(counts));
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
