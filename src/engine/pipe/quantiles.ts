/**
 * Values of which ranks are asked.
 * Invariant: exact up to EXACT values, then counts in geometric buckets whose estimate is within 1 % of the value at
 * the rank; joining two gives what one over all values would give, within the same bound.
 * Source: logarithmic buckets as in DDSketch (Masson, Rim, Lee 2019), gamma = (1 + a) / (1 - a).
 */
import { Held, OBJECT_BYTES } from "./held.ts";

const EXACT = 10_000;
const RELATIVE_ERROR = 0.01;
const LOG_GAMMA = Math.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR));

export class Quantiles {
  readonly #held: Held;
  #values: number[] = [];
  #count = 0;
  #zeros = 0;
  /** Bucket to count, of values above zero and of negated ones below it; undefined while exact. */
  #above: Map<number, number> | undefined;
  #below = new Map<number, number>();

  constructor(held = new Held()) {
    this.#held = held;
  }

  get approximate(): boolean {
    return this.#above !== undefined;
  }

  add(value: number): void {
    this.#count++;
    if (this.#above === undefined) {
      this.#values.push(value);
      this.#held.bytes += 16;
      if (this.#values.length > EXACT) this.#estimate();
    } else this.#put(value, 1, this.#above);
  }

  absorb(other: Quantiles): void {
    if (other.#above === undefined) {
      for (const value of other.#values) this.add(value);
      return;
    }
    const above = this.#estimate();
    this.#count += other.#count;
    this.#zeros += other.#zeros;
    for (const [bucket, count] of other.#above) above.set(bucket, (above.get(bucket) ?? 0) + count);
    for (const [bucket, count] of other.#below)
      this.#below.set(bucket, (this.#below.get(bucket) ?? 0) + count);
  }

  /** @param percent above 0, up to 100. @returns the nearest rank's value; undefined without values. */
  at(percent: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count));
    if (this.#above === undefined) {
      this.#values.sort((a, b) => a - b);
      return this.#values[rank - 1];
    }
    let seen = 0;
    for (const [bucket, count] of [...this.#below].toSorted(([a], [b]) => b - a)) {
      seen += count;
      if (seen >= rank) return -valueOf(bucket);
    }
    seen += this.#zeros;
    if (seen >= rank) return 0;
    let last = 0;
    for (const [bucket, count] of [...this.#above].toSorted(([a], [b]) => a - b)) {
      seen += count;
      last = valueOf(bucket);
      if (seen >= rank) break;
    }
    return last;
  }

  #estimate(): Map<number, number> {
    if (this.#above !== undefined) return this.#above;
    const above = new Map<number, number>();
    this.#above = above;
    for (const value of this.#values) this.#put(value, 1, above);
    // The buckets of numbers of all sizes are far fewer than the values were.
    this.#held.bytes += OBJECT_BYTES * (above.size + this.#below.size) - 16 * this.#values.length;
    this.#values = [];
    return above;
  }

  #put(value: number, count: number, above: Map<number, number>): void {
    if (value === 0) this.#zeros += count;
    else {
      const side = value > 0 ? above : this.#below;
      const bucket = Math.ceil(Math.log(Math.abs(value)) / LOG_GAMMA);
      side.set(bucket, (side.get(bucket) ?? 0) + count);
    }
  }
}

/** The value within the relative error of everything in the bucket. */
function valueOf(bucket: number): number {
  return Math.exp(bucket * LOG_GAMMA) * (1 - RELATIVE_ERROR);
}
