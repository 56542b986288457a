/**
 * Places for answers that go on for long.
 * Invariant: so many at one time, and of one application fewer, so that its readers leave places to those of others;
 * who finds none is told when to come back.
 */
import { FaultError } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";

const RETRY_AFTER_MS = 10_000;

export interface StreamPlaces {
  /** Throws `overQuota`; the place is free again when it is disposed of. */
  take(app: AppId): Disposable;
}

/** @param what their plural, for the refusal. */
export function streamPlaces(what: string, bounds: { all: number; ofOne: number }): StreamPlaces {
  const open = new Map<AppId, number>();
  return {
    take(app) {
      const own = open.get(app) ?? 0;
      if (own >= bounds.ofOne)
        throw tooMany(`${bounds.ofOne} ${what} of this application are open`);
      if (open.values().reduce((sum, count) => sum + count, 0) >= bounds.all)
        throw tooMany(`${bounds.all} ${what} are open`);
      open.set(app, own + 1);
      return {
        [Symbol.dispose]: () => {
          const left = (open.get(app) ?? 1) - 1;
          if (left === 0) open.delete(app);
          else open.set(app, left);
        },
      };
    },
  };
}

function tooMany(what: string): FaultError {
  return new FaultError({
    kind: "overQuota",
    reason: `${what}, no more at one time`,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
