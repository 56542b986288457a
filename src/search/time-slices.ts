/**
 * Rows of blocks whose times overlap so much that they cannot be open side by side: slice after slice in the order.
 * Invariant: of the blocks one is open at a time, for as long as its rows of the slice are read. What is kept is the slice, as
 * entries, and of each block which rows match and where the next one stands; so memory is bounded by the slice, and
 * what many blocks cost is that each is read once a slice.
 */
import type { Entry } from "../domain/entry.ts";
import type { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import { entryBytes } from "../engine/pipe/held.ts";
import { type Place, comparePlaces, placeAt } from "../engine/pipe/row-batch.ts";
import type { BlockWalk } from "./block-walk.ts";
import type { BlockSource } from "./unit-sources.ts";

/** Whoever wants few entries reads little for them. */
const FIRST_SLICE_BYTES = 1_000_000;
/** Each slice reads the blocks again: the fewer, the faster. Of entries as they are counted in memory; up to twice that is kept. */
const SLICE_BYTES = 32_000_000;
const LEAST_SLICE_BYTES = 250_000;
const GROWTH = 4;
/** Of a block that is not open, beside a bit for each of its rows. */
const PARKED_BYTES = 256;

export interface Parked {
  readonly unit: string;
  readonly source: BlockSource;
  readonly hits: Bitmap;
  /** None of its rows that were not given yet stands before it; undefined when there is none. */
  next: Place | undefined;
}

interface Taken {
  readonly entry: Entry;
  readonly place: Place;
  readonly bytes: number;
  readonly from: Parked;
}

/** Rows of a block that match and stand behind a place, in the order. */
export function rowsBehind(
  block: BlockReader,
  hits: Bitmap,
  sign: number,
  after: Place | undefined,
): { readonly rows: Uint32Array; readonly at: number } {
  const rows = hits.rows();
  if (sign < 0) rows.reverse();
  let at = 0;
  if (after !== undefined) {
    let high = rows.length;
    while (at < high) {
      const middle = (at + high) >>> 1;
      if (sign * comparePlaces(placeAt(block, rows[middle] ?? 0), after) <= 0) at = middle + 1;
      else high = middle;
    }
  }
  return { rows, at };
}

export class TimeSlices {
  readonly #walk: BlockWalk;
  readonly #sign: number;
  readonly #parked = new Set<Parked>();
  #parkedBytes = 0;
  #taken: Taken[] = [];
  #takenBytes = 0;
  /** The last of these rows in the order. */
  #last: Place | undefined;
  /** The slice has no row behind the last. */
  #isFull = false;
  /** As the walk was told. */
  #heldBytes = 0;
  #sliceBytes = FIRST_SLICE_BYTES;

  constructor(walk: BlockWalk, ascending: boolean) {
    this.#walk = walk;
    this.#sign = ascending ? 1 : -1;
  }

  /** Nothing is left of what was parked: the next blocks may be open side by side again. */
  get isDone(): boolean {
    return this.#parked.size === 0;
  }

  /** Takes over a block whose memory is given back. */
  park(block: Parked): void {
    this.#parked.add(block);
    this.#parkedBytes += parkedBytes(block);
    this.#keep(0);
  }

  /** Forgets what came of a unit. */
  forget(unit: string): void {
    for (const parked of this.#parked) if (parked.unit === unit) this.#drop(parked);
    const taken = this.#taken.filter(({ from }) => from.unit !== unit);
    this.#taken = [];
    this.#takenBytes = 0;
    this.#last = undefined;
    for (const one of taken) this.#push(one);
    this.#keep(0);
  }

  /** @returns the next rows in the order, behind `after`; `isLast` when the walk has ended before its end. Throws `canceled`. */
  async next(after: Place | undefined): Promise<{ entries: readonly Entry[]; isLast: boolean }> {
    const missing = (await this.#readParked(after)) ?? (await this.#readOn(after));
    this.#order();
    const sign = this.#sign;
    const whole =
      missing === undefined
        ? this.#taken
        : this.#taken.filter(({ place }) => sign * compareTimes(place.nanos, missing) < 0);
    const entries = whole.map(({ entry }) => entry);
    this.#taken = [];
    this.#takenBytes = 0;
    this.#last = undefined;
    this.#isFull = false;
    for (const parked of this.#parked) if (parked.next === undefined) this.#drop(parked);
    this.#sliceBytes = Math.min(this.#sliceBytes * GROWTH, SLICE_BYTES);
    this.#keep(0);
    this.#walk.gotOn();
    return { entries, isLast: missing !== undefined };
  }

  [Symbol.dispose](): void {
    this.#walk.keep(-this.#heldBytes);
    this.#heldBytes = 0;
  }

  /** @returns the instant from which on rows are missing, because the walk has ended. */
  async #readParked(after: Place | undefined): Promise<bigint | undefined> {
    const sign = this.#sign;
    for (const parked of [...this.#parked].toSorted((a, b) => sign * byNext(a, b))) {
      const { next } = parked;
      if (next === undefined || this.#isBeyond(next)) break;
      // Forgotten meanwhile.
      if (!this.#parked.has(parked)) continue;
      const edge = this.#walk.edge();
      const from =
        edge !== undefined && sign * compareTimes(edge, next.nanos) < 0 ? edge : next.nanos;
      if (await this.#hasEnded(parked, from, after)) return from;
    }
    return undefined;
  }

  /** Takes rows of a block that was given back. @returns true when the walk has ended at `from` instead. */
  async #hasEnded(parked: Parked, from: bigint, after: Place | undefined): Promise<boolean> {
    const block = await this.#walk.reopen(parked.source, from);
    if (block === undefined) return true;
    if (block === "damaged") parked.next = undefined;
    else if ("kind" in block) this.forget(block.unit);
    else this.#take(block, parked, after);
    return false;
  }

  /** Opens blocks that have not come yet, as long as they may hold rows of the slice. @returns as `#readParked`. */
  async #readOn(after: Place | undefined): Promise<bigint | undefined> {
    for (;;) {
      const edge = this.#walk.edge();
      if (edge === undefined || this.#last === undefined) return undefined;
      if (this.#sign * compareTimes(edge, this.#last.nanos) > 0) return undefined;
      const step = await this.#walk.next();
      if (step === undefined) {
        const ended = this.#walk.edge();
        if (ended !== undefined) return ended;
      } else if (step.kind === "again") this.forget(step.unit);
      else {
        const { unit, source, rows } = step;
        const parked: Parked = { unit, source, hits: rows, next: undefined };
        this.park(parked);
        if (this.#walk.givesEntries || rows.isEmpty()) this.#take(step.scan.block, parked, after);
        else if (await this.#hasEnded(parked, edge, after)) return edge;
      }
    }
  }

  /** Reads rows of the slice, and gives the block's memory back. */
  #take(block: BlockReader, parked: Parked, after: Place | undefined): void {
    parked.next = undefined;
    try {
      this.#keep(block.heldBytes());
      const { rows, at } = rowsBehind(block, parked.hits, this.#sign, after);
      let isFirst = true;
      for (let i = at; i < rows.length; i++) {
        const row = rows[i] ?? 0;
        const place = placeAt(block, row);
        if (this.#isBeyond(place)) {
          this.#leave(parked, place);
          break;
        }
        this.#add(block, row, place, parked);
        // Reading has decoded the columns.
        if (isFirst) this.#keep(block.heldBytes());
        isFirst = false;
      }
    } catch (error) {
      this.#walk.miss(error);
    }
    block.giveBack();
    this.#keep(0);
  }

  #add(block: BlockReader, row: number, place: Place, from: Parked): void {
    let entry: Entry;
    try {
      entry = block.entry(row);
    } catch (error) {
      this.#walk.miss(error);
      return;
    }
    this.#push({ entry, place, bytes: entryBytes(entry), from });
    if (this.#takenBytes >= 2 * this.#sliceBytes) this.#cut();
  }

  #push(taken: Taken): void {
    this.#taken.push(taken);
    this.#takenBytes += taken.bytes;
    const { place } = taken;
    if (this.#last === undefined || this.#sign * comparePlaces(place, this.#last) > 0)
      this.#last = place;
  }

  /** Leaves of the slice what stands first, one entry at least; the rest is read again for the next. */
  #cut(): void {
    this.#order();
    let kept = 0;
    let end = 0;
    for (; end < this.#taken.length && kept < this.#sliceBytes; end++)
      kept += this.#taken[end]?.bytes ?? 0;
    for (const { from, place } of this.#taken.splice(end)) this.#leave(from, place);
    this.#takenBytes = kept;
    this.#last = this.#taken.at(-1)?.place;
    this.#isFull = this.#last !== undefined;
  }

  /** A row of the block is for a later slice. */
  #leave(parked: Parked, place: Place): void {
    if (parked.next === undefined || this.#sign * comparePlaces(place, parked.next) < 0)
      parked.next = place;
  }

  #drop(parked: Parked): void {
    this.#parked.delete(parked);
    this.#parkedBytes -= parkedBytes(parked);
  }

  #order(): void {
    this.#taken.sort((a, b) => this.#sign * comparePlaces(a.place, b.place));
  }

  #isBeyond(place: Place): boolean {
    return (
      this.#isFull && this.#last !== undefined && this.#sign * comparePlaces(place, this.#last) > 0
    );
  }

  /** Says what is kept, with so much of an open block; where memory is short, a slice is smaller. */
  #keep(blockBytes: number): void {
    for (;;) {
      const bytes = this.#takenBytes + this.#parkedBytes + blockBytes;
      const mayKeep = this.#walk.keep(bytes - this.#heldBytes);
      this.#heldBytes = bytes;
      // One open block and a little is the least that anything takes.
      if (mayKeep || this.#sliceBytes <= LEAST_SLICE_BYTES) return;
      this.#sliceBytes = Math.max(LEAST_SLICE_BYTES, Math.floor(this.#sliceBytes / GROWTH));
      if (this.#takenBytes > this.#sliceBytes) this.#cut();
    }
  }
}

function parkedBytes({ hits }: Parked): number {
  return PARKED_BYTES + hits.words.byteLength;
}

export function compareTimes(a: bigint, b: bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function byNext({ next: a }: Parked, { next: b }: Parked): number {
  if (a === undefined || b === undefined) return 0;
  return comparePlaces(a, b);
}
