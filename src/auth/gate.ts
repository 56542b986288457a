/**
 * Lets a few pieces of work run at a time and a few more wait.
 * Invariant: at most `running` run and at most `waiting` wait; they run in the order they came, and whoever
 * stops waiting leaves the queue.
 */
import { overloaded } from "../domain/fault.ts";

export interface Gate {
  /** Runs `work` when its turn comes. Fails `overloaded` when the queue is full, or with the signal's reason. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createGate(bounds: { running: number; waiting: number; what: string }): Gate {
  let running = 0;
  const queue = new Set<() => void>();

  async function turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (running < bounds.running) {
      running++;
      return;
    }
    if (queue.size >= bounds.waiting) throw overloaded(`too many ${bounds.what} at once`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      queue.delete(resolve);
      reject(signal?.reason);
    };
    queue.add(resolve);
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  function done(): void {
    // The place passes to the next in the queue without becoming free: nobody overtakes.
    const [next] = queue;
    if (next === undefined) {
      running--;
      return;
    }
    queue.delete(next);
    next();
  }

  return {
    async run(work, signal) {
      await turn(signal);
      try {
        return await work();
      } finally {
        done();
      }
    },
  };
}
