/**
 * Tells tails of this process that something was committed, so that they need not wait for their next poll.
 * Invariant: saves time only; a tail that misses one polls a second later.
 */
import type { AppId } from "../domain/ids.ts";

export interface WakeUps {
  wake(app: AppId): void;
  /** Resolves at the next `wake` of the application, or when the signal aborts. */
  woken(app: AppId, signal: AbortSignal): Promise<void>;
}

export function createWakeUps(): WakeUps {
  const waiting = new Map<AppId, Set<() => void>>();
  return {
    wake(app) {
      const all = waiting.get(app);
      waiting.delete(app);
      for (const resolve of all ?? []) resolve();
    },
    woken(app, signal) {
      if (signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const all = waiting.get(app) ?? new Set();
      all.add(resolve);
      waiting.set(app, all);
      const leave = (): void => {
        all.delete(resolve);
        if (all.size === 0 && waiting.get(app) === all) waiting.delete(app);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      return promise.finally(() => signal.removeEventListener("abort", leave));
    },
  };
}
