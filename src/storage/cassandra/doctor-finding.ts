/**
 * What a look at a cluster found. Invariant: whatever is not in order says why it matters and what to do about it.
 */

interface Found {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** What there is, in a sentence without its full stop. */
  readonly found: string;
}

export interface InOrder extends Found {
  readonly level: "ok";
}

/** `fail`: Argus does not work, or loses what it acknowledged, until this is changed. */
export interface OutOfOrder extends Found {
  readonly level: "warn" | "fail";
  readonly why: string;
  readonly todo: string;
}

export type Finding = InOrder | OutOfOrder;

export function inOrder(check: string, found: string): InOrder {
  return { level: "ok", check, found };
}

export function warning(check: string, found: string, why: string, todo: string): OutOfOrder {
  return { level: "warn", check, found, why, todo };
}

export function failure(check: string, found: string, why: string, todo: string): OutOfOrder {
  return { level: "fail", check, found, why, todo };
}
