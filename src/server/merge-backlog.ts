/**
 * What waits to be merged, as figures, and no more of it: an application that has too much is sent nothing until merges
 * have caught up. Invariant: refused batches are stored nowhere; the sender has them, and is told when to try again.
 */
import type { Clock } from "../domain/clock.ts";
import { overloaded } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import type { Meter } from "../domain/meter.ts";
import type { Admission } from "../ingest/admission.ts";
import { type Backlog, MAX_WAITING_ROWS } from "../upkeep/backlog.ts";

/** Merging 4,000 small blocks, until there is room again, takes some seconds. */
const RETRY_AFTER_MS = 5_000;

export interface MergeBacklog {
  /** Told after each look at what waits. */
  saw(backlog: Backlog): void;
  /** The same admission, but of applications that are full it throws `overloaded`. */
  guard(admission: Admission): Admission;
}

export function createMergeBacklog(deps: {
  readonly meter: Meter;
  readonly clock: Pick<Clock, "nowMs">;
}): MergeBacklog {
  const { meter, clock } = deps;
  const rows = meter.gauge("argus_merge_waiting_blocks", "Small blocks that wait to be merged.");
  const bytes = meter.gauge("argus_merge_waiting_bytes", "Bytes of blocks that wait to be merged.");
  const oldest = meter.gauge(
    "argus_merge_waiting_seconds",
    "Age of the oldest block that waits to be merged; a few alone wait for half an hour.",
  );
  const full = meter.gauge(
    "argus_merge_full_applications",
    "Applications that are sent nothing until merges have caught up.",
  );
  const refused = meter.counter(
    "argus_merge_refused_batches_total",
    "Batches refused because too much of their application waits to be merged.",
  );
  let apps: ReadonlySet<AppId> = new Set();

  return {
    saw: (backlog) => {
      const { oldestMs } = backlog;
      rows.set(backlog.rows);
      bytes.set(backlog.bytes);
      // Another process's wall clock may be ahead.
      oldest.set(oldestMs === undefined ? 0 : Math.max(0, clock.nowMs() - oldestMs) / 1000);
      full.set(backlog.full.length);
      apps = new Set(backlog.full);
    },
    guard: (admission) => ({
      ...admission,
      boundsOf: (app) => {
        if (!apps.has(app)) return admission.boundsOf(app);
        refused.add(1);
        throw overloaded(
          `merging does not keep up: ${MAX_WAITING_ROWS} small blocks of the application wait; send the same batch again later`,
          RETRY_AFTER_MS,
        );
      },
    }),
  };
}
