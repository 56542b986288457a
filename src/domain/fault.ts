/**
 * Everything a caller can cause, or the world can refuse, as one closed union.
 * Invariant: a fault's texts may be shown to the caller as they are; whatever is thrown and is not a
 * FaultError is a bug of ours, answered as an internal error.
 */

export type Fault =
  /** The request says something that cannot be meant; `field` is the proto or parameter name. */
  | { kind: "invalid"; field: string; reason: string; meta?: Readonly<Record<string, string>> }
  /** What is not there, or not there for this caller: both read the same. */
  | { kind: "notFound"; what: string; id: string }
  | { kind: "denied"; reason: string }
  | { kind: "unauthenticated"; reason: string }
  /** The name or thing exists already; `unmet`: what is asked for would break a rule about what is there. */
  | { kind: "conflict"; reason: string; unmet?: true }
  /** A compare-and-set met another version. */
  | { kind: "stale"; reason: string }
  | { kind: "overQuota"; reason: string; retryAfterMs: number }
  | { kind: "overloaded"; reason: string; retryAfterMs: number }
  | { kind: "deadline"; reason: string }
  | { kind: "canceled" }
  | { kind: "tooLarge"; what: string; limitBytes: number }
  /** Stored bytes that do not read back; `what` names them. */
  | { kind: "corrupt"; what: string; reason: string };

export type FaultKind = Fault["kind"];

/** The one way an expected failure is thrown. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(messageOf(fault), options);
    this.name = "FaultError";
    this.fault = fault;
  }
}

/** @returns the sentence a caller is shown. */
export function messageOf(fault: Fault): string {
  switch (fault.kind) {
    case "invalid":
      return `${fault.field}: ${fault.reason}`;
    case "notFound":
      return fault.id === "" ? `no such ${fault.what}` : `no such ${fault.what}: ${fault.id}`;
    case "denied":
    case "unauthenticated":
    case "conflict":
    case "stale":
    case "overQuota":
    case "overloaded":
    case "deadline":
      return fault.reason;
    case "canceled":
      return "the caller went away";
    case "tooLarge":
      return `${fault.what} is larger than ${fault.limitBytes} bytes`;
    case "corrupt":
      return `${fault.what} is damaged: ${fault.reason}`;
    default:
      return fault satisfies never;
  }
}

export function invalid(
  field: string,
  reason: string,
  meta?: Readonly<Record<string, string>>,
): FaultError {
  return new FaultError({
    kind: "invalid",
    field,
    reason,
    ...(meta === undefined ? {} : { meta }),
  });
}

export function notFound(what: string, id: string): FaultError {
  return new FaultError({ kind: "notFound", what, id });
}

export function denied(reason: string): FaultError {
  return new FaultError({ kind: "denied", reason });
}

export function unauthenticated(reason: string): FaultError {
  return new FaultError({ kind: "unauthenticated", reason });
}

export function conflict(reason: string): FaultError {
  return new FaultError({ kind: "conflict", reason });
}

/** For what may be asked again after something else was changed, such as the last owner who wants to leave. */
export function unmet(reason: string): FaultError {
  return new FaultError({ kind: "conflict", reason, unmet: true });
}

export function overloaded(reason: string, retryAfterMs = 1000): FaultError {
  return new FaultError({ kind: "overloaded", reason, retryAfterMs });
}

export function corrupt(what: string, reason: string): FaultError {
  return new FaultError({ kind: "corrupt", what, reason });
}

/** @returns whether `error` is a FaultError of that kind. */
export function isFault<K extends FaultKind>(
  error: unknown,
  kind: K,
): error is FaultError & { fault: Extract<Fault, { kind: K }> } {
  return error instanceof FaultError && error.fault.kind === kind;
}
