/**
 * Facets, naively: every entry is looked at for every field.
 * Invariant: shares no code with the engine beyond what the other naive readings share.
 */
import { type Entry, compareEntryIds } from "../../src/domain/entry.ts";
import type { TimeRange } from "../../src/domain/time-range.ts";
import type { FieldRef, Filter } from "../../src/query/ast.ts";
import { entryMatches } from "./filter.ts";
import { runPipes } from "./pipes.ts";
import { type OracleCell, typeOf } from "./values.ts";

const AT = { start: 0, end: 0 };
/** What is counted without being asked for, besides attributes. */
export const USUAL = ["level", "service", "host"] as const;

export const builtin = (name: Extract<FieldRef, { kind: "builtin" }>["name"]): FieldRef => ({
  kind: "builtin",
  name,
  at: AT,
});
export const attribute = (name: string): FieldRef => ({ kind: "attribute", name, at: AT });

export interface OracleFacet {
  readonly type: string;
  readonly entries: number;
  readonly present: number;
  readonly distinct: number;
  readonly values: readonly { readonly value: OracleCell; readonly count: number }[];
}

export function inside(entries: readonly Entry[], range: TimeRange): Entry[] {
  return entries.filter(
    ({ timeNanos }) => timeNanos >= range.startNanos && timeNanos < range.endNanos,
  );
}

/** All values of a field, most frequent first. */
export function valuesOf(
  entries: readonly Entry[],
  field: FieldRef,
  range: TimeRange,
): OracleFacet {
  const newestFirst = entries.toSorted((a, b) => compareEntryIds(b.id, a.id));
  const tableOf = (pipe: Parameters<typeof runPipes>[1][number]): readonly OracleCell[][] => {
    const rows = runPipes(newestFirst, [pipe], range, newestFirst);
    if (rows.kind !== "table") throw new Error("no table");
    return rows.table.rows.map((row) => [...row]);
  };
  const values = tableOf({ kind: "top", count: 1e9, fields: [field], at: AT }).map(
    ([value = null, count]) => ({ value, count: Number(count) }),
  );
  const functions = [{ fn: "count" as const, field, name: "n", named: true, at: AT }];
  const [[present] = []] = tableOf({ kind: "stats", functions, keys: [], at: AT });
  const kinds = new Set(
    values.map(({ value }) => {
      if (typeof value === "bigint") return "number";
      return typeof value === "string" ? "text" : typeof value;
    }),
  );
  const [kind] = kinds;
  const type = typeOf(field) === "level" ? "level" : kind;
  return {
    type: type !== undefined && kinds.size === 1 ? type : "mixed",
    entries: entries.length,
    present: Number(present),
    distinct: values.length,
    values,
  };
}

/** The filter without the terms that stand alone at its top and test the field. */
export function withoutTerms(filter: Filter, field: FieldRef): Filter {
  const { kind, name } = field;
  const isOwn = (term: Filter): boolean => {
    const test = term.kind === "not" ? term.part : term;
    return test.kind === "field" && test.field.kind === kind && test.field.name === name;
  };
  if (filter.kind === "and")
    return { kind: "and", parts: filter.parts.map((part) => withoutTerms(part, field)) };
  return isOwn(filter) ? { kind: "all" } : filter;
}

export function naiveFacet(
  all: readonly Entry[],
  filter: Filter,
  field: FieldRef,
  range: TimeRange,
  values: number,
): OracleFacet {
  const own = withoutTerms(filter, field);
  const entries = inside(all, range).filter((entry) => entryMatches(own, entry));
  const facet = valuesOf(entries, field, range);
  return { ...facet, values: facet.values.slice(0, values) };
}

/** Which fields get facets when none are asked for. */
export function naiveFields(all: readonly Entry[], filter: Filter, range: TimeRange): FieldRef[] {
  const entries = inside(all, range);
  const named = new Set(entries.flatMap((entry) => [...entry.attributes.keys()]));
  const tested = termFields(filter).filter((name) => naiveFacetOf(name).present > 0);
  function naiveFacetOf(name: string): OracleFacet {
    return naiveFacet(all, filter, attribute(name), range, 1);
  }
  const others = [...named]
    .filter((name) => !termFields(filter).includes(name))
    .map((name) => ({ name, facet: naiveFacetOf(name) }))
    .filter(
      ({ facet }) =>
        facet.distinct >= 2 && facet.distinct <= 1000 && facet.present * 100 >= facet.entries,
    )
    .sort((a, b) => b.facet.present - a.facet.present || (a.name < b.name ? -1 : 1))
    .slice(0, 20);
  return [
    ...USUAL.map(builtin),
    ...tested.map(attribute),
    ...others.map(({ name }) => attribute(name)),
  ];
}

/** Attributes with terms alone at the top, in the order of the filter. */
function termFields(filter: Filter): string[] {
  const terms = (own: Filter): Filter[] => (own.kind === "and" ? own.parts.flatMap(terms) : [own]);
  const tests = terms(filter).map((term) => (term.kind === "not" ? term.part : term));
  return [
    ...new Set(
      tests.flatMap((test) =>
        test.kind === "field" && test.field.kind === "attribute" ? [test.field.name] : [],
      ),
    ),
  ];
}
