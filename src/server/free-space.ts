/**
 * Refuses commits before the disk is full. Invariants: queries, deletions and merges go on; intake comes back by itself
 * when there is room again; which folder it is, the own log tells, not the callers.
 */
import type { Clock } from "../domain/clock.ts";
import { overloaded } from "../domain/fault.ts";
import { GiB, MiB } from "../domain/limits.ts";
import type { Logger } from "../domain/logger.ts";
import type { LogStore } from "../storage/log-store.ts";

/** The rest is for merges, which need room before they give some back, and for the system. */
const LEAST_BYTES = 1 * GiB;
const LEAST_SHARE = 0.02;
/** How old a look at the disk may be: a full second of full ingest writes less than 100 MB. */
const FRESH_MS = 1000;
const RETRY_AFTER_MS = 10_000;

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** @returns the same commit, refused with `overloaded` while there is too little room. */
export function commitWithRoom(
  commit: LogStore["commit"],
  freeSpace: () => Promise<Space>,
  clock: Pick<Clock, "monotonicMs">,
  where: { readonly folder: string; readonly logger: Pick<Logger, "warn" | "info"> },
): LogStore["commit"] {
  let space: Space | undefined;
  let readMs = 0;
  let isFull = false;
  return async (rows) => {
    const nowMs = clock.monotonicMs();
    if (space === undefined || nowMs - readMs > FRESH_MS) {
      readMs = nowMs;
      space = await freeSpace();
    }
    const least = Math.max(LEAST_BYTES, space.totalBytes * LEAST_SHARE);
    const figures = `${Math.floor(space.freeBytes / MiB)} MiB are free, ${Math.ceil(least / MiB)} MiB are kept free`;
    const wasFull = isFull;
    isFull = space.freeBytes < least;
    const { folder, logger } = where;
    if (isFull && !wasFull)
      logger.warn(`the disk is nearly full, no logs are taken until there is room: ${figures}`, {
        folder,
      });
    else if (wasFull && !isFull) logger.info("the disk has room again", { folder });
    if (isFull) throw overloaded(`the server's disk is nearly full: ${figures}`, RETRY_AFTER_MS);
    return commit(rows);
  };
}
