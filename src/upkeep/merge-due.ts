/**
 * Merges what is due of this process's share, one unit at a time.
 * Invariant: a failure costs its unit a pause, never the others their turn; nothing is begun without a seat.
 */
import type { Clock } from "../domain/clock.ts";
import type { AppId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";
import type { Logger } from "../domain/logger.ts";
import { sayFailed } from "../domain/say-failed.ts";
import { HOUR_MS } from "../domain/time-range.ts";
import type { LogStore, MergeWork, UnitKey } from "../storage/log-store.ts";
import { type BacklogWatch, MAX_WAITING_ROWS, rowsByApp } from "./backlog.ts";
import { type MergeDeps, type MergeResult, mergeL0 } from "./merge-l0.ts";
import { mergeLevels } from "./merge-levels.ts";
import type { Seat, Seats } from "./seats.ts";

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
/** Of an application that comes near its bound nothing waits: its rows may be few in each of many hours. */
const PRESSED_ROWS = MAX_WAITING_ROWS / 2;

/** A unit that failed, or was changed by somebody else, waits this long. */
const PAUSE_MS = 10_000;
/** What is beyond them waits for the next row of its unit. */
const MAX_UNFINISHED = 1_000;
/** Small units beyond these are not counted as waiting, and wait for the larger ones. */
const UNITS_A_LOOK = 4096;
/** While much is due, what waits is counted anew this often. */
const COUNT_EVERY_MS = 5_000;

export interface MergeDueDeps extends MergeDeps {
  readonly store: MergeDeps["store"] & Pick<LogStore, "mergeWork">;
  readonly seats: Seats;
  readonly backlog: BacklogWatch;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @returns what merges all that is due now; it remembers which units are to wait. */
export function createMergeDue(deps: MergeDueDeps): (stop: AbortSignal) => Promise<void> {
  const { store, seats, backlog, clock, logger } = deps;
  const paused = new Map<string, number>();
  /** Units whose rows may be merged and their levels not: no row speaks for them any more. */
  const unfinished = new Map<string, UnitKey>();
  let countedMs = -Infinity;

  const count = async (): Promise<readonly MergeWork[]> => {
    const work = await store.mergeWork(UNITS_A_LOOK);
    countedMs = clock.monotonicMs();
    backlog.saw(work);
    return work;
  };

  const finish = async (unit: UnitKey, seat: Seat, stop: AbortSignal): Promise<void> => {
    const name = nameOf(unit);
    unfinished.delete(name);
    try {
      if (await mergeUnit(unit, { ...deps, lease: seat.signal }, stop)) return;
    } catch (error) {
      // Without the seat this process begins nothing until it has one again.
      if (!seat.signal.aborted)
        sayFailed(logger, "a merge failed, it is tried again", error, { unit: name });
    }
    paused.set(name, clock.monotonicMs() + PAUSE_MS);
    if (unfinished.size < MAX_UNFINISHED) unfinished.set(name, unit);
  };

  return async (stop) => {
    for (const [name, untilMs] of paused) if (untilMs <= clock.monotonicMs()) paused.delete(name);
    const due = dueOf(await count(), clock.nowMs());
    // Whose units these are now does not matter: nobody else knows that they are not done.
    const known = new Set(unfinished.keys());
    const units = new Map([...due.map((unit) => [nameOf(unit), unit] as const), ...unfinished]);
    for (const [name, unit] of units) {
      const { seat } = seats;
      if (stop.aborted || seat === undefined) return;
      if (paused.has(name) || !(known.has(name) || seat.isMine(unit))) continue;
      await finish(unit, seat, stop);
      if (clock.monotonicMs() - countedMs >= COUNT_EVERY_MS) await count();
    }
  };
}

/** @param nowMs wall time, as `oldestMs` is. */
export function dueOf(work: readonly MergeWork[], nowMs: number): readonly MergeWork[] {
  const rows = rowsByApp(work);
  const isPressed = (app: AppId): boolean => (rows.get(app) ?? 0) >= PRESSED_ROWS;
  return work.filter((unit) => isPressed(unit.app) || isDue(unit, nowMs));
}

function isDue({ l0Rows, l0Bytes, oldestMs }: MergeWork, nowMs: number): boolean {
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
  stop: AbortSignal,
): Promise<boolean> {
  let rows = await mergeL0(key, deps);
  while (rows === "more" && !stop.aborted) rows = await mergeL0(key, deps);
  let levels: MergeResult = rows === "stale" ? "stale" : "merged";
  while (levels === "merged" && !stop.aborted) levels = await mergeLevels(key, deps);
  return levels !== "stale";
}

function nameOf({ app, bucket, shard }: UnitKey): string {
  return `${app}/${bucket}/${shard}`;
}
