/**
 * The steps of a start, on a store that others run.
 * Invariant: a pause of the store is waited out, for a minute; a step may then be done again, so it must bear that.
 */
import type { Clock } from "../domain/clock.ts";
import { isFault } from "../domain/fault.ts";

/** Nobody calls yet, so there is nobody to be told to come back. */
const PATIENCE_MS = 60_000;

/** @returns what runs a step. */
export function whileStarting(clock: Clock): <T>(step: () => Promise<T>) => Promise<T> {
  const endMs = clock.monotonicMs() + PATIENCE_MS;
  return async (step) => {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!isFault(error, "overloaded") || clock.monotonicMs() >= endMs) throw error;
        await clock.sleep(error.fault.retryAfterMs);
      }
    }
  };
}
