/**
 * Ingest behind the quotas. Invariant: a batch that is refused was not looked at, and no part of it is stored by this
 * request.
 */
import type { Ingest } from "./ingest.ts";
import type { Quotas } from "./quota.ts";

export function withinQuota(ingest: Ingest, quotas: Pick<Quotas, "admit">): Ingest {
  return {
    ...ingest,
    send(batch, signal) {
      let asked: void | Promise<void>;
      try {
        asked = quotas.admit(batch.app);
      } catch (error) {
        // Whoever sends waits for one answer, and no failure comes beside it.
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
      return asked instanceof Promise
        ? asked.then(() => ingest.send(batch, signal))
        : ingest.send(batch, signal);
    },
  };
}
