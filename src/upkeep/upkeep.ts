/**
 * Keeps the store fit: merges what is due, lets what is too old and what is garbage go.
 * Invariants: of the processes on one store each merges a share of its own, and one applies retention, looks for garbage
 * and has accounts tidied, under leases that only save work: what they change is guarded by the store itself. Where nobody else is there,
 * no lease is asked for. A failure costs what failed a pause. Retention comes first, in the same process: raising floors
 * tells its store which applications there are, and what of them is garbage.
 */
import type { Clock } from "../domain/clock.ts";
import { isFault } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import { sayFailed } from "../domain/say-failed.ts";
import { HOUR_MS } from "../domain/time-range.ts";
import type { Leases } from "../storage/lease.ts";
import type { LogStore } from "../storage/log-store.ts";
import { type Backlog, createBacklogWatch } from "./backlog.ts";
import { createCollect } from "./garbage.ts";
import { createMergeDue } from "./merge-due.ts";
import type { MergeDeps } from "./merge-l0.ts";
import { applyRetentions, type Retentions } from "./retention.ts";
import { createSeats, onlySeat, type Seats } from "./seats.ts";
import { type Task, underLease } from "./under-lease.ts";

/** A process that dies is missed for 1.1 leases and a poll; each takes a statement a third of it, for each lease. */
export const UPKEEP_LEASE_MS = 30_000;

/** How often what is done. Tests hurry. */
export interface UpkeepPace {
  readonly lookMs: number;
  readonly garbageMs: number;
  readonly allGarbageMs: number;
  readonly retentionMs: number;
  readonly tidyMs: number;
}

const PACE: UpkeepPace = {
  lookMs: 1_000,
  garbageMs: 60_000,
  allGarbageMs: 24 * HOUR_MS,
  retentionMs: HOUR_MS,
  tidyMs: 24 * HOUR_MS,
};

/** A look through the whole store that failed: it asks each application, and what failed may fail again. */
const ALL_FAILED_PAUSE_MS = HOUR_MS;

export interface UpkeepDeps extends MergeDeps {
  readonly store: MergeDeps["store"] &
    Pick<LogStore, "mergeWork" | "collectGarbage" | "raiseFloor">;
  readonly retentions: Retentions;
  /** Deletes what has ended of accounts; nobody sees it any more. */
  readonly tidyAccounts: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of processes that share the store; undefined when this one has it to itself. */
  readonly shared?: { readonly leases: Leases; readonly leaseMs: number };
  /** Told after each look. */
  readonly onBacklog?: (backlog: Backlog) => void;
  readonly pace?: Partial<UpkeepPace>;
}

/** Runs until the signal aborts; then finishes the merge it is in, but no collection, and gives its leases back. */
export async function runUpkeep(deps: UpkeepDeps, signal: AbortSignal): Promise<void> {
  const { clock, logger, shared } = deps;
  const pace = { ...PACE, ...deps.pace };
  const pollMs = (shared?.leaseMs ?? UPKEEP_LEASE_MS) / 3;
  const seats = shared === undefined ? onlySeat() : createSeats(shared.leases);
  const collect = createCollect(deps);
  const mergeDue = createMergeDue({
    ...deps,
    seats,
    backlog: createBacklogWatch(deps.onBacklog ?? (() => undefined)),
  });
  const under = { leases: shared?.leases, clock, logger, pollMs };
  const every = (ms: number, what: string, body: () => Promise<unknown>): Promise<void> =>
    again(deps, ms, what, body, signal);

  const running = [
    every(pace.lookMs, "merging", () => mergeDue(signal)),
    underLease(
      "upkeep/sweep",
      [retentionTask(deps, pace), garbageTask(deps, pace, collect), tidyTask(deps, pace)],
      under,
      signal,
    ),
  ];
  if (shared !== undefined) {
    running.push(every(pollMs, "sharing merges", () => seats.look()));
    running.push(
      every(pace.garbageMs, "deleting garbage", () => unlessAborted(collect("seen"), signal)),
    );
  }
  await Promise.all(running);
  await leave(seats, logger);
}

function retentionTask(deps: UpkeepDeps, pace: UpkeepPace): Task {
  return {
    name: "retention",
    everyMs: pace.retentionMs,
    run: (signal) => applyRetentions(deps.retentions, deps, signal),
  };
}

function tidyTask({ tidyAccounts }: UpkeepDeps, pace: UpkeepPace): Task {
  return {
    name: "tidying accounts",
    everyMs: pace.tidyMs,
    run: (signal) => unlessAborted(tidyAccounts(signal), signal),
  };
}

function garbageTask(
  { clock }: UpkeepDeps,
  pace: UpkeepPace,
  collect: LogStore["collectGarbage"],
): Task {
  // Nobody keeps when it was done last: a process that is new to it does it first.
  let allDueMs = -Infinity;
  return {
    name: "deleting garbage",
    everyMs: pace.garbageMs,
    run: async (signal) => {
      const startMs = clock.monotonicMs();
      const isAll = startMs >= allDueMs;
      try {
        // Of a large cluster it takes minutes, which nobody waits for who stops: what is left of it is found again.
        await unlessAborted(collect(isAll ? "all" : "shared"), signal);
        if (isAll) allDueMs = startMs + pace.allGarbageMs;
      } catch (error) {
        if (isAll && !signal.aborted)
          allDueMs = startMs + Math.min(pace.allGarbageMs, ALL_FAILED_PAUSE_MS);
        throw error;
      }
    },
  };
}

/** Rejects with the signal's reason when that aborts first; what becomes of the work then is nobody's matter. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  work.catch(() => undefined);
  try {
    signal.throwIfAborted();
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Begins at once; a failure is logged and waits for the next turn. A store out of reach is said once, and once more when it
 * is back: this asks it every second.
 */
async function again(
  { clock, logger }: Pick<UpkeepDeps, "clock" | "logger">,
  everyMs: number,
  what: string,
  body: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let isOut = false;
  while (!signal.aborted) {
    try {
      await body();
      if (isOut) logger.info(`${what} goes on`);
      isOut = false;
    } catch (error) {
      if (signal.aborted) return;
      // Nothing can be done but to try again.
      if (!isFault(error, "overloaded"))
        logger.error(`${what} failed, it goes on in a while`, error);
      else if (!isOut) logger.warn(`${what} waits for the store`, { reason: error.message });
      isOut = isFault(error, "overloaded");
    }
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

async function leave(seats: Seats, logger: Logger): Promise<void> {
  try {
    await seats.leave();
  } catch (error) {
    sayFailed(logger, "the seat of merges cannot be given back, its lease ends by itself", error);
  }
}
