/**
 * What waits to be merged, and which applications have so much of it that no more is taken in.
 * Invariant: an application is full from `MAX_WAITING_ROWS` on and until it is down to `ROOM_AGAIN_ROWS`: it must not
 * flicker at the bound. Counts are of closed epochs and seconds old; the bound is one of order, not of a row.
 */
import type { AppId } from "../domain/ids.ts";
import type { MergeWork } from "../storage/log-store.ts";

/** A query of them all opens each: a second's work, and a plan of 10 MB. */
export const MAX_WAITING_ROWS = 20_000;
const ROOM_AGAIN_ROWS = 16_000;

export interface Backlog {
  readonly rows: number;
  readonly bytes: number;
  /** Wall time of the oldest row's commit, ms since 1970; undefined when nothing waits. */
  readonly oldestMs: number | undefined;
  /** Applications that are to be sent no more until they are merged. */
  readonly full: readonly AppId[];
}

export interface BacklogWatch {
  saw(work: readonly MergeWork[]): void;
}

export function createBacklogWatch(
  tell: (backlog: Backlog) => void,
  bound = { full: MAX_WAITING_ROWS, again: ROOM_AGAIN_ROWS },
): BacklogWatch {
  let full: readonly AppId[] = [];
  return {
    saw: (work) => {
      const was = new Set(full);
      full = [...rowsByApp(work)]
        .filter(([app, rows]) => rows >= (was.has(app) ? bound.again : bound.full))
        .map(([app]) => app);
      tell({
        rows: work.reduce((sum, { l0Rows }) => sum + l0Rows, 0),
        bytes: work.reduce((sum, { l0Bytes }) => sum + l0Bytes, 0),
        oldestMs: work.length === 0 ? undefined : Math.min(...work.map((unit) => unit.oldestMs)),
        full,
      });
    },
  };
}

export function rowsByApp(work: readonly MergeWork[]): ReadonlyMap<AppId, number> {
  const rows = new Map<AppId, number>();
  for (const { app, l0Rows } of work) rows.set(app, (rows.get(app) ?? 0) + l0Rows);
  return rows;
}
