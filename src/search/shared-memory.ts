/**
 * What all queries and exports of a thread keep in memory together.
 * Invariant: each may keep some for itself, whatever the others do; what they keep beyond that has one bound. So the sum
 * is at most the bound and that much for each that may run; who reaches it ends with what it has.
 */
import { MEMORY_OF_ALL } from "../domain/limits.ts";

export class SharedMemory {
  #beyond = 0;
  readonly #bounds: typeof MEMORY_OF_ALL;

  constructor(bounds: typeof MEMORY_OF_ALL = MEMORY_OF_ALL) {
    this.#bounds = bounds;
  }

  /** For one query or export, until it is disposed of. */
  share(): MemoryShare {
    const { ownBytes, sharedBytes } = this.#bounds;
    let held = 0;
    let isOver = false;
    return {
      change: (bytes) => {
        if (isOver) return undefined;
        const before = Math.max(0, held - ownBytes);
        held += bytes;
        const now = Math.max(0, held - ownBytes);
        this.#beyond += now - before;
        return now > 0 && this.#beyond > sharedBytes
          ? `the ${sharedBytes} bytes of memory that all running queries and exports may take together are spent: run it when fewer run`
          : undefined;
      },
      [Symbol.dispose]: () => {
        this.#beyond -= Math.max(0, held - ownBytes);
        isOver = true;
      },
    };
  }
}

export interface MemoryShare extends Disposable {
  /** Says that so many bytes more are kept, or fewer, below 0. @returns why there must not be more, or undefined. */
  change(bytes: number): string | undefined;
}
