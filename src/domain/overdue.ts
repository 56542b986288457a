/**
 * Tells of work that takes too long. Invariant: each piece is told of once, `limitMs` after it began and within a look
 * more, unless it was done before; one timer serves all of them, and none runs while there is nothing to watch.
 */
import type { Clock } from "./clock.ts";

export interface Overdue extends Disposable {
  /**
   * Watches a piece of work that begins now.
   * @returns to be called when it is done: false when it was told of before.
   */
  watch(onLate: () => void): () => boolean;
}

interface Watched {
  readonly sinceMs: number;
  readonly onLate: () => void;
}

/** @param bounds.lookMs how often it looks. After its disposal nobody is told any more. */
export function createOverdue(bounds: {
  readonly limitMs: number;
  readonly lookMs: number;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
}): Overdue {
  const { limitMs, lookMs, clock } = bounds;
  const stop = new AbortController();
  /** Oldest first. */
  const watched = new Set<Watched>();
  let isLooking = false;

  const look = async (): Promise<void> => {
    isLooking = true;
    while (watched.size > 0 && !stop.signal.aborted) {
      await clock.sleep(lookMs, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) break;
      for (const one of watched) {
        if (clock.monotonicMs() - one.sinceMs < limitMs) break;
        watched.delete(one);
        one.onLate();
      }
    }
    isLooking = false;
  };

  return {
    watch: (onLate) => {
      const one = { sinceMs: clock.monotonicMs(), onLate };
      watched.add(one);
      if (!isLooking) void look();
      return () => watched.delete(one);
    },
    [Symbol.dispose]: () => stop.abort(),
  };
}
