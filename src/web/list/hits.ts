/**
 * Words of a query that light up in what is loaded. Pure.
 * Invariant: only what a person typed as text to be found: no values of fields, nothing negated.
 */
import type { Filter } from "../../query/ast.ts";
import { parsed } from "../query/parsed.ts";

/** @returns one pattern for all of them; undefined when there is none. Built of literals only, so it is linear. */
export function hitsOf(query: string): RegExp | undefined {
  const result = parsed(query);
  if (!result.ok) return undefined;
  const words = [...new Set(wordsIn(result.query.filter))].filter((word) => word.trim() !== "");
  if (words.length === 0) return undefined;
  const longestFirst = words.toSorted((a, b) => b.length - a.length).slice(0, 20);
  return new RegExp(longestFirst.map(literal).join("|"), "giu");
}

function wordsIn(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.parts.flatMap(wordsIn);
    case "text":
      return wordsOf(filter);
    case "field":
      return filter.field.kind === "builtin" &&
        filter.field.name === "message" &&
        filter.test.kind === "words"
        ? [filter.test.text]
        : [];
    default:
      return [];
  }
}

function wordsOf({ test }: Extract<Filter, { kind: "text" }>): readonly string[] {
  if (test.kind === "words") return [test.text];
  if (test.kind === "wild") return test.pieces.filter((piece) => piece.length > 1);
  return [];
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
