/**
 * What would take a thread for too long is left out of an answer, which goes on and says why.
 * Invariant: thrown where it is met, and made a reason of a partial answer by whoever knows what is missing then; as a
 * fault it is `invalid`, because other terms read what these do not.
 */
import { type FaultError, invalid, isFault } from "./fault.ts";

const CODE = "too_much_work";

export function tooMuchWork(reason: string): FaultError {
  return invalid("query", reason, { code: CODE });
}

/** @returns the sentence of what `tooMuchWork` made; undefined for everything else. */
export function workReason(error: unknown): string | undefined {
  return isFault(error, "invalid") && error.fault.meta?.["code"] === CODE
    ? error.fault.reason
    : undefined;
}
