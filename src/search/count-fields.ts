/**
 * Counts the values of several fields in one walk over a range.
 * Invariant: exact over what was covered, but for what a full tally lets go. A block is not opened when its summary shows
 * that it holds nothing, or alone says all that is asked of it: levels and services.
 */
import type { AppId } from "../domain/ids.ts";
import { type TimeRange, bucketsOf } from "../domain/time-range.ts";
import type { Bitmap } from "../engine/bitmap.ts";
import { FieldTally, type TallyPlan } from "../engine/facet/field-tally.ts";
import { type FieldsSeen, MAX_FOUND } from "../engine/facet/fields-seen.ts";
import type { BlockScan } from "../engine/filter/block-scan.ts";
import type { RowCount } from "../engine/pipe/counted-rows.ts";
import { type Summary, decodeSummary } from "../engine/summary/summary.ts";
import type { FieldRef, Filter } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import { BlockWalk } from "./block-walk.ts";
import { type FieldNeeds, needsOf } from "./field-needs.ts";
import type { FilterGroups } from "./filter-groups.ts";
import { narrow } from "./prepare-query.ts";
import { possibleOf } from "./prune.ts";
import type { Coverage } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";
import { countSummary, holdsBlock, holdsHour, summaryFilter } from "./summary-counts.ts";
import { unitName } from "./unit-sources.ts";
import { UnitTotals } from "./unit-totals.ts";

export interface FieldCounts extends Coverage {
  readonly tally: FieldTally;
  /** What was planned, for those who look at the range again. */
  readonly units: readonly Unit[];
}

/** @param seen what is known of fields from other ranges; it learns of this one. */
export async function countFields(
  app: AppId,
  whole: TimeRange,
  groups: FilterGroups,
  plan: TallyPlan,
  seen: FieldsSeen,
  deps: RunDeps,
): Promise<FieldCounts> {
  const [filter = { kind: "all" } as const] = groups.filters;
  const range = narrow(whole, filter);
  const buckets = bucketsOf(range);
  const units =
    buckets === undefined ? [] : await deps.store.plan(app, buckets.first, buckets.last);
  const totals = new UnitTotals(() => new FieldTally(plan, seen), {
    overfull: (bytes) => deps.spending.overfull(bytes),
  });
  const ask = groups.filters.map((own, group) => askOf(own, group, plan));
  const takeSummary = (unit: string, summary: Uint8Array, isWhole: boolean): boolean => {
    if (summary.length === 0) return false;
    const counts = countsOf(decodeSummary(summary), ask, isWhole);
    for (const { group, by, rows } of counts ?? []) totals.of(unit).addCounts(group, rows, by);
    return counts !== undefined;
  };

  const rowsOf = new WeakMap<BlockScan, readonly Bitmap[]>();
  const walk = await BlockWalk.begin(units, deps, {
    filter: (scan, within) => {
      const split = groups.split(scan, within);
      // A block may be filtered in parts.
      const before = rowsOf.get(scan) ?? [];
      rowsOf.set(
        scan,
        split.map((rows, group) => before[group]?.clone().or(rows) ?? rows),
      );
      const union = split[0]?.clone() ?? within;
      for (const rows of split.slice(1)) union.or(rows);
      return union;
    },
    range,
    needs: needsOf([filter], []),
    afterwards: needsOfPlan(plan),
    ascending: false,
    prune: () => false,
    forget: (unit) => totals.forget(unit),
    takeSegments: (unit) =>
      holdsHour(range, unit) && takeSummary(unitName(unit), unit.manifest.totals, true),
    takeUnread: (source) => takeSummary(source.unit, source.summary, holdsBlock(range, source)),
  });
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") continue;
    const split = rowsOf.get(step.scan) ?? [];
    totals.of(step.unit).addBlock(step.scan, split, (error) => walk.miss(error));
    totals.close(step.unit, walk);
    const spent = totals.overfull(walk);
    if (spent !== undefined) walk.stop(spent);
  }
  const reasons = [...walk.reasons];
  if (seen.overMany) reasons.push(`more than ${MAX_FOUND} attributes are not told apart`);
  return {
    tally: totals.finish().total,
    units,
    partial: reasons.length > 0,
    partialReason: reasons.join("; "),
    coveredStartNanos: walk.coveredStart,
  };
}

function needsOfPlan({ fields, found }: TallyPlan): FieldNeeds {
  const named = needsOf(
    [],
    Array.from(fields.values(), ({ field }) => field),
  );
  return found === undefined ? named : { ...named, attributes: "all" };
}

/** What a group asks of a summary. */
interface GroupAsk {
  readonly group: number;
  readonly filter: Filter;
  readonly fields: readonly FieldRef[];
  /** It asks for attributes that only blocks can name. */
  readonly isOpen: boolean;
}

interface GroupCounts {
  readonly group: number;
  /** undefined: the group's entries themselves. */
  readonly by: "level" | "service" | undefined;
  readonly rows: readonly RowCount[];
}

function askOf(filter: Filter, group: number, plan: TallyPlan): GroupAsk {
  const fields = [...plan.fields.values()].flatMap((own) =>
    own.group === group ? [own.field] : [],
  );
  return { group, filter, fields, isOpen: group === 0 && plan.found !== undefined };
}

/**
 * @param isWhole all rows that the summary counts are visible and in the range.
 * @returns undefined when the rows must be read.
 */
function countsOf(
  summary: Summary,
  asks: readonly GroupAsk[],
  isWhole: boolean,
): GroupCounts[] | undefined {
  const counts: GroupCounts[] = [];
  for (const { group, filter, fields, isOpen } of asks) {
    if (possibleOf(filter)?.(summary) === false) continue;
    if (!isWhole || isOpen) return undefined;
    for (const by of [undefined, ...fields]) {
      const rows = countBy(summary, filter, by);
      if (rows === undefined) return undefined;
      counts.push({ group, ...rows });
    }
  }
  return counts;
}

function countBy(
  summary: Summary,
  filter: Filter,
  field: FieldRef | undefined,
): Omit<GroupCounts, "group"> | undefined {
  const passing = summaryFilter(filter);
  if (passing === undefined) return undefined;
  const by = field?.kind === "builtin" ? field.name : undefined;
  if (field !== undefined && by !== "level" && by !== "service") return undefined;
  const rows = countSummary(summary, passing, { cells: by === "level", service: by === "service" });
  return rows === undefined
    ? undefined
    : { by: by === "level" || by === "service" ? by : undefined, rows };
}
