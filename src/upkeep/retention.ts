/**
 * Lets what is older than its application's retention go.
 * Invariant: raising the floor is the act; bytes are deleted afterwards by garbage collection. A longer retention
 * never lowers a floor.
 */
import type { AppId } from "../domain/ids.ts";
import { type Bucket, bucketOfMs, HOUR_MS } from "../domain/time-range.ts";
import { type LogStore, MAX_BUCKET } from "../storage/log-store.ts";

const DAY_MS = 24 * HOUR_MS;

/** What is to be kept of an application. */
export interface AppRetention {
  readonly id: AppId;
  /** Days; 0 keeps for ever. */
  readonly retentionDays: number;
  /** Nothing is kept any more: whoever deleted it may not have come to an end. */
  readonly isDeleted?: boolean;
}

/**
 * Applies the retention of every application, or of the one that was changed.
 * @param signal ends it before the next application, by its reason.
 */
export async function applyRetention(
  applications: AsyncIterable<AppRetention> | Iterable<AppRetention>,
  store: Pick<LogStore, "raiseFloor">,
  nowMs: number,
  signal?: AbortSignal,
): Promise<void> {
  for await (const application of applications) {
    signal?.throwIfAborted();
    await store.raiseFloor(application.id, floorOf(application, nowMs));
  }
}

/**
 * A bucket goes when its last entry is too old: the one that holds the limit stays.
 * @returns 0 for ever: it raises nothing, but tells the store of the application.
 */
function floorOf({ retentionDays, isDeleted }: AppRetention, nowMs: number): Bucket {
  if (isDeleted === true) return MAX_BUCKET;
  return retentionDays > 0 ? bucketOfMs(nowMs - retentionDays * DAY_MS) : (0 as Bucket);
}
