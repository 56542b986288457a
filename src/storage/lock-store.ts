/**
 * The contract of the lock table: small rows that say who holds what, changed by compare-and-set alone.
 * `test/contract/lease.ts` is the same contract as a suite. Who may hold a lock when is the matter of `lease.ts`.
 *
 * Rows are made once and never end, so `fence` grows for ever. Every call sees all changes that completed before it.
 * Failures: `overloaded`, after which the outcome is unknown and a late attempt may still apply.
 */

export interface LockRow {
  /** One more with every change of owner; from 1. */
  readonly fence: number;
  /** One more with every renewal and release. */
  readonly beat: number;
  /** Names a process for its life; empty when nobody holds the lock. */
  readonly owner: string;
  /** Fresh with every change of owner. */
  readonly nonce: string;
  /** How long others must see the row unchanged before they may take it, ms. */
  readonly leaseMs: number;
  /** For people: where the owner runs, and since when by its wall clock, ms since 1970. No rule reads them. */
  readonly host: string;
  readonly sinceMs: number;
}

/** Whether two rows are one state of a lock: what every condition names. */
export function isSameLock(a: LockRow, b: LockRow): boolean {
  return a.fence === b.fence && a.beat === b.beat && a.nonce === b.nonce;
}

export interface LockStore {
  read(name: string): Promise<LockRow | undefined>;

  /**
   * Makes the row `next` iff it is `expected` by fence, beat and nonce (undefined: there is none).
   * @returns false when it is not `next` now: another row stood there, or has replaced it already.
   */
  compareAndSet(name: string, expected: LockRow | undefined, next: LockRow): Promise<boolean>;
}
