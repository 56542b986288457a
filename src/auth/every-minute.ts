/**
 * What is due at most once a minute for each name.
 * Invariant: bounded; when too many names are remembered all are due again.
 */
import type { Clock } from "../domain/clock.ts";

const MINUTE_MS = 60_000;
const REMEMBERED = 10_000;

export interface EveryMinute {
  /** Whether it is due for `name`; then it is not for a minute. */
  isDue(name: string): boolean;
}

export function createEveryMinute(clock: Clock): EveryMinute {
  const doneMs = new Map<string, number>();
  return {
    isDue(name) {
      const nowMs = clock.monotonicMs();
      const before = doneMs.get(name);
      if (before !== undefined && nowMs - before < MINUTE_MS) return false;
      if (doneMs.size >= REMEMBERED) doneMs.clear();
      doneMs.set(name, nowMs);
      return true;
    },
  };
}
