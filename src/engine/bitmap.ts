/**
 * A set of rows of one block.
 * Invariant: bits at or beyond `size` are never set, so counts and complements are exact.
 */
export class Bitmap {
  readonly size: number;
  readonly words: Uint32Array;

  private constructor(size: number, words: Uint32Array) {
    this.size = size;
    this.words = words;
  }

  /** No row. */
  static none(size: number): Bitmap {
    return new Bitmap(size, new Uint32Array((size + 31) >>> 5));
  }

  /** Rows 0..size-1. */
  static all(size: number): Bitmap {
    const words = new Uint32Array((size + 31) >>> 5).fill(0xffffffff);
    const rest = size & 31;
    if (rest !== 0) words[words.length - 1] = 2 ** rest - 1;
    return new Bitmap(size, words);
  }

  /**
   * The rows whose bit is set in `bytes` (bit `row & 7` of byte `row >> 3`).
   * Bits beyond `size` are ignored.
   */
  static ofBytes(size: number, bytes: Uint8Array): Bitmap {
    const bits = Bitmap.none(size);
    const whole = (size + 7) >>> 3;
    for (let i = 0; i < whole; i++) {
      const at = i >>> 2;
      bits.words[at] = ((bits.words[at] ?? 0) | ((bytes[i] ?? 0) << ((i & 3) << 3))) >>> 0;
    }
    const rest = size & 31;
    if (rest !== 0) {
      const last = bits.words.length - 1;
      bits.words[last] = ((bits.words[last] ?? 0) & (2 ** rest - 1)) >>> 0;
    }
    return bits;
  }

  has(row: number): boolean {
    return (((this.words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  add(row: number): void {
    const at = row >>> 5;
    this.words[at] = ((this.words[at] ?? 0) | (1 << (row & 31))) >>> 0;
  }

  delete(row: number): void {
    const at = row >>> 5;
    this.words[at] = ((this.words[at] ?? 0) & ~(1 << (row & 31))) >>> 0;
  }

  clone(): Bitmap {
    return new Bitmap(this.size, this.words.slice());
  }

  /** Adds the rows of `other`, which has the same size. */
  or(other: Bitmap): this {
    const { words } = this;
    for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) | (other.words[i] ?? 0);
    return this;
  }

  /** Keeps the rows that are in `other`, which has the same size. */
  and(other: Bitmap): this {
    const { words } = this;
    for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) & (other.words[i] ?? 0);
    return this;
  }

  /** Takes away the rows of `other`, which has the same size. */
  andNot(other: Bitmap): this {
    const { words } = this;
    for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) & ~(other.words[i] ?? 0);
    return this;
  }

  isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  count(): number {
    let count = 0;
    for (let word of this.words) {
      word -= (word >>> 1) & 0x55555555;
      word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
      count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    return count;
  }

  /** Calls `visit` with each row, ascending. */
  forEach(visit: (row: number) => void): void {
    for (let i = 0; i < this.words.length; i++) {
      let word = this.words[i] ?? 0;
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word);
        visit((i << 5) + bit);
        word &= word - 1;
      }
    }
  }

  /** The rows, ascending. */
  rows(): Uint32Array {
    const rows = new Uint32Array(this.count());
    let at = 0;
    this.forEach((row) => {
      rows[at++] = row;
    });
    return rows;
  }
}
