/**
 * The values of a field as they are listed.
 * Invariant: what the query names is listed, however rare; levels stand by how bad they are. Pure.
 */
import { type Level, LEVELS } from "../../domain/level.ts";
import { namedValues, type Wanted, wantedOf, wantedValues } from "../query/terms.ts";
import { isNew, unusual } from "../time/unusual.ts";
import type { Facet } from "./facet-source.ts";

export interface Listed {
  readonly value: string;
  /** undefined: the query names it, and it has not been counted yet. */
  readonly count: number | undefined;
  /** How it compares with the window before, where that is unusual. */
  readonly mark: string;
  readonly wanted: Wanted | undefined;
}

/** @param values what is listed besides that; of the facet or read later. */
export function listed(
  facet: Facet,
  values: Facet["values"],
  before: Facet | undefined,
  query: string,
): readonly Listed[] {
  const wanted = wantedValues(query, facet.field);
  const here = new Set(values.map(({ value }) => value));
  const all = [
    ...values,
    ...facet.values.filter(
      ({ value }) => !here.has(value) && wantedOf(wanted, value) !== undefined,
    ),
  ];
  const known = all.map(({ value }) => value);
  const rows: Listed[] = all.map(({ value, count }) => ({
    value,
    count,
    mark: markOf(value, count, before),
    wanted: wantedOf(wanted, value),
  }));
  for (const value of namedValues(query, facet.field, known))
    rows.push({ value, count: undefined, mark: "", wanted: wantedOf(wanted, value) });
  if (facet.field !== "level") return rows;
  return rows.toSorted(
    (a, b) => LEVELS.indexOf(b.value as Level) - LEVELS.indexOf(a.value as Level),
  );
}

/** `▲ 38×` where there is much more than before, `new` where there was none. */
function markOf(value: string, count: number, before: Facet | undefined): string {
  if (before === undefined) return "";
  const was = before.values.find((one) => one.value === value)?.count;
  // Of what is not listed nothing is known, unless all is listed.
  if (was === undefined)
    return before.distinct <= before.values.length && isNew(count, 0, before.entries) ? "new" : "";
  const ratio = unusual(count, was, before.entries);
  return ratio?.endsWith("×") === true ? `▲ ${ratio}` : "";
}
