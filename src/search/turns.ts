/**
 * Who of those that share a thread goes on next.
 * Invariant: one at a time, and of those that wait the one that has held the thread for the least time: what is little does
 * not stand behind what is much. Those that have held it for long are alike, and go on in the order in which they came.
 */

/** From here on a query is as heavy as any other, an export of hours too: none of them starves. */
const HEAVY_MS = 1000;

interface Waiting {
  readonly heldMs: number;
  readonly go: () => void;
}

export class Turns {
  readonly #waiting: Waiting[] = [];
  #isDue = false;

  /** Resolves when others have had their turn. @param heldMs for how long the caller has held the thread, in all. */
  next(heldMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ heldMs: Math.min(heldMs, HEAVY_MS), go: resolve });
    if (!this.#isDue) this.#come();
    return promise;
  }

  #come(): void {
    this.#isDue = true;
    // Behind what has come in: those who are new go first.
    setImmediate(() => {
      this.#isDue = false;
      let least = 0;
      this.#waiting.forEach(({ heldMs }, at) => {
        if (heldMs < (this.#waiting[least]?.heldMs ?? Infinity)) least = at;
      });
      const [next] = this.#waiting.splice(least, 1);
      if (this.#waiting.length > 0) this.#come();
      next?.go();
    });
  }
}
