/**
 * Lets what is older than its application's retention go.
 * Invariant: raising the floor is the act; bytes are deleted afterwards by garbage collection. A longer retention
 * never lowers a floor.
 */
import type { AppId } from "../domain/ids.ts";
import { bucketOfMs, HOUR_MS } from "../domain/time-range.ts";
import type { LogStore } from "../storage/log-store.ts";

const DAY_MS = 24 * HOUR_MS;

/** @param retentionDays 0 keeps for ever. */
export async function applyRetention(
  applications: AsyncIterable<{ readonly id: AppId; readonly retentionDays: number }>,
  store: Pick<LogStore, "raiseFloor">,
  nowMs: number,
): Promise<void> {
  for await (const { id, retentionDays } of applications)
    // A bucket goes when its last entry is too old: the one that holds the limit stays.
    if (retentionDays > 0) await store.raiseFloor(id, bucketOfMs(nowMs - retentionDays * DAY_MS));
}
