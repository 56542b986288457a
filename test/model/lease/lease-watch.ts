/**
 * Watches the contenders. Invariants: L2 no two of them whose clocks ran trust their leases at the same moment; L4
 * nobody takes for lost what its own statement got (unless it was lost again since).
 */
import { ModelFailure } from "../check/failure.ts";
import { monotonic } from "../sim/host.ts";
import type { Contender, Lease } from "./contender.ts";
import type { LockTable } from "./lock-row.ts";

export class LeaseWatch {
  readonly #contenders: readonly Contender[];
  readonly #now: () => number;
  /** Moments at which a holder went on. */
  actions = 0;

  constructor(deps: { contenders: readonly Contender[]; now: () => number }) {
    this.#contenders = deps.contenders;
    this.#now = deps.now;
  }

  /** A holder has looked at its clock and goes on. */
  acts(p: Contender, lease: Lease): void {
    this.actions++;
    if (p.suspended !== lease.missed) return;
    for (const other of this.#contenders) {
      if (other === p || !other.up || other.lease === undefined) continue;
      if (other.suspended !== other.lease.missed) continue;
      if (monotonic(other, this.#now()) >= other.lease.trustedUntil) continue;
      throw new ModelFailure("L2", `p${p.id} and p${other.id} both trust their leases`);
    }
  }

  /** A contender concludes that an attempt failed. */
  lost(nonces: readonly number[], table: LockTable): void {
    const { row } = table;
    if (row === undefined || row.owner === 0 || !nonces.includes(row.nonce)) return;
    throw new ModelFailure("L4", `an attempt that got fence ${row.fence} is taken for lost`);
  }
}
