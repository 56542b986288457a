/**
 * How often a password may still be tried. Invariant: it is what this page knows, and the server does not say it: it
 * would tell whether somebody else at this address tried the same email. The server's own count has the last word.
 */
import { ArgusError } from "../client/errors.ts";
import { SIGN_INS } from "../domain/limits.ts";

let tried: readonly { readonly email: string; readonly atMs: number }[] = [];

/** @returns the error of a sign-in, with the tries that are left where the password was wrong. */
export function withTriesLeft(error: unknown, email: string): unknown {
  if (!(error instanceof ArgusError) || error.code !== "unauthenticated") return error;
  const nowMs = performance.now();
  const own = email.trim().toLowerCase();
  tried = [...tried, { email: own, atMs: nowMs }].filter(
    ({ atMs }) => nowMs - atMs < SIGN_INS.windowMs,
  );
  const left = SIGN_INS.perEmail - tried.filter((one) => one.email === own).length;
  const text =
    left <= 0 ? "no tries left for a minute" : `${left} ${left === 1 ? "try" : "tries"} left`;
  const { status, requestId } = error;
  const message = `${error.message}, ${text}`;
  return new ArgusError(error.code, message, { status, requestId, cause: error });
}
