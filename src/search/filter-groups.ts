/**
 * A filter, and what is left of it for fields whose counts ignore the filter's own terms on them.
 * Invariant: an own term is a test of the field, negated or not, that stands alone at the top of the filter, where terms
 * are joined by AND; tests in groups and in OR stay. Group 0 is the whole filter; each field with own terms has a group.
 */
import { Bitmap } from "../engine/bitmap.ts";
import { keyOf } from "../engine/facet/field-tally.ts";
import { type BlockFilter, compileBlockFilter } from "../engine/filter/block-filter.ts";
import type { BlockScan } from "../engine/filter/block-scan.ts";
import type { FieldRef, Filter } from "../query/ast.ts";

export interface FilterGroups {
  /** The filter of each group. */
  readonly filters: readonly Filter[];
  groupOf(field: FieldRef): number;
  /** @returns the rows of `within` that match, by group; each a set of its own. */
  split(scan: BlockScan, within: Bitmap): Bitmap[];
}

/** @param fields those that ignore their own terms. */
export function groupsOf(filter: Filter, fields: readonly FieldRef[]): FilterGroups {
  const keys = new Set(fields.map(keyOf));
  const terms = termsOf(filter);
  const own = new Map<string, Filter[]>();
  const shared: Filter[] = [];
  for (const term of terms) {
    const field = fieldOfTerm(term);
    const key = field === undefined ? "" : keyOf(field);
    if (!keys.has(key)) shared.push(term);
    else own.set(key, [...(own.get(key) ?? []), term]);
  }
  const groups = [...own.keys()];
  const passesShared = compileBlockFilter(joined(shared));
  const passesOwn = [...own.values()].map((tests) => compileBlockFilter(joined(tests)));
  return {
    filters: [
      filter,
      ...groups.map((key) => joined(terms.filter((term) => own.get(key)?.includes(term) !== true))),
    ],
    groupOf: (field) => groups.indexOf(keyOf(field)) + 1,
    split: (scan, within) => splitBy(passesOwn, scan, passesShared(scan, within)),
  };
}

/** The fields that have own terms in a filter. */
export function ownFields(filter: Filter): FieldRef[] {
  return termsOf(filter).flatMap((term) => fieldOfTerm(term) ?? []);
}

/** Rows that pass all tests, and for each test those that pass all others. */
function splitBy(tests: readonly BlockFilter[], scan: BlockScan, within: Bitmap): Bitmap[] {
  let all = within;
  const failedOne = Bitmap.none(within.size);
  const failed = new Uint16Array(tests.length === 0 ? 0 : within.size);
  tests.forEach((test, at) => {
    // Rows that have failed two are in no group.
    const passing = test(scan, all.clone().or(failedOne));
    const failing = all.clone().andNot(passing);
    failing.forEach((row) => {
      failed[row] = at;
    });
    failedOne.and(passing).or(failing);
    all = all.clone().and(passing);
  });
  const others = tests.map(() => all.clone());
  failedOne.forEach((row) => others[failed[row] as number]?.add(row));
  return [all, ...others];
}

function termsOf(filter: Filter): Filter[] {
  if (filter.kind === "and") return filter.parts.flatMap(termsOf);
  return filter.kind === "all" ? [] : [filter];
}

function fieldOfTerm(term: Filter): FieldRef | undefined {
  const test = term.kind === "not" ? term.part : term;
  return test.kind === "field" ? test.field : undefined;
}

function joined(terms: readonly Filter[]): Filter {
  const [only] = terms;
  if (only === undefined) return { kind: "all" };
  return terms.length === 1 ? only : { kind: "and", parts: terms };
}
