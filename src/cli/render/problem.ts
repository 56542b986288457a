/**
 * What went wrong and what to do, for a person.
 * Invariant: an error in a query shows the query, a caret under the place, and the fixes that the server offers.
 */
import { ArgusError } from "../../client/errors.ts";
import { CommandError } from "../command.ts";
import { oneLine } from "./terminal-text.ts";

export interface Asked {
  /** What the call asked, when it was a query. */
  readonly query?: string | undefined;
  /** ARGUS_API_KEY is set, so that signing in changes nothing. */
  readonly keyWins?: boolean;
}

export const UNSET_KEY =
  "ARGUS_API_KEY is set and wins over a login. To use your login: unset ARGUS_API_KEY";

export function problemText(error: unknown, asked: Asked = {}): string {
  // The client wraps what our own token source throws.
  if (error instanceof ArgusError && error.cause instanceof CommandError)
    return problemText(error.cause);
  if (error instanceof CommandError)
    return `${error.message}\n${error.next === undefined ? "" : `${error.next}\n`}`;
  if (!(error instanceof ArgusError))
    return `${error instanceof Error ? oneLine(error.message) : "failed"}\n`;
  if (isUnreached(error))
    return "The server cannot be reached.\nStart it with: npx argus serve   (another address: --url or ARGUS_URL)\n";
  // Places are in the text of what is wrong, which is not always the query.
  const isOfQuery = (error.meta["field"] ?? "query") === "query";
  const place = asked.query === undefined || !isOfQuery ? "" : caret(asked.query, error.meta);
  return `${oneLine(error.message)}\n${place}${nextStep(error, asked.keyWins === true)}`;
}

/** @returns whether nobody answered: Twirp's clients say so in words only. */
export function isUnreached(error: ArgusError): boolean {
  return error.status === 0 && error.message.startsWith("failed to do request");
}

/** Offsets are UTF-16 units, the end exclusive. */
export function caret(query: string, meta: Readonly<Record<string, string>>): string {
  const start = Number(meta["start"] ?? Number.NaN);
  const end = Number(meta["end"] ?? Number.NaN);
  if (!Number.isInteger(start) || !Number.isInteger(end) || start > query.length) return "";
  const before = oneLine(query.slice(0, start));
  const marked = oneLine(query.slice(start, end));
  const fixes = Object.keys(meta)
    .filter((name) => /^fix_\d+$/.test(name))
    .map((name) => `  try: ${oneLine(meta[name] ?? "")}\n`);
  const marks = "^".repeat(Math.max(1, marked.length));
  const expected = meta["expected"] ?? "";
  const could = expected === "" ? "" : `  expected: ${oneLine(expected)}\n`;
  return `  ${before}${marked}${oneLine(query.slice(end))}\n  ${" ".repeat(before.length)}${marks}\n${could}${fixes.join("")}`;
}

function nextStep(error: ArgusError, keyWins: boolean): string {
  if (keyWins && (error.code === "unauthenticated" || error.code === "permission_denied"))
    return `${UNSET_KEY}\n`;
  if (error.code === "unauthenticated")
    return "Sign in with: npx argus login   (or set ARGUS_API_KEY to the secret of a key)\n";
  if (error.code === "internal" && error.requestId !== "")
    return `The server's log says more under request ${oneLine(error.requestId)}.\n`;
  return "";
}
