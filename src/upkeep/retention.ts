/**
 * Lets what is older than its application's retention go.
 * Invariant: raising the floor is the act; bytes are deleted afterwards by garbage collection. A longer retention
 * never lowers a floor. One application's trouble is none of the others'.
 */
import { eachItsTurn } from "../domain/each-its-turn.ts";
import { isFault } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import type { Logger } from "../domain/logger.ts";
import { type Bucket, bucketOfMs, DAY_MS } from "../domain/time-range.ts";
import { type LogStore, MAX_BUCKET } from "../storage/log-store.ts";

/** Of a hundred thousand applications one at a time would take minutes on a cluster. */
const AT_ONCE = 8;

/** What is to be kept of an application. */
export interface AppRetention {
  readonly id: AppId;
  /** Days; 0 keeps for ever. */
  readonly retentionDays: number;
  /** Nothing is kept any more: whoever deleted it may not have come to an end. */
  readonly isDeleted?: boolean;
}

/** Whose entries are to be kept, and for how long. */
export interface Retentions {
  /** Every application there is, and those whose deletion has not come to its end. */
  ids(): AsyncIterable<AppId>;
  /** undefined: it is gone meanwhile. */
  of(id: AppId): Promise<AppRetention | undefined>;
  /** Told of a deleted one when its logs are gone: the rest of it can go. */
  finishDeletion(id: AppId): Promise<void>;
}

/** Applies the retention of every application; throws the first failure when each had its turn. */
export async function applyRetentions(
  retentions: Retentions,
  deps: {
    readonly store: Pick<LogStore, "raiseFloor">;
    readonly clock: { nowMs(): number };
    readonly logger: Logger;
  },
  signal?: AbortSignal,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  let others = 0;
  const onOther = (error: unknown, id: AppId): void => {
    // A store out of reach is so for all of them.
    if (isFault(error, "overloaded")) others++;
    else deps.logger.error("retention failed for an application, it is tried again", error, { id });
  };
  const one = async (id: AppId): Promise<void> => {
    const retention = await retentions.of(id);
    if (retention === undefined) return;
    await applyRetention(retention, deps.store, nowMs);
    if (retention.isDeleted === true) await retentions.finishDeletion(id);
  };
  try {
    await eachItsTurn(retentions.ids(), AT_ONCE, one, { signal, onOther });
  } finally {
    if (others > 0) deps.logger.warn("retention waits for the store", { applications: others });
  }
}

/** Applies the retention of one application. */
export async function applyRetention(
  application: AppRetention,
  store: Pick<LogStore, "raiseFloor">,
  nowMs: number,
): Promise<void> {
  await store.raiseFloor(application.id, floorOf(application, nowMs));
}

/**
 * A bucket goes when its last entry is too old: the one that holds the limit stays.
 * @returns 0 for ever: it raises nothing, but tells the store of the application.
 */
function floorOf({ retentionDays, isDeleted }: AppRetention, nowMs: number): Bucket {
  if (isDeleted === true) return MAX_BUCKET;
  return retentionDays > 0 ? bucketOfMs(nowMs - retentionDays * DAY_MS) : (0 as Bucket);
}
