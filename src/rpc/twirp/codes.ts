/**
 * Faults and other throws as Twirp errors: the one table.
 * Invariants: every code is one that Twirp v7 knows; no text of an unexpected error leaves the process.
 */
import { isValidErrorCode, TwirpError, TwirpErrorCode } from "twirp-ts";
import { type Fault, FaultError } from "../../domain/fault.ts";
import { toldOf } from "../../http/faults.ts";

/** What a caller is told of a bug of ours. */
export const INTERNAL_MESSAGE = "internal error";

export function codeOf(fault: Fault): TwirpErrorCode {
  switch (fault.kind) {
    case "invalid":
      return TwirpErrorCode.InvalidArgument;
    // Twirp has no code for it, and resource_exhausted (429) would invite retries.
    case "tooLarge":
      return TwirpErrorCode.InvalidArgument;
    case "notFound":
      return TwirpErrorCode.NotFound;
    case "denied":
      return TwirpErrorCode.PermissionDenied;
    case "unauthenticated":
      return TwirpErrorCode.Unauthenticated;
    case "conflict":
      return fault.unmet === true
        ? TwirpErrorCode.FailedPrecondition
        : TwirpErrorCode.AlreadyExists;
    case "stale":
      return TwirpErrorCode.Aborted;
    case "overQuota":
      return TwirpErrorCode.ResourceExhausted;
    case "overloaded":
      return TwirpErrorCode.Unavailable;
    case "deadline":
      return TwirpErrorCode.DeadlineExceeded;
    case "canceled":
      return TwirpErrorCode.Canceled;
    case "corrupt":
      return TwirpErrorCode.DataLoss;
    default:
      return fault satisfies never;
  }
}

/** @returns the error with the fault's sentence; `invalid` names its field and carries the fault's own metadata. */
export function twirpErrorOf(fault: Fault): TwirpError {
  const error = new TwirpError(codeOf(fault), toldOf(fault));
  if (fault.kind === "invalid") {
    error.withMeta("field", fault.field);
    for (const [key, value] of Object.entries(fault.meta ?? {})) error.withMeta(key, value);
  }
  return error;
}

/**
 * @returns the Twirp error to answer with, or undefined for what is a bug: neither a fault nor a Twirp error
 * with a code that the protocol knows and that means the caller's doing.
 */
export function expected(thrown: unknown): TwirpError | undefined {
  if (thrown instanceof FaultError) return twirpErrorOf(thrown.fault);
  if (!(thrown instanceof TwirpError) || !isValidErrorCode(thrown.code)) return undefined;
  if (thrown.code === TwirpErrorCode.Internal || thrown.code === TwirpErrorCode.Unknown)
    return undefined;
  return thrown;
}

/** @param encoding of the request; @param cause what the decoder says, shown as `meta.cause`. */
export function malformed(encoding: "json" | "protobuf", cause?: string): TwirpError {
  const error = new TwirpError(
    TwirpErrorCode.Malformed,
    `the ${encoding} request could not be decoded`,
  );
  if (cause !== undefined) error.withMeta("cause", cause);
  return error;
}

/** Longer messages are cut, as the reference implementation does. */
const MAX_MESSAGE_CHARS = 1_000_000;

/** @returns the error's JSON: values of `meta` are texts, and it is left out when empty. */
export function errorJson(
  code: string,
  message: string,
  meta: Readonly<Record<string, unknown>>,
): string {
  const msg = message.length > MAX_MESSAGE_CHARS ? message.slice(0, MAX_MESSAGE_CHARS) : message;
  const texts: [string, string][] = [];
  for (const [key, value] of Object.entries(meta))
    texts.push([key, typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))]);
  return JSON.stringify(
    texts.length === 0 ? { code, msg } : { code, msg, meta: Object.fromEntries(texts) },
  );
}
