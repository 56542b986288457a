/**
 * The only source of chance in the model.
 * Invariant: the numbers are a pure function of the seed, so a seed replays a run to the last step.
 * The generator is xorshift128 (Marsaglia 2003, "Xorshift RNGs"), seeded by a linear congruence.
 */
export class Random {
  #x: number;
  #y: number;
  #z: number;
  #w: number;

  /** @param seed any integer; neighbours give unrelated sequences. */
  constructor(seed: number) {
    const word = (n: number): number => Math.imul(n ^ (n >>> 15), 0x2c1b3c6d) | 1;
    this.#x = word(seed + 0x9e3779b9);
    this.#y = word(seed * 31 + 0x7f4a7c15);
    this.#z = word(seed * 101 + 0x94d049bb);
    this.#w = word(seed * 211 + 0x133111eb);
    for (let i = 0; i < 16; i++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8);
    return (this.#w >>> 0) / 0x1_0000_0000;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  /** An integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** @throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new RangeError("nothing to pick from");
    return found;
  }

  /** A new list in random order. */
  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    const out: T[] = [];
    while (rest.length > 0) out.push(...rest.splice(this.below(rest.length), 1));
    return out;
  }
}
