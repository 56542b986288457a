/**
 * Lets a few pieces of work run at a time and a few more wait.
 * Invariant: at most `running` hold a place and at most `waiting` wait; places are given in the order of coming, and
 * whoever stops waiting leaves the queue.
 */
import type { Clock } from "./clock.ts";

export interface Gate {
  /** Resolves with a place, to be disposed of; rejects with what `full` makes, or with the signal's reason. */
  enter(signal?: AbortSignal): Promise<Disposable>;
}

export interface GateBounds {
  readonly running: number;
  readonly waiting: number;
  /** The longest wait; absent: as long as the signal lets it. */
  readonly wait?: { readonly ms: number; readonly clock: Pick<Clock, "sleep"> };
  /** Made for whoever finds the queue full or waited too long. */
  readonly full: () => Error;
}

export function createGate(bounds: GateBounds): Gate {
  const queue = new Set<() => void>();
  let running = 0;

  function place(): Disposable {
    let held = true;
    return {
      [Symbol.dispose]() {
        if (!held) return;
        held = false;
        // The place passes to the next in the queue without becoming free: nobody overtakes.
        const [next] = queue;
        if (next === undefined) {
          running--;
          return;
        }
        queue.delete(next);
        next();
      },
    };
  }

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (reason: unknown): void => {
      // One who was handed a place at the very moment of giving up keeps it.
      if (queue.delete(resolve)) reject(reason);
    };
    const onAbort = (): void => leave(signal?.reason);
    const entered = new AbortController();
    queue.add(resolve);
    signal?.addEventListener("abort", onAbort, { once: true });
    bounds.wait?.clock.sleep(bounds.wait.ms, entered.signal).then(
      () => leave(bounds.full()),
      () => undefined,
    );
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      entered.abort();
    }
  }

  return {
    async enter(signal) {
      signal?.throwIfAborted();
      if (running < bounds.running) running++;
      else if (queue.size >= bounds.waiting) throw bounds.full();
      else await turn(signal);
      return place();
    },
  };
}
