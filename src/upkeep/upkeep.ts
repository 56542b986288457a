/**
 * Keeps the store fit: merges what is due, lets garbage go.
 * Invariant: one unit at a time; a failure costs its unit a pause, never the others their turn.
 */
import type { Clock } from "../domain/clock.ts";
import { HOUR_MS } from "../domain/time-range.ts";
import { MiB } from "../domain/limits.ts";
import type { Logger } from "../domain/logger.ts";
import type { LogStore, MergeWork, UnitKey } from "../storage/log-store.ts";
import { type MergeDeps, mergeL0 } from "./merge-l0.ts";
import { mergeLevels } from "./merge-levels.ts";

/** A merge is due at this many rows, this many bytes, or this age: whichever comes first. */
const DUE_ROWS = 64;
const DUE_BYTES = 1 * MiB;
const DUE_AGE_MS = HOUR_MS / 2;
const LOOK_EVERY_MS = 1_000;
const GARBAGE_EVERY_MS = 60_000;
/** A unit that failed, or was changed by somebody else, waits this long. */
const PAUSE_MS = 10_000;
const UNITS_A_LOOK = 256;

export interface UpkeepDeps extends MergeDeps {
  readonly store: MergeDeps["store"] & Pick<LogStore, "mergeWork" | "collectGarbage">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs until the signal aborts; then finishes the merge it is in. */
export async function runUpkeep(deps: UpkeepDeps, signal: AbortSignal): Promise<void> {
  const { clock, logger } = deps;
  const paused = new Map<string, number>();
  let garbageMs = clock.monotonicMs();
  while (!signal.aborted) {
    try {
      await mergeDue(deps, paused, signal);
      if (clock.monotonicMs() - garbageMs >= GARBAGE_EVERY_MS) {
        garbageMs = clock.monotonicMs();
        await deps.store.collectGarbage();
      }
    } catch (error) {
      // The store itself fails: nothing can be done but to try again.
      if (!signal.aborted) logger.error("upkeep failed, it goes on in a while", error);
    }
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}

async function mergeDue(
  deps: UpkeepDeps,
  paused: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger } = deps;
  for (const [name, untilMs] of paused) if (untilMs <= clock.monotonicMs()) paused.delete(name);
  const work = await deps.store.mergeWork(UNITS_A_LOOK);
  for (const unit of work.filter((one) => isDue(one, clock.nowMs()))) {
    if (signal.aborted) return;
    const name = nameOf(unit);
    if (paused.has(name)) continue;
    try {
      if (!(await mergeUnit(unit, deps, signal))) paused.set(name, clock.monotonicMs() + PAUSE_MS);
    } catch (error) {
      paused.set(name, clock.monotonicMs() + PAUSE_MS);
      logger.error("a merge failed, it is tried again", error, { unit: name });
    }
  }
}

export function isDue(work: MergeWork, nowMs: number): boolean {
  return (
    work.l0Rows >= DUE_ROWS || work.l0Bytes >= DUE_BYTES || nowMs - work.oldestMs >= DUE_AGE_MS
  );
}

/** Merges a unit until nothing is left to do. @returns false when somebody else changed it. */
export async function mergeUnit(
  key: UnitKey,
  deps: MergeDeps,
  signal: AbortSignal,
): Promise<boolean> {
  for (const merge of [mergeL0, mergeLevels]) {
    let result = await merge(key, deps);
    while (result === "merged" && !signal.aborted) result = await merge(key, deps);
    if (result === "stale") return false;
  }
  return true;
}

function nameOf({ app, bucket, shard }: UnitKey): string {
  return `${app}/${bucket}/${shard}`;
}
