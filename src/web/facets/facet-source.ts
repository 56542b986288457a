/**
 * Where the values of fields come from.
 * Invariants: the counts of a field leave the query's own terms on it out of account, so that the other values stay to be
 * chosen; a value that the query asks for has its count, however rare it is, and so has every level.
 */
import type { Facet as FacetMessage } from "../../../generated/client/argus/v1/log_service.ts";
import { LEVELS } from "../../domain/level.ts";
import { filterText, includedBut, isMeant, withoutField, withTerm } from "../query/terms.ts";
import type { Asked } from "../search.ts";
import { api } from "../session.ts";
import type { ReadRows } from "./number-spread.ts";
import { type Range, timestamp } from "../time-range.ts";

export interface Facet {
  readonly field: string;
  readonly type: string;
  /** How many entries match. */
  readonly entries: number;
  readonly distinct: number;
  readonly approximate: boolean;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

export interface FacetSource {
  /** One field with more of its values. */
  readonly more: (field: string, values: number, signal: AbortSignal) => Promise<Facet>;
  /** Values of a field that begin with a text. */
  readonly begun: (field: string, text: string, signal: AbortSignal) => Promise<Facet["values"]>;
  readonly rows: ReadRows;
}

/** Of texts the term finds those that hold the value as a word, too: beyond this many the value itself is the rarest. */
const MOST_NAMED = 1000;

/** @param wanted.values how many of each, the frequent ones; levels are few, and the rarest of them counts most. */
export async function readFacets(
  asked: Asked,
  range: Range,
  wanted: { readonly fields: readonly string[]; readonly values: number },
  signal: AbortSignal,
): Promise<readonly Facet[]> {
  const answer = await api.with({ signal }).logs.GetFacets({
    applicationId: asked.applicationId,
    query: asked.query,
    startTime: timestamp(range.startMs),
    endTime: range.open ? undefined : timestamp(range.endMs),
    fields: [...wanted.fields],
    values: Math.max(wanted.values, LEVELS.length),
    timeZone: asked.zone,
    budget: undefined,
  });
  return answer.facets.map((facet) => facetOf(facet, wanted.values));
}

/** The same, and those that the query asks for by values that are not among the frequent ones with these, too. */
export async function readWithNamed(
  asked: Asked,
  range: Range,
  wanted: { readonly fields: readonly string[]; readonly values: number },
  signal: AbortSignal,
): Promise<readonly Facet[]> {
  const facets = await readFacets(asked, range, wanted, signal);
  return Promise.all(facets.map((facet) => withNamed(facet, asked, range, signal)));
}

async function withNamed(
  facet: Facet,
  asked: Asked,
  range: Range,
  signal: AbortSignal,
): Promise<Facet> {
  const { field, values } = facet;
  const named = includedBut(
    asked.query,
    field,
    values.map(({ value }) => value),
  );
  const rest = withoutField(filterText(asked.query), field);
  const query = rest === undefined ? undefined : withTerm(rest, field, named);
  if (named.length === 0 || query === undefined) return facet;
  const answer = await api.with({ signal }).logs.ListFieldValues({
    applicationId: asked.applicationId,
    field,
    prefix: "",
    query,
    startTime: timestamp(range.startMs),
    endTime: range.open ? undefined : timestamp(range.endMs),
    pageSize: MOST_NAMED,
    pageToken: "",
  });
  const found = answer.values
    .filter(({ value }) => named.some((one) => isMeant(one, value)))
    .map(({ value, count }) => ({ value, count: Number(count) }));
  const none = named
    .filter((one) => !found.some(({ value }) => isMeant(one, value)))
    .map(({ text }) => ({ value: text, count: 0 }));
  return { ...facet, values: [...values, ...found, ...none] };
}

function facetOf(facet: FacetMessage, most: number): Facet {
  const values = facet.field === "level" ? facet.values : facet.values.slice(0, most);
  return {
    field: facet.field,
    type: facet.type,
    entries: Number(facet.entries),
    distinct: Number(facet.distinct),
    approximate: facet.approximate,
    values: values.map(({ value, count }) => ({ value, count: Number(count) })),
  };
}
