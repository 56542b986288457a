/**
 * Where the values of fields come from.
 * Invariant: the counts of a field leave the query's own terms on it out of account, so that the other values stay to be
 * chosen.
 */
import type { Facet as FacetMessage } from "../../../generated/client/argus/v1/log_service.ts";
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
    values: wanted.values,
    timeZone: asked.zone,
    budget: undefined,
  });
  return answer.facets.map(facetOf);
}

function facetOf(facet: FacetMessage): Facet {
  return {
    field: facet.field,
    type: facet.type,
    entries: Number(facet.entries),
    distinct: Number(facet.distinct),
    approximate: facet.approximate,
    values: facet.values.map(({ value, count }) => ({ value, count: Number(count) })),
  };
}
