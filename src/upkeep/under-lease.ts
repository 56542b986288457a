/**
 * Runs tasks in one process at a time: under a lease, or without one where the process shares the store with nobody.
 * Invariants: a task begins only while the lease is trusted; when that ends, by whatever cause, the lease is given back;
 * a failure of a task costs it a pause, never the others their turn or the process its lease.
 */
import type { Clock } from "../domain/clock.ts";
import type { Logger } from "../domain/logger.ts";
import { sayFailed } from "../domain/say-failed.ts";
import type { Lease, Leases } from "../storage/lease.ts";

/** Of a task that failed, however seldom it runs; twice as long each time it fails again. */
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
  /** One run. @param signal aborts when the task is another's, or the process stops: nothing more is to be begun then. */
  run(signal: AbortSignal): Promise<void>;
}

type Held = Pick<Lease, "signal" | "release">;

/** Runs the tasks again and again until the signal aborts. With a new lease each runs at once, in their order. */
export async function underLease(
  name: string,
  tasks: readonly Task[],
  deps: UnderLeaseDeps,
  signal: AbortSignal,
): Promise<void> {
  const { leases, clock, logger, pollMs } = deps;
  while (!signal.aborted) {
    let lease: Held | undefined;
    try {
      lease = leases === undefined ? alone() : await leases.tryAcquire(name);
    } catch (error) {
      sayFailed(logger, `the lease ${name} cannot be had, it is tried again`, error);
    }
    if (lease !== undefined) {
      await runWhileHeld(tasks, deps, lease.signal, signal);
      await lease.release().catch((error: unknown) => {
        sayFailed(logger, `the lease ${name} cannot be given back, it ends by itself`, error);
      });
    }
    await clock.sleep(pollMs, signal).catch(() => undefined);
  }
}

async function runWhileHeld(
  tasks: readonly Task[],
  { clock, logger }: UnderLeaseDeps,
  lease: AbortSignal,
  signal: AbortSignal,
): Promise<void> {
  const either = AbortSignal.any([lease, signal]);
  /** In a row. */
  const failures = new Map<Task, number>();
  /** @returns how long to wait for its next run. */
  const runOnce = async (task: Task): Promise<number> => {
    try {
      await task.run(either);
      failures.delete(task);
      return task.everyMs;
    } catch (error) {
      // A task that is another's by now goes on there.
      if (!either.aborted) sayFailed(logger, `${task.name} failed, it is tried again`, error);
      const before = failures.get(task) ?? 0;
      failures.set(task, before + 1);
      return Math.min(task.everyMs, FAILED_PAUSE_MS * 2 ** before);
    }
  };
  const dueMs = tasks.map(() => -Infinity);
  while (!either.aborted) {
    for (const [i, task] of tasks.entries()) {
      if (either.aborted) return;
      if (clock.monotonicMs() < (dueMs[i] ?? 0)) continue;
      const startMs = clock.monotonicMs();
      dueMs[i] = startMs + (await runOnce(task));
    }
    const nextMs = Math.min(...dueMs);
    await clock.sleep(Math.max(0, nextMs - clock.monotonicMs()), either).catch(() => undefined);
  }
}

function alone(): Held {
  return { signal: new AbortController().signal, release: async () => undefined };
}
