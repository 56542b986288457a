/**
 * Runs a task in one process at a time: under a lease, or without one where the process shares the store with nobody.
 * Invariants: the task runs only while its lease is trusted; when it ends, by whatever cause, the lease is given back;
 * a failure of the task costs it a pause, never the lease.
 */
import type { Clock } from "../domain/clock.ts";
import type { Logger } from "../domain/logger.ts";
import type { Lease, Leases } from "../storage/lease.ts";

/** A task that failed, however seldom it runs. */
const FAILED_PAUSE_MS = 60_000;

export interface UnderLeaseDeps {
  /** undefined: nobody else is there. */
  readonly leases: Leases | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two tries to have the lease: a third of it. */
  readonly pollMs: number;
}

export interface Task {
  readonly name: string;
  readonly everyMs: number;
  /** One run. @param lease aborts when the task is another's: nothing more is to be begun then. */
  run(lease: AbortSignal): Promise<void>;
}

/** Runs the task again and again until the signal aborts; a run that has begun is finished. */
export async function underLease(
  task: Task,
  deps: UnderLeaseDeps,
  signal: AbortSignal,
): Promise<void> {
  const { leases, clock, logger, pollMs } = deps;
  while (!signal.aborted) {
    let lease: Pick<Lease, "signal" | "release"> | undefined;
    try {
      lease = leases === undefined ? alone() : await leases.tryAcquire(task.name);
    } catch (error) {
      logger.error(`the lease of ${task.name} cannot be had, it is tried again`, error);
    }
    if (lease !== undefined) {
      await runWhileHeld(task, deps, lease.signal, signal);
      await lease.release().catch((error: unknown) => {
        logger.error(`the lease of ${task.name} cannot be given back, it ends by itself`, error);
      });
    }
    await clock.sleep(pollMs, signal).catch(() => undefined);
  }
}

async function runWhileHeld(
  task: Task,
  { clock, logger }: UnderLeaseDeps,
  lease: AbortSignal,
  signal: AbortSignal,
): Promise<void> {
  const either = AbortSignal.any([lease, signal]);
  while (!either.aborted) {
    let pauseMs = task.everyMs;
    try {
      await task.run(lease);
    } catch (error) {
      pauseMs = Math.min(pauseMs, FAILED_PAUSE_MS);
      // A task that is another's by now goes on there.
      if (!lease.aborted) logger.error(`${task.name} failed, it is tried again`, error);
    }
    await clock.sleep(pauseMs, either).catch(() => undefined);
  }
}

function alone(): Pick<Lease, "signal" | "release"> {
  return { signal: new AbortController().signal, release: async () => undefined };
}
