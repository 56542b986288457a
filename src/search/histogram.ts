/**
 * Entries by bucket of time and level.
 * Invariant: exact. Where only level, service and time are asked for, hours that lie wholly in the range are answered from their
 * manifests' totals and blocks from their summaries; only what crosses the range's ends is opened.
 */
import { invalid } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { type Level, levelOf } from "../domain/level.ts";
import { type TimeRange, bucketsOf } from "../domain/time-range.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { nanosAt } from "../engine/filter/builtin-test.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import {
  type TimeBuckets,
  automaticWidth,
  bucketStarts,
  timeBuckets,
} from "../engine/pipe/time-buckets.ts";
import { decodeSummary } from "../engine/summary/summary.ts";
import { BlockWalk } from "./block-walk.ts";
import { NOTHING, needsOf } from "./field-needs.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { type Prepared, narrow } from "./prepare-query.ts";
import { pruneOf } from "./prune.ts";
import type { HistogramBucket, HistogramResult } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";
import { MINUTE, countSummary, holdsBlock, holdsHour, summaryFilter } from "./summary-counts.ts";
import { unitName } from "./unit-sources.ts";

const DEFAULT_BUCKETS = 120;
const MAX_BUCKETS = 1000;

/** Counts by severity of each bucket's start. */
type Counts = Map<bigint, Float64Array>;

export async function runHistogram(
  app: AppId,
  prepared: Prepared,
  maxBuckets: number | undefined,
  deps: RunDeps,
): Promise<HistogramResult> {
  const wanted = maxBuckets === undefined || maxBuckets === 0 ? DEFAULT_BUCKETS : maxBuckets;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_BUCKETS)
    throw invalid("max_buckets", `a whole number from 1 to ${MAX_BUCKETS}`);
  const { shown, timeZone } = prepared;
  const buckets = timeBuckets(automaticWidth(shown, wanted, timeZone), timeZone);
  const starts = bucketStarts(shown, buckets, wanted);
  if (starts === undefined) throw new Error("the width that fits does not");

  const { filter } = pipelineOf(prepared.query);
  const range = narrow(meet(prepared.range, shown), filter);
  const byUnit = new Map<string, Counts>();
  const countsOf = (unit: string): Counts => {
    const known = byUnit.get(unit) ?? new Map<bigint, Float64Array>();
    byUnit.set(unit, known);
    return known;
  };
  const counted = summaryFilter(filter);
  const byMinute =
    counted !== undefined &&
    starts.every((start) => start % MINUTE === 0n && buckets.nextOf(start) % MINUTE === 0n);
  const takeSummary = (unit: string, summary: Uint8Array): boolean => {
    if (!byMinute) return false;
    const rows = countSummary(decodeSummary(summary), counted, { cells: true, service: false });
    for (const { nanos, severity, count } of rows ?? [])
      add(countsOf(unit), buckets.startOf(nanos), severity, count);
    return rows !== undefined;
  };

  const hours = bucketsOf(range);
  const units = hours === undefined ? [] : await deps.store.plan(app, hours.first, hours.last);
  const walk = await BlockWalk.begin(units, deps, {
    filter: compileBlockFilter(filter),
    range,
    needs: needsOf([filter], []),
    afterwards: NOTHING,
    ascending: false,
    prune: pruneOf(filter),
    forget: (unit) => byUnit.delete(unit),
    takeSegments: (unit) =>
      unit.manifest.totals.length > 0 &&
      holdsHour(range, unit) &&
      takeSummary(unitName(unit), unit.manifest.totals),
    takeUnread: (source) => holdsBlock(range, source) && takeSummary(source.unit, source.summary),
  });
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") continue;
    const counts = countsOf(step.unit);
    const { block } = step.scan;
    try {
      step.rows.forEach((row) => {
        add(counts, buckets.startOf(nanosAt(block, row)), block.severities[row] ?? 0, 1);
      });
    } catch (error) {
      walk.miss(error);
    }
  }
  const answer = starts.map((start) => ({
    startNanos: start,
    counts: byLevel([...byUnit.values()].map((counts) => counts.get(start))),
  }));
  const partial = walk.reasons.length > 0;
  const { query, written } = prepared;
  const warnings = [
    ...prepared.warnings,
    ...(await fieldWarnings(query, written, range, units, deps)),
  ];
  return {
    bucketNanos: widthOf(starts, buckets),
    buckets: answer,
    warnings,
    // What summaries counted was matched, too, without a row being read.
    stats: { ...deps.spending.stats(!partial), matched: totalOf(answer) },
    partial,
    partialReason: walk.reasons.join("; "),
    coveredStartNanos: walk.coveredStart,
  };
}

function totalOf(buckets: readonly HistogramBucket[]): number {
  let total = 0;
  for (const { counts } of buckets) for (const count of Object.values(counts)) total += count;
  return total;
}

function widthOf(starts: readonly bigint[], buckets: TimeBuckets): bigint {
  const [first] = starts;
  return first === undefined ? 0n : buckets.nextOf(first) - first;
}

function meet(a: TimeRange, b: TimeRange): TimeRange {
  return {
    startNanos: a.startNanos > b.startNanos ? a.startNanos : b.startNanos,
    endNanos: a.endNanos < b.endNanos ? a.endNanos : b.endNanos,
  };
}

function add(counts: Counts, start: bigint, severity: number, count: number): void {
  const own = counts.get(start) ?? new Float64Array(25);
  counts.set(start, own);
  own[severity] = (own[severity] ?? 0) + count;
}

function byLevel(parts: readonly (Float64Array | undefined)[]): HistogramBucket["counts"] {
  const sums: Record<Level, number> = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
  for (const part of parts) {
    part?.forEach((count, severity) => {
      if (severity > 0) sums[levelOf(severity)] += count;
    });
  }
  return sums;
}
