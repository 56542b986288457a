/**
 * What upkeep asks of accounts, across the port between their threads.
 * Invariant: accounts are changed in the main thread alone, which keeps some of their rows in memory.
 */
import type { MessagePort } from "node:worker_threads";
import type { Accounts } from "../../accounts/accounts.ts";
import { overloaded } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import { connectCalls, serveCalls } from "../../domain/port-calls.ts";

/** The applications whose deletions upkeep finishes at one time, and the tidying. */
const MOST_CALLS = 16;

/** What upkeep has of accounts. */
export interface AccountCalls {
  finishDeletion(id: AppId): Promise<void>;
  tidy(signal: AbortSignal): Promise<void>;
}

/** Answers what comes through `port` until it closes. */
export function serveAccounts(
  { applications, tidy }: Pick<Accounts, "applications" | "tidy">,
  port: MessagePort,
): void {
  serveCalls(port, {
    finishDeletion: (id: AppId) => applications.finishDeletion(id),
    tidy: (_: undefined, signal) => tidy(signal),
  });
}

/** The other end. The port stays the caller's to close. */
export function connectAccounts(port: MessagePort): AccountCalls {
  const { call, end } = connectCalls(port, {
    inFlight: MOST_CALLS,
    waiting: 0,
    full: () => overloaded("too much is asked at once"),
  });
  port.on("close", () => end(overloaded("the accounts were closed")));
  return {
    finishDeletion: async (id) => void (await call("finishDeletion", id)),
    tidy: async (signal) => void (await call("tidy", undefined, { signal })),
  };
}
