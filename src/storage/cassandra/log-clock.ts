/**
 * Keeps a process whose clock is ahead from deleting what is not over yet.
 * Invariant: nothing is deleted for its age while this machine's clock is further ahead of the node's than clocks may be
 * apart; what the clock does not decide goes on. One that is behind deletes later, which harms nobody.
 */
import type { Clock } from "../../domain/clock.ts";
import { overloaded } from "../../domain/fault.ts";
import { type LogStore, MAX_BUCKET } from "../log-store.ts";
import { CLOCK_ERROR_MS } from "./log-catalogue.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const CLOCK_STATEMENTS = {
  time: statement(
    "read",
    "time",
    "SELECT toTimestamp(now()) AS at FROM system.local WHERE key = 'local'",
  ),
} as const;

/** A clock that jumps is found out this much later; what is deleted then was over for as long. */
const LOOK_EVERY_MS = 60_000;
const RETRY_AFTER_MS = 60_000;

/** @returns the store, which answers `overloaded` where its clock must not decide. */
export function deletingByTrueTime(
  logs: LogStore,
  { session, clock }: { readonly session: Pick<Session, "read" | "where">; readonly clock: Clock },
): LogStore {
  let last: { readonly atMs: number; readonly wallMs: number } | undefined;

  const requireTrueTime = async (): Promise<void> => {
    const wallMs = clock.nowMs();
    const atMs = clock.monotonicMs();
    const since = last === undefined ? Infinity : atMs - last.atMs;
    // A wall clock that was set meanwhile has not moved as the other one.
    const isSet = last === undefined || Math.abs(wallMs - last.wallMs - since) > CLOCK_ERROR_MS;
    if (since < LOOK_EVERY_MS && !isSet) return;
    const [row] = await session.read(CLOCK_STATEMENTS.time, []);
    const at: unknown = row?.get("at");
    if (!(at instanceof Date)) throw overloaded(`${session.where} does not tell the time`);
    const aheadMs = wallMs - at.getTime();
    if (aheadMs > CLOCK_ERROR_MS)
      throw overloaded(
        `this machine's clock is ${Math.round(aheadMs / 1000)} s ahead of that of ${session.where}: nothing is deleted for its age until it is right; synchronise the clocks`,
        RETRY_AFTER_MS,
      );
    last = { atMs, wallMs };
  };

  return {
    ...logs,
    raiseFloor: async (app, floor) => {
      // An application that is deleted ends at once, and one kept for ever ends never, whatever the time is.
      if (floor !== MAX_BUCKET && floor > 0) await requireTrueTime();
      await logs.raiseFloor(app, floor);
    },
    // A look takes rows of hours that are over for void, and moves on behind them: they would never be merged.
    mergeWork: async (limit) => {
      await requireTrueTime();
      return logs.mergeWork(limit);
    },
    collectGarbage: async (reach) => {
      await requireTrueTime();
      return logs.collectGarbage(reach);
    },
  };
}
