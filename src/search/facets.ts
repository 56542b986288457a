/**
 * The most frequent values of several fields at once.
 * Invariant: the counts of a field are over the entries that match the filter without its own terms on that field, as a
 * naive scan counts them; a facet that does not tell all values apart is marked approximate.
 */
import { invalid } from "../domain/fault.ts";
import { compareCodePoints } from "../domain/text-order.ts";
import { type TallyField, type TallyPlan, keyOf } from "../engine/facet/field-tally.ts";
import { FieldsSeen } from "../engine/facet/fields-seen.ts";
import type { FieldTally } from "../engine/facet/field-tally.ts";
import { type ValueCounts, type ValueRoom } from "../engine/facet/value-counts.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import type { FieldRef, Filter } from "../query/ast.ts";
import { type FieldCounts, countFields } from "./count-fields.ts";
import { fieldNamed, nameOfField } from "./field-names.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { type FilterGroups, groupsOf, ownFields } from "./filter-groups.ts";
import { type Prepared, narrow } from "./prepare-query.ts";
import type { Facet, FacetsRequest, FacetsResult } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";

const DEFAULT_VALUES = 5;
const MAX_VALUES = 100;
const MAX_FIELDS = 50;
/** Facets of attributes that nobody asked for: as many as a column of a page shows without being searched itself. */
const MAX_FOUND_FACETS = 20;
const MIN_FOUND_VALUES = 2;
/** Of the entries, so many have an attribute that is worth a facet. */
const MIN_FOUND_SHARE = 0.01;

/** Values of asked fields that are told apart: half of the memory of a query, and of one field what a table sorts at once. */
const ASKED_ROOM = { values: 50_000, bytes: 128_000_000 } as const;
/** Attributes with more values than that are found by searching, not by a list. */
export const FOUND_ROOM: ValueRoom = { values: 1000, bytes: 1_000_000 };

/** What a request without names counts besides attributes. */
export const USUAL_FIELDS: readonly FieldRef[] = (["level", "service", "host"] as const).map(
  (name) => ({ kind: "builtin", name, at: { start: 0, end: 0 } }),
);

export async function runFacets(
  request: FacetsRequest,
  prepared: Prepared,
  deps: RunDeps,
): Promise<FacetsResult> {
  const values =
    request.values === undefined || request.values === 0 ? DEFAULT_VALUES : request.values;
  if (!Number.isInteger(values) || values < 1 || values > MAX_VALUES)
    throw invalid("values", `a whole number from 1 to ${MAX_VALUES}`);
  const asked = askedFields(request.fields);
  const { filter } = pipelineOf(prepared.query);
  const { groups, plan } = asked.length > 0 ? planOfAsked(filter, asked) : planOfFound(filter);
  const seen = new FieldsSeen();
  const count = (): Promise<FieldCounts> =>
    countFields(request.app, prepared.range, groups, plan, seen, deps);
  let counts = await count();
  while (!counts.partial && seen.overlooked()) counts = await count();
  const { tally, units, ...coverage } = counts;
  const fields = asked.length > 0 ? asked : fieldsFound(tally, plan);
  const { query, written } = prepared;
  const warnings = [
    ...prepared.warnings,
    ...(await fieldWarnings(query, written, narrow(prepared.range, filter), units, deps)),
  ];
  return {
    facets: fields.map((field) => {
      const group = plan.fields.get(keyOf(field))?.group ?? 0;
      return facetOf(field, tally.countsOf(field), tally.entriesOf(group), values);
    }),
    ...coverage,
    warnings,
    // What summaries counted was matched, too, and what fields without their terms counted was not.
    stats: { ...deps.spending.stats(!coverage.partial), matched: tally.entriesOf(0) },
  };
}

/** @returns each field once. Throws `invalid`. */
export function askedFields(names: readonly string[]): FieldRef[] {
  if (names.length > MAX_FIELDS) throw invalid("fields", `at most ${MAX_FIELDS}`);
  const fields = new Map<string, FieldRef>();
  for (const name of names) {
    const field = fieldNamed(name, "fields");
    if (field.kind === "builtin" && (field.name === "time" || field.name === "id"))
      throw invalid(
        "fields",
        `\`${field.name}\` is another one in each entry: it has no values to count`,
      );
    fields.set(keyOf(field), field);
  }
  return [...fields.values()];
}

/** What each of so many fields may take. */
export function roomOf(fields: number): ValueRoom {
  return { ...ASKED_ROOM, bytes: Math.floor(ASKED_ROOM.bytes / fields) };
}

function planOfAsked(filter: Filter, asked: readonly FieldRef[]) {
  const groups = groupsOf(filter, asked);
  const room = roomOf(asked.length);
  return planOf(
    groups,
    asked.map((field) => tallyField(field, groups, room, "thin")),
    undefined,
  );
}

/** Level, service, host, and what attributes there are. */
function planOfFound(filter: Filter) {
  const own = ownFields(filter).filter(({ kind }) => kind === "attribute");
  const groups = groupsOf(filter, [...USUAL_FIELDS, ...own]);
  const room = roomOf(USUAL_FIELDS.length);
  const fields = [
    ...USUAL_FIELDS.map((field) => tallyField(field, groups, room, "thin")),
    ...own.map((field) => tallyField(field, groups, FOUND_ROOM, "leave out")),
  ];
  return planOf(groups, fields, FOUND_ROOM);
}

function tallyField(
  field: FieldRef,
  groups: FilterGroups,
  room: ValueRoom,
  full: TallyField["full"],
): TallyField {
  return { field, group: groups.groupOf(field), room, full };
}

export function planOf(
  groups: FilterGroups,
  fields: readonly TallyField[],
  found: ValueRoom | undefined,
): { readonly groups: FilterGroups; readonly plan: TallyPlan } {
  return {
    groups,
    plan: {
      groups: groups.filters.length,
      fields: new Map(fields.map((own) => [keyOf(own.field), own])),
      found,
    },
  };
}

/** Level, service, host; attributes with terms in the query; then those that most entries have and few values tell apart. */
function fieldsFound(tally: FieldTally, plan: TallyPlan): FieldRef[] {
  const own = [...plan.fields.values()].flatMap(({ field }) =>
    field.kind === "attribute" && (tally.countsOf(field)?.present ?? 0) > 0 ? [field] : [],
  );
  const entries = tally.entriesOf(0);
  const others = tally
    .found()
    .filter(
      (counts) =>
        counts.distinct() >= MIN_FOUND_VALUES && counts.present >= entries * MIN_FOUND_SHARE,
    )
    .sort((a, b) => b.present - a.present || compareCodePoints(a.field.name, b.field.name))
    .slice(0, MAX_FOUND_FACETS);
  return [...USUAL_FIELDS, ...own, ...others.map(({ field }) => field)];
}

function facetOf(
  field: FieldRef,
  counts: ValueCounts | undefined,
  entries: number,
  values: number,
): Facet {
  return {
    field: nameOfField(field),
    type: counts?.kind() ?? "mixed",
    entries,
    present: counts?.present ?? 0,
    distinct: counts?.distinct() ?? 0,
    values: counts?.top(values) ?? [],
    approximate: counts?.approximate ?? false,
  };
}
