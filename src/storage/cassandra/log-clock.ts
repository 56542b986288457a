/**
 * Keeps a process whose clock is ahead from taking for over what is not.
 * Invariant: while this machine's clock is further ahead of the node's than clocks may be apart, it decides nothing that
 * cannot be undone: no floor rises by it, no row counts as void, no hour is made that is yet to come, none is refused for
 * good. What the clock does not decide goes on. One that is behind ends things later, which harms nobody.
 */
import type { Clock } from "../../domain/clock.ts";
import { type FaultError, overloaded } from "../../domain/fault.ts";
import { LIMITS } from "../../domain/limits.ts";
import { type Bucket, bucketStartMs } from "../../domain/time-range.ts";
import { CLOCK_ERROR_MS } from "../shared-store.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const CLOCK_STATEMENTS = {
  time: statement(
    "read",
    "time",
    "SELECT toTimestamp(now()) AS at FROM system.local WHERE key = 'local'",
  ),
} as const;

/** A clock that drifts is found out this much later; what was decided then was over for as long. */
const LOOK_EVERY_MS = 60_000;
const RETRY_AFTER_MS = 60_000;

export interface ClockWatch {
  /** How far this machine's clock is ahead, as it was a minute ago at most. */
  aheadMs(): Promise<number>;
  isAhead(): Promise<boolean>;
  /** Throws `overloaded` while it is ahead. */
  requireRight(): Promise<void>;
  /** Throws `overloaded` while it is ahead, for an hour that begins later than any entry may be. */
  requireBegun(bucket: Bucket): Promise<void>;
}

export function createClockWatch(deps: {
  readonly session: Pick<Session, "read" | "where">;
  readonly clock: Clock;
}): ClockWatch {
  const { session, clock } = deps;
  let last:
    | { readonly atMs: number; readonly wallMs: number; readonly aheadMs: number }
    | undefined;

  const aheadMs = async (): Promise<number> => {
    const wallMs = clock.nowMs();
    const atMs = clock.monotonicMs();
    const since = last === undefined ? Infinity : atMs - last.atMs;
    // A wall clock that was set meanwhile has not moved as the other one.
    const isSet = last === undefined || Math.abs(wallMs - last.wallMs - since) > CLOCK_ERROR_MS;
    if (last !== undefined && since < LOOK_EVERY_MS && !isSet) return last.aheadMs;
    const [row] = await session.read(CLOCK_STATEMENTS.time, []);
    const at: unknown = row?.get("at");
    if (!(at instanceof Date)) throw overloaded(`${session.where} does not tell the time`);
    last = { atMs, wallMs, aheadMs: wallMs - at.getTime() };
    return last.aheadMs;
  };

  const wrong = (ms: number): FaultError =>
    overloaded(
      `this machine's clock is ${Math.round(ms / 1000)} s ahead of that of ${session.where}: nothing ends by it until it is right; synchronise the clocks`,
      RETRY_AFTER_MS,
    );

  return {
    aheadMs,
    isAhead: async () => (await aheadMs()) > CLOCK_ERROR_MS,
    requireRight: async () => {
      const ahead = await aheadMs();
      if (ahead > CLOCK_ERROR_MS) throw wrong(ahead);
    },
    requireBegun: async (bucket) => {
      const ahead = await aheadMs();
      const nodeMs = clock.nowMs() - ahead;
      if (ahead > CLOCK_ERROR_MS && bucketStartMs(bucket) > nodeMs + LIMITS.futureBucketMs)
        throw wrong(ahead);
    },
  };
}
