/**
 * Leases over a lock table: one holder at a time, and a dead one is replaced.
 *
 * Free → held by a compare-and-set that raises the fence. The holder renews every third of the lease; others watch the
 * row, and whoever has seen it unchanged for 1.1 leases by its own monotonic clock may take it over. The holder trusts
 * its lease until the start of its last successful renewal + 0.8 leases; then `signal` aborts, whatever the store does.
 * So no wall clocks are compared, and while clocks run at the same rate within a tenth no two trust one lock at once.
 * A process that was suspended may still act for a moment after it wakes: effects must be guarded by a compare-and-set
 * of their own (or by `fence`); a lease only saves work.
 */
import type { Clock } from "../domain/clock.ts";
import { isFault, overloaded } from "../domain/fault.ts";
import { isSameLock, type LockRow, type LockStore } from "./lock-store.ts";

const TAKEOVER = 1.1;
const TRUST = 0.8;

export interface Lease extends AsyncDisposable {
  readonly name: string;
  /** Higher than that of every holder before. */
  readonly fence: number;
  /** Aborts when the lease is not to be trusted any more, or was released. */
  readonly signal: AbortSignal;
  /** Throws `overloaded` when the lease is over; to be asked before a step that is better not done twice. */
  check(): void;
  /** Lets others have it at once. Never throws for a store out of reach: the lease ends by itself then. */
  release(): Promise<void>;
}

/** `never`: nobody ever had it. `dead`: its holder gave no sign of life for so long that it may be taken over. */
export type LockState = "never" | "free" | "held" | "dead";

export interface Leases {
  /**
   * One look. To see that a holder is dead it must be called again and again, at least once in a lease. Throws what
   * reading the lock throws.
   */
  look(name: string): Promise<LockState>;
  /**
   * One try. To take over from a dead holder it must be called again and again, at least once in a lease.
   * @returns undefined when another holds it, or the store is too busy to say.
   */
  tryAcquire(name: string): Promise<Lease | undefined>;
  /** Waits for the lease; rejects with the signal's reason when it aborts first. */
  acquire(name: string, signal?: AbortSignal): Promise<Lease>;
}

export interface LeaseDeps {
  readonly locks: LockStore;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Unique among processes, fresh at every start. */
  readonly owner: string;
  /** For people. */
  readonly host: string;
  readonly newNonce: () => string;
}

export function createLeases(deps: LeaseDeps): Leases {
  const { locks, clock, leaseMs } = deps;
  /** Rows of others as last seen, and since when by our monotonic clock. */
  const watched = new Map<string, { readonly row: LockRow; readonly sinceMs: number }>();

  const stateOf = (name: string, row: LockRow | undefined): LockState => {
    if (row === undefined) return "never";
    if (row.owner === "") return "free";
    // Taken after the read: the holder's own count began before.
    const now = clock.monotonicMs();
    const seen = watched.get(name);
    if (seen === undefined || !isSameLock(seen.row, row)) {
      watched.set(name, { row, sinceMs: now });
      return "held";
    }
    return now - seen.sinceMs >= row.leaseMs * TAKEOVER ? "dead" : "held";
  };

  const tryAcquire = async (name: string): Promise<Lease | undefined> => {
    try {
      const row = await locks.read(name);
      if (stateOf(name, row) === "held") return undefined;
      watched.delete(name);
      const startMs = clock.monotonicMs();
      const next: LockRow = {
        fence: (row?.fence ?? 0) + 1,
        beat: 0,
        owner: deps.owner,
        nonce: deps.newNonce(),
        leaseMs,
        host: deps.host,
        sinceMs: clock.nowMs(),
      };
      if (!(await locks.compareAndSet(name, row, next))) return undefined;
      return hold(deps, name, next, startMs);
    } catch (error) {
      // It may have become ours unknown to us; unrenewed it ends as any other.
      if (isFault(error, "overloaded")) return undefined;
      throw error;
    }
  };

  return {
    look: async (name) => stateOf(name, await locks.read(name)),
    tryAcquire,
    acquire: async (name, signal) => {
      for (;;) {
        signal?.throwIfAborted();
        const lease = await tryAcquire(name);
        if (lease !== undefined) return lease;
        await clock.sleep(leaseMs / 3, signal);
      }
    },
  };
}

/** @param startMs monotonic, before the compare-and-set that made `first` was sent. */
function hold(deps: LeaseDeps, name: string, first: LockRow, startMs: number): Lease {
  const { locks, clock, leaseMs } = deps;
  let row = first;
  let trustedUntilMs = startMs + leaseMs * TRUST;
  const over = new AbortController();
  const end = (reason: string): void => {
    if (!over.signal.aborted) over.abort(overloaded(reason));
  };

  const renew = async (): Promise<void> => {
    const attemptMs = clock.monotonicMs();
    // A process that stood still wakes up here. What is over stays so: others may be waiting already, and would wait anew.
    if (attemptMs >= trustedUntilMs) return end(`the lock ${name} could not be renewed in time`);
    const next = { ...row, beat: row.beat + 1 };
    try {
      if (await locks.compareAndSet(name, row, next)) {
        row = next;
        trustedUntilMs = attemptMs + leaseMs * TRUST;
      } else {
        end(`the lock ${name} was taken over`);
      }
    } catch (error) {
      // Tried again until the trust runs out. Unknown is not lost: the same statement finds its own row.
      if (!isFault(error, "overloaded")) throw error;
    }
  };

  const keep = async (): Promise<void> => {
    while (await slept(clock, leaseMs / 3, over.signal)) await renew();
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      const leftMs = trustedUntilMs - clock.monotonicMs();
      if (leftMs <= 0) return end(`the lock ${name} could not be renewed in time`);
      if (!(await slept(clock, leftMs, over.signal))) return;
    }
  };
  // What is not a fault of the store is a bug; the lease ends with it.
  const kept = keep().catch((error: unknown) => over.abort(error));
  void watch();

  const release = async (): Promise<void> => {
    end(`the lock ${name} was released`);
    await kept;
    try {
      await locks.compareAndSet(name, row, { ...row, owner: "", beat: row.beat + 1 });
    } catch (error) {
      if (!isFault(error, "overloaded")) throw error;
    }
  };
  let released: Promise<void> | undefined;

  return {
    name,
    fence: first.fence,
    signal: over.signal,
    check: () => {
      if (clock.monotonicMs() >= trustedUntilMs)
        end(`the lock ${name} could not be renewed in time`);
      over.signal.throwIfAborted();
    },
    release: () => (released ??= release()),
    [Symbol.asyncDispose]: () => (released ??= release()),
  };
}

/** @returns false when the signal aborted first. */
async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
