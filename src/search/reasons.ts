/**
 * Sentences about what is missing from an answer.
 * Invariant: few are shown, however much of a store is damaged; how many more there are is said with them.
 */

const MOST_SHOWN = 8;
/** Beyond them nobody counts. */
const MOST_KNOWN = 1000;

export class Reasons {
  readonly #known = new Set<string>();
  #hasMore = false;

  add(sentence: string): void {
    if (this.#known.size < MOST_KNOWN) this.#known.add(sentence);
    else this.#hasMore ||= !this.#known.has(sentence);
  }

  absorb(other: Reasons): void {
    for (const sentence of other.#known) this.add(sentence);
    this.#hasMore ||= other.#hasMore;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** Each once, the first ones first. */
  list(): string[] {
    const shown = [...this.#known.values().take(MOST_SHOWN)];
    const more = this.#known.size - shown.length;
    if (more > 0) shown.push(`and ${this.#hasMore ? "more than " : ""}${more} more like these`);
    return shown;
  }
}
