/**
 * How high each row is and where it begins, for a list of which only a screenful exists.
 * Invariants: all are of one height but those that were measured; finding a place takes as many steps as rows have binary
 * digits, and what comes and goes at the ends as many as come and go. Pure state, without a document.
 */
import type { Kept } from "./kept-rows.ts";

/** Room at either end for rows that come: as many as there are, so that all are moved once in so many. */
const LEAST_ROOM = 1024;

export class Heights {
  readonly count: number;
  readonly #base: number;
  /** Of a longer list, in which this one begins at the origin. */
  readonly #all: Differences;
  readonly #origin: number;

  constructor(count: number, basePx: number, within?: { all: Differences; origin: number }) {
    const room = Math.max(LEAST_ROOM, count);
    this.count = count;
    this.#base = basePx;
    this.#all = within?.all ?? new Differences(count + 2 * room);
    this.#origin = within?.origin ?? room;
  }

  get total(): number {
    return this.offsetOf(this.count);
  }

  heightOf(index: number): number {
    return this.#base + this.#all.at(this.#origin + index);
  }

  /** @returns by how much it grew. */
  set(index: number, px: number): number {
    const delta = px - this.heightOf(index);
    if (delta === 0 || index < 0 || index >= this.count) return 0;
    this.#all.add(this.#origin + index, delta);
    return delta;
  }

  /** Where the row begins; of the count itself, where the last one ends. */
  offsetOf(index: number): number {
    const above = this.#all.sumBefore(this.#origin);
    return index * this.#base + this.#all.sumBefore(this.#origin + index) - above;
  }

  /** The row at a place; the last one for what lies beyond. */
  indexAt(px: number): number {
    const above = this.#origin * this.#base + this.#all.sumBefore(this.#origin);
    const index = this.#all.lastWithin(above + px, this.#base) - this.#origin;
    return Math.max(0, Math.min(this.count - 1, index));
  }

  /** Those of another list that has kept a stretch of this one's rows, the others of one height. This one is used no more. */
  moved({ from, to, at }: Kept, count: number): Heights {
    this.#all.clear(this.#origin, this.#origin + from);
    this.#all.clear(this.#origin + to, this.#origin + this.count);
    const origin = this.#origin + from - at;
    if (origin >= 0 && origin + count <= this.#all.size)
      return new Heights(count, this.#base, { all: this.#all, origin });
    const next = new Heights(count, this.#base);
    for (const [position, delta] of this.#all.own)
      next.#all.add(position - origin + next.#origin, delta);
    return next;
  }
}

/** What is not zero at some of many places, and its sums, as a Fenwick tree (Fenwick 1994) that is absent while there is none. */
class Differences {
  readonly size: number;
  readonly own = new Map<number, number>();
  #tree: Float64Array | undefined;

  constructor(size: number) {
    this.size = size;
  }

  at(position: number): number {
    return this.own.get(position) ?? 0;
  }

  add(position: number, delta: number): void {
    const sum = this.at(position) + delta;
    if (sum === 0) this.own.delete(position);
    else this.own.set(position, sum);
    this.#tree ??= new Float64Array(this.size + 1);
    for (let at = position + 1; at <= this.size; at += at & -at)
      this.#tree[at] = (this.#tree[at] ?? 0) + delta;
  }

  clear(from: number, to: number): void {
    if (this.own.size > 0)
      for (let position = from; position < to; position++)
        if (this.own.has(position)) this.add(position, -this.at(position));
  }

  sumBefore(position: number): number {
    let sum = 0;
    if (this.#tree !== undefined)
      for (let at = position; at > 0; at -= at & -at) sum += this.#tree[at] ?? 0;
    return sum;
  }

  /** How many places, each `base` and its own difference long, end at or before a sum. */
  lastWithin(sum: number, base: number): number {
    if (this.#tree === undefined) return Math.floor(sum / base);
    let count = 0;
    let rest = sum;
    for (let step = 1 << Math.floor(Math.log2(this.size)); step > 0; step >>= 1) {
      const end = count + step;
      if (end > this.size) continue;
      const size = step * base + (this.#tree[end] ?? 0);
      if (size > rest) continue;
      count = end;
      rest -= size;
    }
    return count;
  }
}
