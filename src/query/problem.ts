/**
 * The first error of a query, and warnings beside a valid one.
 * Invariant: a parser stops at the first error by throwing ParseStop, which never leaves this room;
 * a fix is a whole query, and only fixes that parse are shown (parse.ts keeps that).
 */

/** Offsets are UTF-16 units of the query, `end` exclusive. See docs/language.md, section 8. */
export type QueryError = {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  /** What could have stood here. */
  readonly expected: string;
  readonly message: string;
  /** At most three whole queries, likeliest first. */
  readonly fixes: readonly string[];
};

export type QueryWarning = Omit<QueryError, "expected">;

export class ParseStop extends Error {
  readonly error: QueryError;

  constructor(error: QueryError) {
    super(error.message);
    this.name = "ParseStop";
    this.error = error;
  }
}

/** Stops the parser; `fixes` are candidates, those that do not parse are dropped later. */
export function stop(
  code: string,
  at: readonly [start: number, end: number],
  expected: string,
  message: string,
  fixes: readonly string[] = [],
): never {
  throw new ParseStop({ code, start: at[0], end: at[1], expected, message, fixes });
}

/** `text` with the units from `start` to `end` replaced. */
export function splice(text: string, start: number, end: number, put: string): string {
  return text.slice(0, start) + put + text.slice(end);
}

/** `text` as a quoted text that reads back the same. */
export function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** `text` without the units from `start` to `end` and the white space around them. */
export function removeWord(text: string, start: number, end: number): string {
  const [left, right] = [text.slice(0, start).trimEnd(), text.slice(end).trimStart()];
  return left === "" || right === "" || left.endsWith("(") || right.startsWith(")")
    ? left + right
    : `${left} ${right}`;
}
