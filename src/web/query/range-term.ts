/**
 * Reads and writes the term of a query that says between which numbers a field lies.
 * Invariants: as for the terms that list values (terms.ts): the text is the only state, all that is not about the field
 * stays as it was typed, and a term in a group with OR is left alone. Pure.
 */
import type { Bound, FieldTest } from "../../query/ast.ts";
import { removeWord } from "../../query/problem.ts";
import { unitOfName } from "../../query/units.ts";
import { parsed } from "./parsed.ts";
import { fieldKey, fieldTerms, keyOf, printedName, withFilter } from "./terms.ts";

export interface NumberRange {
  /** undefined: from the least on. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** The narrowest that its terms leave. */
export function rangeIn(text: string, field: string): NumberRange {
  let [low, high] = [-Infinity, Infinity];
  for (const { range } of termsOf(text, field)) {
    low = Math.max(low, range.low ?? -Infinity);
    high = Math.min(high, range.high ?? Infinity);
  }
  return {
    low: low === -Infinity ? undefined : low,
    high: high === Infinity ? undefined : high,
  };
}

export function withoutRange(text: string, field: string): string | undefined {
  let next = text;
  for (const { start, end } of termsOf(text, field).toReversed())
    next = removeWord(next, start, end);
  return parsed(next).ok ? next.trim() : undefined;
}

/** @returns the query with this range alone; undefined where no term can say it. */
export function withRange(
  text: string,
  field: string,
  { low, high }: NumberRange,
): string | undefined {
  const rest = withoutRange(text, field);
  if (rest === undefined || (low === undefined && high === undefined)) return rest;
  const name = printedName(field);
  if (low === undefined) return withFilter(rest, `${name}:<=${high}`);
  if (high === undefined) return withFilter(rest, `${name}:>=${low}`);
  return withFilter(rest, `${name}:[${low} TO ${high}]`);
}

function termsOf(text: string, field: string) {
  return fieldTerms(text).flatMap((term) => {
    if (term.negated || fieldKey(term.field) !== keyOf(field)) return [];
    const range = rangeOf(term.test, field);
    return range === undefined ? [] : [{ ...term.at, range }];
  });
}

function rangeOf(test: FieldTest, field: string): NumberRange | undefined {
  if (test.kind === "range") {
    const [low, high] = [numberOf(test.low, field), numberOf(test.high, field)];
    return low === undefined || high === undefined ? undefined : { low, high };
  }
  if (test.kind !== "compare") return undefined;
  const bound = numberOf(test.bound, field);
  if (bound === undefined) return undefined;
  return test.op.startsWith(">")
    ? { low: bound, high: undefined }
    : { low: undefined, high: bound };
}

/** `2s` of a field in ms is 2,000; undefined where the field's name does not say its unit. */
function numberOf(bound: Bound, field: string): number | undefined {
  if (bound.kind === "number") return bound.value;
  const unit = unitOfName(field);
  if (bound.kind === "duration" && unit?.kind === "duration") return bound.nanos / unit.nanos;
  if (bound.kind === "size" && unit?.kind === "size") return bound.bytes / unit.bytes;
  return undefined;
}
