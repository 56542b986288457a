/**
 * Lists the terms of a query that say something of a field, in words, and takes them away.
 * Invariants: as for the terms that list values (terms.ts): the text is the only state, all that is not such a term
 * stays as it was typed, and so do texts, pipes and groups with OR. Pure.
 */
import type { FieldTest } from "../../query/ast.ts";
import { removeWord } from "../../query/problem.ts";
import { parsed } from "./parsed.ts";
import { fieldTerms, valuesOf } from "./terms.ts";

/** A query may list hundreds. One more is named, too: to say that there is one takes as much room. */
const MOST_VALUES = 4;
const MOST_CHARS = 60;

export interface AppliedTerm {
  readonly start: number;
  readonly end: number;
  readonly negated: boolean;
  /** As it was typed. */
  readonly field: string;
  /** What is said of the field: "is gateway, payments", "is not /healthz", ">=500". */
  readonly says: string;
}

/** In the order of the query; those of a text that would not parse are none. */
export function appliedTerms(text: string): readonly AppliedTerm[] {
  return fieldTerms(text).map(({ at, field, test, negated }) => {
    const written = text.slice(field.at.end, at.end).replace(/^:/, "").trim();
    return {
      start: at.start,
      end: at.end,
      negated,
      field: text.slice(field.at.start, field.at.end),
      says: saidOf(test, written, negated),
    };
  });
}

/** @returns undefined where what is left would not parse. */
export function withoutTerm(text: string, term: AppliedTerm): string | undefined {
  const [start, end] = wholeOf(text, term.start, term.end);
  const next = removeWord(text, start, end).trim();
  return parsed(next).ok ? next : undefined;
}

/** The query without all of them. */
export function withoutTerms(text: string): string {
  let next = text;
  // From the end, and read anew each time: what is left may lose its parentheses with the last term in them.
  for (let left = appliedTerms(text).length; left > 0; left--) {
    const term = appliedTerms(next).at(left - 1);
    next = (term && withoutTerm(next, term)) ?? next;
  }
  return next;
}

/** With its signs, the parentheses that hold nothing else, and one AND that joins it to a neighbour. */
function wholeOf(text: string, from: number, to: number): readonly [start: number, end: number] {
  let [start, end] = [from, to];
  for (;;) {
    const [, , signs = ""] = /(^|[\s(])((?:[-!]|NOT\s+)+)$/.exec(text.slice(0, start)) ?? [];
    start -= signs.length;
    const [open] = /\(\s*$/.exec(text.slice(0, start)) ?? [];
    const [close] = /^\s*\)/.exec(text.slice(end)) ?? [];
    if (open === undefined || close === undefined) break;
    start -= open.length;
    end += close.length;
  }
  const [, , before] = /(^|[\s)])(AND\s+)$/.exec(text.slice(0, start)) ?? [];
  if (before !== undefined) return [start - before.length, end];
  const [after = ""] = /^\s*AND(?=[\s(])/.exec(text.slice(end)) ?? [];
  return [start, end + after.length];
}

function saidOf(test: FieldTest, written: string, negated: boolean): string {
  const is = negated ? "is not" : "is";
  if (test.kind === "exists") return `${is} set`;
  const values = valuesOf(test);
  if (values === undefined) return `${negated ? "not " : ""}${cut(written)}`;
  const named = values
    .slice(0, values.length === MOST_VALUES + 1 ? values.length : MOST_VALUES)
    .map(({ text }) => (text === "" ? "(empty)" : cut(text)));
  const more = values.length - named.length;
  return `${is} ${named.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

function cut(text: string): string {
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
