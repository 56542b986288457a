/**
 * Which values are more, or less, frequent in one window of time than in another.
 * Invariant: counts are those of a naive scan of each window, an entry of the window never in the baseline; a field is
 * compared with all of its values in both, or skipped and named. The window may spend half of the budget, the baseline what is left.
 */
import { invalid } from "../domain/fault.ts";
import { LEVELS, type Level } from "../domain/level.ts";
import { compareCodePoints } from "../domain/text-order.ts";
import type { TimeRange } from "../domain/time-range.ts";
import { type TallyField, keyOf } from "../engine/facet/field-tally.ts";
import { FieldsSeen } from "../engine/facet/fields-seen.ts";
import { StrongestDifferences } from "../engine/facet/value-differences.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import type { FieldRef, Filter } from "../query/ast.ts";
import { type FieldCounts, countFields } from "./count-fields.ts";
import { FOUND_ROOM, USUAL_FIELDS, askedFields, planOf, roomOf } from "./facets.ts";
import { nameOfField } from "./field-names.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { groupsOf } from "./filter-groups.ts";
import { type Prepared, narrow, sinceEpoch } from "./prepare-query.ts";
import type { CompareRequest, CompareResult, QueryWarning, WindowCounts } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";

const DEFAULT_DIFFERENCES = 50;
const MAX_DIFFERENCES = 1000;
const NOWHERE = { start: 0, end: 0 };
const LEVEL: FieldRef = { kind: "builtin", name: "level", at: NOWHERE };

export async function compareWindows(
  request: CompareRequest,
  prepared: Prepared,
  deps: RunDeps,
): Promise<CompareResult> {
  const wanted =
    request.limit === undefined || request.limit === 0 ? DEFAULT_DIFFERENCES : request.limit;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_DIFFERENCES)
    throw invalid("limit", `a whole number from 1 to ${MAX_DIFFERENCES}`);
  const asked = askedFields(request.fields);
  const ranges = rangesOf(prepared.shown, request);
  const { filter } = pipelineOf(prepared.query);
  const fields = asked.length > 0 ? asked : USUAL_FIELDS;
  const counted = new Map([...fields, LEVEL].map((field) => [keyOf(field), field]));
  const room = roomOf(2 * counted.size);
  const tallied = Array.from(counted.values(), (field): TallyField => ({
    field,
    group: 0,
    room,
    full: "leave out",
  }));
  const found = asked.length > 0 ? undefined : FOUND_ROOM;
  const seen = new FieldsSeen();
  const count = async (range: TimeRange, own: Filter, left: number): Promise<FieldCounts> => {
    const { groups, plan } = planOf(groupsOf(own, []), tallied, found);
    const spending = deps.spending.part(left, 2);
    const counts = await countFields(request.app, range, groups, plan, seen, { ...deps, spending });
    deps.spending.add(spending);
    return counts;
  };
  const countBoth = async (): Promise<Windows<FieldCounts>> => ({
    window: await count(ranges.window, filter, 2),
    baseline: await count(ranges.baseline, outside(filter, ranges), 1),
  });
  let counts = await countBoth();
  while (!counts.window.partial && !counts.baseline.partial && seen.overlooked())
    counts = await countBoth();
  const { window, baseline } = counts;

  const strongest = new StrongestDifferences(
    wanted,
    window.tally.entriesOf(0),
    baseline.tally.entriesOf(0),
  );
  const levels = { window: levelsOf(window), baseline: levelsOf(baseline) };
  const attributes = [window, baseline].flatMap(({ tally }) =>
    tally.found().map(({ field }) => [keyOf(field), field] as const),
  );
  for (const [key, field] of new Map([
    ...fields.map((own) => [keyOf(own), own] as const),
    ...attributes,
  ])) {
    if (seen.leftOut.has(key)) continue;
    const most = counted.has(key) ? room.values : FOUND_ROOM.values;
    const [own, other] = [window.tally.countsOf(field), baseline.tally.countsOf(field)];
    if (!strongest.add(field, own, other, most)) seen.leftOut.set(key, field);
  }
  const partial = window.partial || baseline.partial;
  return {
    window: windowCounts(ranges.window, window, levels.window),
    baseline: windowCounts(ranges.baseline, baseline, levels.baseline),
    differences: strongest.finish().map(({ field, value, count, baselineCount, score }) => {
      const share = count / window.tally.entriesOf(0);
      const baselineShare = baselineCount / baseline.tally.entriesOf(0);
      const lift = count === 0 || baselineCount === 0 ? 0 : share / baselineShare;
      return {
        field: nameOfField(field),
        value,
        count,
        baselineCount,
        share,
        baselineShare,
        lift,
        score,
      };
    }),
    skippedFields: [...seen.leftOut.values()].map(nameOfField).toSorted(compareCodePoints),
    partial,
    partialReason: [
      ...(window.partial ? [`window: ${window.partialReason}`] : []),
      ...(baseline.partial ? [`baseline: ${baseline.partialReason}`] : []),
    ].join("; "),
    warnings: [
      ...prepared.warnings,
      ...(await warningsOf(prepared, filter, ranges, { window, baseline }, deps)),
    ],
    // What summaries counted was matched, too.
    stats: {
      ...deps.spending.stats(!partial),
      matched: window.tally.entriesOf(0) + baseline.tally.entriesOf(0),
    },
  };
}

interface Windows<T> {
  readonly window: T;
  readonly baseline: T;
}

function rangesOf(
  window: TimeRange,
  { baselineStartNanos, baselineEndNanos }: CompareRequest,
): Windows<TimeRange> {
  if (window.startNanos >= window.endNanos)
    throw invalid("end_time", "the window is empty: it ends where it begins, or before");
  const endNanos = baselineEndNanos ?? window.startNanos;
  const startNanos = sinceEpoch(
    baselineStartNanos ?? endNanos - (window.endNanos - window.startNanos),
  );
  if (startNanos >= endNanos)
    throw invalid("baseline_end_time", "the baseline is empty: it ends where it begins, or before");
  return { window, baseline: { startNanos, endNanos } };
}

/** The filter of the baseline: what lies in the window does not count there. */
function outside(filter: Filter, { window, baseline }: Windows<TimeRange>): Filter {
  if (window.endNanos <= baseline.startNanos || baseline.endNanos <= window.startNanos)
    return filter;
  const inside: Filter = {
    kind: "field",
    field: { kind: "builtin", name: "time", at: NOWHERE },
    test: {
      kind: "time",
      from: window.startNanos,
      to: window.endNanos,
      written: { op: ":", text: "" },
    },
    at: NOWHERE,
  };
  return { kind: "and", parts: [filter, { kind: "not", part: inside }] };
}

function levelsOf({ tally }: FieldCounts): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = {
    trace: 0,
    debug: 0,
    info: 0,
    warn: 0,
    error: 0,
    fatal: 0,
  };
  for (const { value, count } of tally.countsOf(LEVEL)?.top(LEVELS.length) ?? [])
    counts[value as Level] = count;
  return counts;
}

function windowCounts(
  { startNanos, endNanos }: TimeRange,
  { tally, coveredStartNanos }: FieldCounts,
  levels: WindowCounts["levels"],
): WindowCounts {
  return { startNanos, endNanos, entries: tally.entriesOf(0), levels, coveredStartNanos };
}

/** What holds of both windows: a field of one of them is known. */
async function warningsOf(
  { query, written }: Prepared,
  filter: Filter,
  ranges: Windows<TimeRange>,
  counts: Windows<FieldCounts>,
  deps: RunDeps,
): Promise<QueryWarning[]> {
  const warn = (which: keyof Windows<unknown>): Promise<readonly QueryWarning[]> =>
    fieldWarnings(query, written, narrow(ranges[which], filter), counts[which].units, deps);
  const [own, others] = [await warn("window"), await warn("baseline")];
  return own.filter(({ code, start }) =>
    others.some((other) => other.code === code && other.start === start),
  );
}
