/**
 * The row of a lock, the resource it guards, and what watches both.
 * Invariant: the row changes only by compare-and-set, a refused one tells only the columns that its condition names;
 * fences step by one at each change of owner and never come twice; effects reach the resource in the order of fences.
 */
import { ModelFailure } from "../check/failure.ts";

export interface LockRow {
  /** Grows with every change of owner; survives a release. */
  readonly fence: number;
  /** Grows with every renewal. */
  readonly hb: number;
  /** 0: free. */
  readonly owner: number;
  readonly nonce: number;
  /** Owner's wall clock; only a broken rule reads it. */
  readonly since: number;
}

/** Column values an update asks for. */
export type Condition = Partial<Pick<LockRow, "fence" | "hb" | "owner" | "nonce">>;

export type LockResult =
  | { readonly applied: true }
  | { readonly applied: false; readonly row: Condition };

export class LockTable {
  row: LockRow | undefined;
  /** Oracle: fence by nonce, for each change of owner. */
  readonly owned = new Map<number, number>();
  #resourceFence = 0;
  effects = 0;
  refused = 0;

  /** IF NOT EXISTS: a refusal tells the whole row. */
  insert(next: LockRow): LockResult {
    if (this.row !== undefined) return { applied: false, row: this.row };
    this.#change(next);
    return { applied: true };
  }

  /** UPDATE … IF. */
  update(condition: Condition, change: Partial<LockRow>): LockResult {
    const { row } = this;
    if (row === undefined) return { applied: false, row: {} };
    const columns = Object.keys(condition) as (keyof Condition)[];
    if (columns.some((column) => row[column] !== condition[column])) {
      const named = Object.fromEntries(columns.map((column) => [column, row[column]]));
      return { applied: false, row: named };
    }
    this.#change({ ...row, ...change });
    return { applied: true };
  }

  /** An effect that carries its fence. @param fenced rule off: whatever arrives is applied */
  effect(fence: number, fenced: boolean): boolean {
    if (fence < this.#resourceFence) {
      this.refused++;
      if (fenced) return false;
      throw new ModelFailure(
        "L3",
        `an effect of fence ${fence} after one of ${this.#resourceFence}`,
      );
    }
    this.#resourceFence = fence;
    this.effects++;
    return true;
  }

  #change(next: LockRow): void {
    const before = this.row;
    const taken = next.owner !== 0 && (before === undefined || before.nonce !== next.nonce);
    if (taken) {
      if (next.fence !== (before?.fence ?? 0) + 1) {
        throw new ModelFailure("L1", `fence ${next.fence} after ${before?.fence ?? 0}`);
      }
      if (this.owned.has(next.nonce)) throw new ModelFailure("L1", "a nonce owns twice");
      this.owned.set(next.nonce, next.fence);
    } else if (next.fence !== before?.fence || next.hb !== before.hb + 1) {
      throw new ModelFailure("L1", "a renewal or release does not step the heartbeat by one");
    }
    this.row = next;
  }
}
