/**
 * Keeps the store fit: merges what is due, lets garbage go.
 * Invariant: one unit at a time; a failure costs its unit a pause, never the others their turn.
 */
import type { Clock } from "../domain/clock.ts";
import { HOUR_MS } from "../domain/time-range.ts";
import { MiB } from "../domain/limits.ts";
import type { Logger } from "../domain/logger.ts";
import type { LogStore, MergeWork, StuckBlob, UnitKey } from "../storage/log-store.ts";
import { type MergeDeps, type MergeResult, mergeL0 } from "./merge-l0.ts";
import { mergeLevels } from "./merge-levels.ts";

/**
 * When a merge is due. Merging later makes fewer and larger segments, so that an entry is rewritten less often; until
 * then queries open the small rows one by one, and their bytes lie beside those of the grace (a minute).
 * As much as one merge takes: at once.
 */
const FULL_BYTES = 8 * MiB;
/** Opening a small row costs a query some 50 µs: a tenth of a second. */
const FULL_ROWS = 2048;
/** What is worth a segment waits this long for more: 120 segments an hour at most, that is two levels. */
const WORTH_ROWS = 64;
const WORTH_BYTES = 1 * MiB;
const WORTH_AGE_MS = 30_000;
/** Whatever there is. */
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
  const sayStuck = createSayStuck(logger);
  let garbageMs = clock.monotonicMs();
  while (!signal.aborted) {
    try {
      await mergeDue(deps, paused, signal);
      if (clock.monotonicMs() - garbageMs >= GARBAGE_EVERY_MS) {
        garbageMs = clock.monotonicMs();
        sayStuck(await deps.store.collectGarbage());
      }
    } catch (error) {
      // The store itself fails: nothing can be done but to try again.
      if (!signal.aborted) logger.error("upkeep failed, it goes on in a while", error);
    }
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}

/** @returns what says of each blob once that it cannot be deleted, and again only when it was gone meanwhile. */
function createSayStuck(logger: Logger): (stuck: readonly StuckBlob[]) => void {
  let said = new Set<string>();
  return (stuck) => {
    for (const { name, reason } of stuck) {
      if (said.has(name)) continue;
      logger.warn(
        "a file of deleted entries cannot be deleted, nobody sees it but it takes space: let the server's user write to its folder, or delete it by hand; until then it is tried every minute",
        { file: name, reason },
      );
    }
    said = new Set(stuck.map(({ name }) => name));
  };
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

/** @param nowMs wall time, as `oldestMs` is. */
export function isDue({ l0Rows, l0Bytes, oldestMs }: MergeWork, nowMs: number): boolean {
  if (l0Rows >= FULL_ROWS || l0Bytes >= FULL_BYTES) return true;
  const isWorth = l0Rows >= WORTH_ROWS || l0Bytes >= WORTH_BYTES;
  return nowMs - oldestMs >= (isWorth ? WORTH_AGE_MS : DUE_AGE_MS);
}

/**
 * Merges the rows that a unit has now, then its levels. Rows that come meanwhile wait until they are due: to go on
 * with them would make ever smaller segments for as long as anything comes in.
 * @returns false when somebody else changed it.
 */
export async function mergeUnit(
  key: UnitKey,
  deps: MergeDeps,
  signal: AbortSignal,
): Promise<boolean> {
  let rows = await mergeL0(key, deps);
  while (rows === "more" && !signal.aborted) rows = await mergeL0(key, deps);
  let levels: MergeResult = rows === "stale" ? "stale" : "merged";
  while (levels === "merged" && !signal.aborted) levels = await mergeLevels(key, deps);
  return levels !== "stale";
}

function nameOf({ app, bucket, shard }: UnitKey): string {
  return `${app}/${bucket}/${shard}`;
}
