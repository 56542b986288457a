/**
 * The rules of the lease, as switches.
 * Invariant: with one off, the sentence behind it is not obeyed, and nothing else changes.
 */
export const LEASE_RULES = [
  /** A taken lock is taken over only after its (fence, hb) stood still for the lease and a tenth. */
  "watch",
  /** The watch looks at the heartbeat, not only at the fence. */
  "heartbeat",
  /** … on one's own monotonic clock; no wall clocks are compared. */
  "ownClock",
  /** A lease runs from the start of the attempt, not from its answer. */
  "anchorAtStart",
  /** Both together: the holder stops a margin early, the taker waits a tenth longer. */
  "margins",
  /** The holder looks at its clock before every effect. */
  "trustCheck",
  /** Effects carry the fence. */
  "fence",
  /** Every change of owner takes the next fence. */
  "nextFence",
  /** The nonce stands in the condition, so that a refusal tells whose it was. */
  "nonceInCondition",
  /** An unknown outcome is resolved by the statement again; it is no success. */
  "reissue",
  /** … by the identical statement, nonce included. */
  "identical",
  /** Renewals and releases ask for the fence. */
  "fenceInRenewal",
  /** A refused renewal ends the lease at once. */
  "stopWhenLost",
] as const;

export type LeaseRule = (typeof LEASE_RULES)[number];
