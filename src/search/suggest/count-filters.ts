/**
 * Counts what several filters find in a range, in one walk.
 * Invariant: a count is exact when the walk saw all of the range, else a lower bound; blocks are opened only when their
 * summaries do not answer for all the filters.
 */
import type { AppId } from "../../domain/ids.ts";
import { type TimeRange, bucketsOf } from "../../domain/time-range.ts";
import { compileBlockFilter } from "../../engine/filter/block-filter.ts";
import { nanosAt } from "../../engine/filter/builtin-test.ts";
import { decodeSummary } from "../../engine/summary/summary.ts";
import type { Filter } from "../../query/ast.ts";
import { BlockWalk } from "../block-walk.ts";
import { NOTHING, needsOf } from "../field-needs.ts";
import { narrow } from "../prepare-query.ts";
import { pruneOf } from "../prune.ts";
import type { RunDeps } from "../run-deps.ts";
import { countSummary, holdsBlock, holdsHour, summaryFilter } from "../summary-counts.ts";
import { unitName } from "../unit-sources.ts";

export interface FilterCounts {
  /** One a filter, in their order. */
  readonly counts: readonly number[];
  readonly exact: boolean;
  /** Why they are not exact. */
  readonly reasons: readonly string[];
}

/** @param enough told the counts so far; true ends the walk, whose counts are then lower bounds. */
export async function countFilters(
  app: AppId,
  range: TimeRange,
  filters: readonly Filter[],
  deps: RunDeps,
  enough: (counts: readonly number[]) => boolean = () => false,
): Promise<FilterCounts> {
  if (filters.length === 0) return { counts: [], exact: true, reasons: [] };
  const byUnit = new Map<string, number[]>();
  const add = (unit: string, counts: readonly number[]): void => {
    const own = byUnit.get(unit) ?? filters.map(() => 0);
    byUnit.set(
      unit,
      own.map((count, i) => count + (counts[i] ?? 0)),
    );
  };
  const takeSummary = summaryTaker(filters, range, add);
  const buckets = bucketsOf(range);
  const units =
    buckets === undefined ? [] : await deps.store.plan(app, buckets.first, buckets.last);
  const prunes = filters.map(pruneOf);
  const walk = await BlockWalk.begin(units, deps, {
    filter: (_scan, within) => within,
    range,
    needs: needsOf(filters, []),
    afterwards: NOTHING,
    ascending: false,
    prune: (source) => prunes.every((prune) => prune(source)),
    forget: (unit) => byUnit.delete(unit),
    takeSegments: (unit) =>
      unit.manifest.totals.length > 0 &&
      holdsHour(range, unit) &&
      takeSummary(unitName(unit), unit.manifest.totals),
    takeUnread: (source) => holdsBlock(range, source) && takeSummary(source.unit, source.summary),
  });
  const tests = filters.map(compileBlockFilter);
  let ended = false;
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") continue;
    const { scan, rows } = step;
    try {
      add(
        step.unit,
        tests.map((test) => test(scan, rows).count()),
      );
    } catch (error) {
      walk.miss(error);
    }
    if (enough(sums(byUnit, filters.length))) {
      ended = walk.edge() !== undefined;
      break;
    }
  }
  return {
    counts: sums(byUnit, filters.length),
    exact: !ended && walk.reasons.length === 0,
    reasons: walk.reasons,
  };
}

/** Counts by summaries where these answer for all the filters and none has a span of time of its own. */
function summaryTaker(
  filters: readonly Filter[],
  range: TimeRange,
  add: (unit: string, counts: readonly number[]) => void,
): (unit: string, summary: Uint8Array) => boolean {
  const known = filters.flatMap((filter) => {
    const narrowed = narrow(range, filter);
    const whole = narrowed.startNanos === range.startNanos && narrowed.endNanos === range.endNanos;
    return whole ? (summaryFilter(filter) ?? []) : [];
  });
  if (known.length < filters.length) return () => false;
  return (unit, bytes) => {
    const summary = decodeSummary(bytes);
    const counts: number[] = [];
    for (const filter of known) {
      const rows = countSummary(summary, filter, { cells: false, service: false });
      if (rows === undefined) return false;
      counts.push(rows.reduce((sum, { count }) => sum + count, 0));
    }
    add(unit, counts);
    return true;
  };
}

/** True when summaries may answer for a filter. */
export function isSummarised(filter: Filter): boolean {
  return summaryFilter(filter) !== undefined;
}

function sums(byUnit: ReadonlyMap<string, readonly number[]>, length: number): number[] {
  const total = Array.from({ length }, () => 0);
  for (const counts of byUnit.values())
    for (let i = 0; i < length; i++) total[i] = (total[i] ?? 0) + (counts[i] ?? 0);
  return total;
}

/** What one filter finds in a range: how many at or after each of some instants, and the newest. */
export interface Reach {
  readonly counts: readonly number[];
  readonly newest: bigint | undefined;
  readonly exact: boolean;
  readonly reasons: readonly string[];
}

/** @param since instants; the walk ends early, as soon as the newest match is known, when there are none. */
export async function reachOf(
  app: AppId,
  range: TimeRange,
  filter: Filter,
  since: readonly bigint[],
  deps: RunDeps,
): Promise<Reach> {
  interface Seen {
    readonly counts: number[];
    newest: bigint | undefined;
  }
  const byUnit = new Map<string, Seen>();
  const narrowed = narrow(range, filter);
  const buckets = bucketsOf(narrowed);
  const units =
    buckets === undefined ? [] : await deps.store.plan(app, buckets.first, buckets.last);
  const walk = await BlockWalk.begin(units, deps, {
    filter: compileBlockFilter(filter),
    range: narrowed,
    needs: needsOf([filter], []),
    afterwards: NOTHING,
    ascending: false,
    prune: pruneOf(filter),
    forget: (unit) => byUnit.delete(unit),
  });
  const newestOf = (): bigint | undefined =>
    [...byUnit.values()].reduce<bigint | undefined>(
      (best, { newest }) =>
        newest !== undefined && (best === undefined || newest > best) ? newest : best,
      undefined,
    );
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again" || step.rows.isEmpty()) continue;
    const own = byUnit.get(step.unit) ?? { counts: since.map(() => 0), newest: undefined };
    byUnit.set(step.unit, own);
    const rows = step.rows.rows();
    try {
      since.forEach((instant, i) => {
        const from = rows.findIndex((row) => nanosAt(step.scan.block, row) >= instant);
        if (from >= 0) own.counts[i] = (own.counts[i] ?? 0) + rows.length - from;
      });
      const last = nanosAt(step.scan.block, rows.at(-1) ?? 0);
      if (own.newest === undefined || last > own.newest) own.newest = last;
    } catch (error) {
      walk.miss(error);
    }
    const [newest, edge] = [newestOf(), walk.edge()];
    if (since.length === 0 && newest !== undefined && (edge === undefined || edge <= newest)) break;
  }
  const counts = since.map((_, i) =>
    [...byUnit.values()].reduce((sum, own) => sum + (own.counts[i] ?? 0), 0),
  );
  return {
    counts,
    newest: newestOf(),
    exact: walk.reasons.length === 0,
    reasons: walk.reasons,
  };
}
