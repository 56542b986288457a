/**
 * Lets a few queries run and a few more wait.
 * Invariant: at most `running` hold a place; waiters get one in the order they came, and one that waited `waitMs`
 * or found the queue full is refused with a time to come back.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";

export interface Gate {
  /** Resolves with a place, to be disposed; rejects `overQuota` when there is none in time. */
  enter(signal?: AbortSignal): Promise<Disposable>;
}

export interface GateLimits {
  readonly running: number;
  readonly waiting: number;
  readonly waitMs: number;
}

const RETRY_AFTER_MS = 1000;

export function createGate(clock: Clock, limits: GateLimits): Gate {
  const queue: (() => void)[] = [];
  let running = 0;

  const place = (): Disposable => {
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        running--;
        queue.shift()?.();
      },
    };
  };

  return {
    enter: async (signal) => {
      signal?.throwIfAborted();
      if (running < limits.running) {
        running++;
        return place();
      }
      if (queue.length >= limits.waiting) throw full();
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const take = (): void => {
        running++;
        resolve(true);
      };
      queue.push(take);
      const stop = new AbortController();
      const ends = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
      const timeout = clock.sleep(limits.waitMs, ends).then(
        () => false,
        () => false,
      );
      const entered = await Promise.race([promise, timeout]);
      stop.abort();
      if (entered) return place();
      const at = queue.indexOf(take);
      // Handed a place at the very moment of giving up: keep it.
      if (at < 0) return place();
      queue.splice(at, 1);
      signal?.throwIfAborted();
      throw full();
    },
  };
}

function full(): FaultError {
  return new FaultError({
    kind: "overQuota",
    reason: "too many queries are running",
    retryAfterMs: RETRY_AFTER_MS,
  });
}
