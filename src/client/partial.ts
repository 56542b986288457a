/** What a partial answer lacks, in words for a person. */

/** Reasons of one word name the budget that was reached; others are sentences. */
const BUDGETS: ReadonlySet<string> = new Set(["rows", "bytes", "time", "memory"]);

/**
 * @param reason of the answer: parts between semicolons.
 * @param from what the answer is complete from, as its reader writes times; undefined when it does not say.
 */
export function partialText(reason: string, from: string | undefined): string {
  const parts = reason.split("; ");
  const why = parts.map((part) => (BUDGETS.has(part) ? `its budget of ${part} was reached` : part));
  const covered = from === undefined ? "" : ` It is complete from ${from} on.`;
  const next = parts.some((part) => BUDGETS.has(part))
    ? " A shorter range or a narrower filter gives all of it."
    : "";
  return `The answer is partial: ${why.join("; ")}.${covered}${next}`;
}
