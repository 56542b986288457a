/**
 * How high each row is and where it begins, for a list of which only a screenful exists.
 * Invariant: all are of one height but those that were measured; finding a place takes as many steps as the count has
 * binary digits. Pure state, without a document.
 */
export class Heights {
  readonly count: number;
  readonly #base: number;
  /** Differences from the base as a Fenwick tree (Fenwick 1994), absent while all are of one height. */
  #tree: Float64Array | undefined;
  readonly #own = new Map<number, number>();

  constructor(count: number, basePx: number, measured: ReadonlyMap<number, number> = new Map()) {
    this.count = count;
    this.#base = basePx;
    for (const [index, px] of measured) this.set(index, px);
  }

  get total(): number {
    return this.offsetOf(this.count);
  }

  heightOf(index: number): number {
    return this.#own.get(index) ?? this.#base;
  }

  /** @returns by how much it grew. */
  set(index: number, px: number): number {
    const delta = px - this.heightOf(index);
    if (delta === 0 || index < 0 || index >= this.count) return 0;
    this.#own.set(index, px);
    this.#tree ??= new Float64Array(this.count + 1);
    for (let at = index + 1; at <= this.count; at += at & -at)
      this.#tree[at] = (this.#tree[at] ?? 0) + delta;
    return delta;
  }

  /** Where the row begins; of the count itself, where the last one ends. */
  offsetOf(index: number): number {
    let sum = index * this.#base;
    if (this.#tree !== undefined)
      for (let at = index; at > 0; at -= at & -at) sum += this.#tree[at] ?? 0;
    return sum;
  }

  /** The row at a place; the last one for what lies beyond. */
  indexAt(px: number): number {
    const tree = this.#tree;
    if (tree === undefined)
      return Math.max(0, Math.min(this.count - 1, Math.floor(px / this.#base)));
    let index = 0;
    let rest = px;
    for (let step = 1 << Math.floor(Math.log2(Math.max(1, this.count))); step > 0; step >>= 1) {
      const end = index + step;
      const size = step * this.#base + (tree[end] ?? 0);
      if (end <= this.count && size <= rest) {
        index = end;
        rest -= size;
      }
    }
    return Math.max(0, Math.min(this.count - 1, index));
  }
}
