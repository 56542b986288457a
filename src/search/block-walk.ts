/**
 * Opens the blocks of a plan one at a time, newest first (or oldest first), and filters each.
 * Invariant: a block comes before every block that may hold rows behind all of its own, so a merge of what has come is
 * complete up to the edge. A unit whose bytes are gone is planned again, at most three times, and said so: what was
 * taken of it must be thrown away, or not be repeated. What cannot be read is named, never skipped in silence.
 */
import { isFault } from "../domain/fault.ts";
import { workReason } from "../domain/too-much-work.ts";
import type { TimeRange } from "../domain/time-range.ts";
import { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import type { BlockFilter } from "../engine/filter/block-filter.ts";
import type { BlockScan } from "../engine/filter/block-scan.ts";
import { firstRowAt } from "../engine/filter/builtin-test.ts";
import type { Unit, UnitKey } from "../storage/log-store.ts";
import { EVERYTHING, type FieldNeeds } from "./field-needs.ts";
import { filterInTurns } from "./filter-in-turns.ts";
import type { RunDeps } from "./run-deps.ts";
import { Reasons } from "./reasons.ts";
import { type BlockSource, type Source, sourcesOf, unitName } from "./unit-sources.ts";

const MAX_PLANS = 3;

export interface WalkOptions {
  readonly filter: BlockFilter;
  readonly range: TimeRange;
  /** What the filter looks at. */
  readonly needs: FieldNeeds;
  /** What is looked at afterwards, of blocks with a match. */
  readonly afterwards: FieldNeeds;
  readonly ascending: boolean;
  /** @returns true when no row of a block can match: it is not opened. */
  readonly prune: (source: BlockSource) => boolean;
  /**
   * Takes a block by its meta alone, when that is enough.
   * @returns true when it did: the block is not opened.
   */
  readonly takeUnread?: (source: BlockSource) => boolean;
  /**
   * Takes all segments of a unit by its manifest's totals.
   * @returns true when it did: none of them is read.
   */
  readonly takeSegments?: (unit: Unit) => boolean;
  /** Told before a unit comes anew, for what `takeUnread` and `takeSegments` took of it. */
  readonly forget?: (unit: string) => void;
  /** Told of each block or segment that lies outside of the range. */
  readonly outside?: () => void;
}

export type Step =
  | {
      readonly kind: "block";
      readonly unit: string;
      readonly scan: BlockScan;
      /** Visible rows in the range that match. */
      readonly rows: Bitmap;
      /** What it was read from, to read it once more. */
      readonly source: BlockSource;
    }
  | Again;

/** The unit's rows come anew: forget what came of it. */
export interface Again {
  readonly kind: "again";
  readonly unit: string;
}

export class BlockWalk {
  readonly #deps: RunDeps;
  readonly #options: WalkOptions;
  /** The next one last. */
  #pending: Source[] = [];
  readonly #units = new Map<string, { key: UnitKey; plans: number }>();
  /** About what is missing from the answer. */
  readonly missing = new Reasons();
  #coveredStart: bigint | undefined;
  #stopped = false;

  private constructor(deps: RunDeps, options: WalkOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  static async begin(
    units: readonly Unit[],
    deps: RunDeps,
    options: WalkOptions,
  ): Promise<BlockWalk> {
    const walk = new BlockWalk(deps, options);
    for (const unit of units) {
      const { app, bucket, shard } = unit.manifest;
      walk.#units.set(unitName(unit), { key: { app, bucket, shard }, plans: 1 });
      await walk.#add(unit);
    }
    return walk;
  }

  /** Sentences about what is missing from the answer; empty when nothing is. */
  get reasons(): readonly string[] {
    return this.missing.list();
  }

  /** Set when a budget ended the walk: all rows at or after it have come. */
  get coveredStart(): bigint | undefined {
    return this.#coveredStart;
  }

  /** The newest (or oldest) instant that a block not yet opened may hold; undefined when none is left. */
  edge(): bigint | undefined {
    const next = this.#pending.at(-1);
    if (next === undefined) return undefined;
    return this.#options.ascending ? next.minTimeNanos : next.maxTimeNanos;
  }

  /**
   * Says what turned out to be unreadable, or too much work, only when it was looked at: it is missing from the answer.
   * Throws what is neither.
   */
  miss(error: unknown): void {
    const reason = isFault(error, "corrupt") ? error.message : workReason(error);
    if (reason === undefined) throw error;
    this.missing.add(reason);
  }

  /**
   * Ends the walk for a reason of the caller's, unless it has ended: what came so far is all there will be.
   * @param edge the newest instant of which rows are missing, when some that came are.
   */
  stop(reason: string, edge?: bigint): void {
    if (edge === undefined && this.#pending.length === 0) return;
    this.#stop(reason, edge ?? this.edge());
    this.#stopped = true;
  }

  /** Says that so many bytes more of what came are kept, or fewer. @returns false when there should be fewer. */
  keep(bytes: number): boolean {
    return this.#deps.spending.keepOfBlocks(bytes) || bytes <= 0;
  }

  /** Blocks with a match come with all that an entry has. */
  get givesEntries(): boolean {
    return this.#options.afterwards === EVERYTHING;
  }

  /**
   * Reads a block that came once more: all that an entry has.
   * @param edge the first instant, in the walk's order, of which rows are missing if the walk ends here.
   * @returns undefined when a budget is spent, which ends the walk; "damaged" when that has been said. Throws `canceled`.
   */
  async reopen(
    source: BlockSource,
    edge: bigint,
  ): Promise<BlockReader | Again | "damaged" | undefined> {
    const { spending } = this.#deps;
    await spending.turn();
    const spent = spending.exhausted();
    if (spent !== undefined) {
      this.#stop(spent, edge);
      this.#stopped = true;
      return undefined;
    }
    try {
      const opened = await source.open(EVERYTHING, (bytes) => {
        spending.bytesInflated += bytes;
      });
      if (opened === undefined) return (await this.#again(source.unit)) ?? "damaged";
      spending.bytesRead += opened.bytesRead();
      return opened.block;
    } catch (error) {
      this.miss(error);
      return "damaged";
    }
  }

  /** Says that rows were given behind those before: a plan that is gone now is not gone again and again for nothing. */
  gotOn(): void {
    for (const known of this.#units.values()) known.plans = 1;
  }

  /** True when blocks of the unit are still to come. */
  isOpen(unit: string): boolean {
    return this.#pending.some((source) => source.unit === unit);
  }

  /** @returns undefined at the end, or when a budget is spent. Throws `canceled`. */
  async next(): Promise<Step | undefined> {
    const { spending } = this.#deps;
    for (;;) {
      await spending.turn();
      const source = this.#stopped ? undefined : this.#pending.pop();
      if (source === undefined) return undefined;
      const spent = spending.exhausted();
      if (spent !== undefined) {
        this.#pending.push(source);
        this.#stop(spent, this.edge());
        return undefined;
      }
      try {
        const step = await this.#take(source);
        if (step !== undefined) return step;
      } catch (error) {
        this.miss(error);
      }
    }
  }

  async #take(source: Source): Promise<Step | undefined> {
    if (source.kind === "segment") {
      const blocks = await source.expand();
      if (blocks === undefined) return this.#again(source.unit);
      for (const block of blocks) this.#push(block);
      return undefined;
    }
    const { filter, needs, prune, takeUnread } = this.#options;
    const { spending } = this.#deps;
    if (unlessDamaged(() => prune(source) || takeUnread?.(source) === true)) return undefined;
    const opened = await source.open(needs, (bytes) => {
      spending.bytesInflated += bytes;
    });
    if (opened === undefined) return this.#again(source.unit);
    spending.blocksRead++;
    spending.rowsScanned += opened.block.rows;
    const within = inRange(opened.block, opened.visible, this.#options.range);
    const { scan, rows } = await filterInTurns(opened.block, filter, within, spending);
    const here = rows.isEmpty() || (await opened.load(this.#options.afterwards));
    spending.bytesRead += opened.bytesRead();
    if (!here) return this.#again(source.unit);
    spending.matched += rows.count();
    return { kind: "block", unit: source.unit, scan, rows, source };
  }

  async #again(unit: string): Promise<Again | undefined> {
    this.#pending = this.#pending.filter((source) => source.unit !== unit);
    this.#options.forget?.(unit);
    const known = this.#units.get(unit);
    if (known === undefined) return undefined;
    if (known.plans >= MAX_PLANS) {
      this.missing.add(`hour ${unit} changed while it was read, ${MAX_PLANS} times`);
      return { kind: "again", unit };
    }
    known.plans++;
    await this.#add(await this.#deps.store.planUnit(known.key));
    return { kind: "again", unit };
  }

  async #add(unit: Unit): Promise<void> {
    const { store, opener } = this.#deps;
    const found = await sourcesOf(unit, store, opener);
    if (found === undefined) {
      await this.#again(unitName(unit));
      return;
    }
    for (const reason of found.reasons) this.missing.add(reason);
    const taken = unlessDamaged(() => this.#options.takeSegments?.(unit) === true);
    for (const source of found.sources) if (!taken || source.kind === "block") this.#push(source);
  }

  #push(source: Source): void {
    const { range, ascending, outside } = this.#options;
    if (source.maxTimeNanos < range.startNanos || source.minTimeNanos >= range.endNanos) {
      outside?.();
      return;
    }
    if (source.kind === "block") this.#deps.spending.blocks++;
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#pending[middle];
      if (other !== undefined && comesBefore(other, source, ascending)) high = middle;
      else low = middle + 1;
    }
    this.#pending.splice(low, 0, source);
  }

  #stop(reason: string, edge: bigint | undefined): void {
    this.missing.add(reason);
    if (edge !== undefined && !this.#options.ascending) {
      const after = edge + 1n;
      this.#coveredStart =
        after < this.#options.range.endNanos ? after : this.#options.range.endNanos;
    }
  }
}

/** Damaged counts say nothing; the rows themselves do. */
function unlessDamaged(ask: () => boolean): boolean {
  try {
    return ask();
  } catch (error) {
    if (isFault(error, "corrupt")) return false;
    throw error;
  }
}

function comesBefore(a: Source, b: Source, ascending: boolean): boolean {
  return ascending ? a.minTimeNanos < b.minTimeNanos : a.maxTimeNanos > b.maxTimeNanos;
}

/** `visible` without the rows outside the range; rows of a block ascend by time. */
function inRange(block: BlockScan["block"], visible: Bitmap, range: TimeRange): Bitmap {
  const first = firstRowAt(block, range.startNanos);
  const end = firstRowAt(block, range.endNanos);
  if (first === 0 && end === block.rows) return visible;
  const inside = Bitmap.none(block.rows);
  for (let row = first; row < end; row++) inside.add(row);
  return inside.and(visible);
}
