/**
 * Warns of terms that are valid and read like something else: `and` in lower case, SQL, a lone sign.
 * Invariant: a warning never changes what the query means.
 */

import type { Filter } from "./ast.ts";
import { splice } from "./problem.ts";
import { type State, warn } from "./state.ts";

/** One term of an AND; `word` is an unquoted word; `joined` says that AND was written before it. */
export type Term = {
  readonly filter: Filter;
  readonly kind: "word" | "negated" | "text" | "test" | "group";
  readonly raw: string;
  readonly start: number;
  readonly end: number;
  readonly joined: boolean;
};

const SQL_WORDS = new Set([
  "IN",
  "LIKE",
  "ILIKE",
  "RLIKE",
  "REGEXP",
  "BETWEEN",
  "CONTAINS",
  "EXISTS",
  "IS",
]);

export function warnOfTerms(state: State, terms: readonly Term[]): void {
  const { text } = state;
  terms.forEach((term, i) => {
    if (term.kind !== "word") return;
    const [before, after] = [terms[i - 1], terms[i + 1]];
    if (
      /^(?:and|or|not)$/.test(term.raw) &&
      [before, after].some((t) => t?.kind === "test" || t?.kind === "group")
    ) {
      const capital = term.raw.toUpperCase();
      warn(
        state,
        "keyword_case",
        term,
        `\`${term.raw}\` is a word here: operators are written in capitals`,
        [splice(text, term.start, term.end, capital)],
      );
    }
    if ((term.raw === "-" || term.raw === "!") && after !== undefined) {
      warn(
        state,
        "lone_sign",
        term,
        `\`${term.raw}\` stands alone and is text: a sign stands directly before its term`,
        [splice(text, term.end, after.start, "")],
      );
    }
    if (SQL_WORDS.has(term.raw)) {
      warn(state, "sql_word", term, `\`${term.raw}\` is a word here`, sqlFixes(text, terms, i));
    }
  });
}

/** The test that SQL's words were probably meant to be. */
function sqlFixes(text: string, terms: readonly Term[], i: number): string[] {
  const [before, term, after] = [terms[i - 1], terms[i], terms[i + 1]];
  if (term === undefined || after === undefined) return [];
  if (term.raw === "EXISTS")
    return [splice(text, term.start, after.end, `${after.raw.replace(/^\((.*)\)$/, "$1")}:*`)];
  if (before?.kind !== "word") return [];
  const name = before.raw;
  const value = after.raw.replace(/^(["'])(.*)\1$/, "$2").replaceAll("%", "");
  const put = (end: number, test: string): string[] => [splice(text, before.start, end, test)];
  switch (term.raw) {
    case "IN":
      return after.kind === "group" ? put(after.end, `${name}:${after.raw}`) : [];
    case "LIKE":
    case "ILIKE":
    case "CONTAINS":
      return put(after.end, /\s/.test(value) ? `${name}:*"${value}"*` : `${name}:*${value}*`);
    case "RLIKE":
    case "REGEXP":
      return put(after.end, `${name}:/${value.replaceAll("/", "\\/")}/`);
    case "BETWEEN": {
      const high = terms[i + 2];
      return high?.joined === true ? put(high.end, `${name}:[${after.raw} TO ${high.raw}]`) : [];
    }
    case "IS": {
      if (after.raw.toUpperCase() === "NULL") return put(after.end, `-${name}:*`);
      const last = terms[i + 2];
      if (after.raw.toUpperCase() === "NOT" && last !== undefined)
        return put(last.end, `${name}:*`);
      return /^NOT\s+NULL$/i.test(after.raw) ? put(after.end, `${name}:*`) : [];
    }
    default:
      return [];
  }
}
