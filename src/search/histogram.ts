/**
 * Entries by bucket of time and level.
 * Invariant: exact. Where only level and time are asked for, hours that lie wholly in the range are answered from their
 * manifests' totals and blocks from their summaries; only what crosses the range's ends is opened.
 */
import { invalid } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { type Level, levelOf } from "../domain/level.ts";
import {
  HOUR_MS,
  NANOS_PER_MS,
  type TimeRange,
  bucketStartMs,
  bucketsOf,
} from "../domain/time-range.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { nanosAt, severityPasses } from "../engine/filter/builtin-test.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import {
  type TimeBuckets,
  automaticWidth,
  bucketStarts,
  timeBuckets,
} from "../engine/pipe/time-buckets.ts";
import { type Summary, decodeSummary } from "../engine/summary/summary.ts";
import type { Filter } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import { BlockWalk } from "./block-walk.ts";
import { NOTHING, needsOf } from "./field-needs.ts";
import { type Prepared, narrow } from "./prepare-query.ts";
import { pruneOf } from "./prune.ts";
import type { HistogramBucket, HistogramResult } from "./results.ts";
import type { RunDeps } from "./run-query.ts";
import { type BlockSource, unitName } from "./unit-sources.ts";

const DEFAULT_BUCKETS = 120;
const MAX_BUCKETS = 2000;
const MINUTE = 60_000n * NANOS_PER_MS;

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
  const starts = bucketStarts(shown, buckets, 100 * MAX_BUCKETS);
  if (starts === undefined) throw invalid("end_time", "the range is too long for a histogram");

  const { filter } = pipelineOf(prepared.query);
  const range = narrow(meet(prepared.range, shown), filter);
  const byUnit = new Map<string, Counts>();
  const countsOf = (unit: string): Counts => {
    const known = byUnit.get(unit) ?? new Map<bigint, Float64Array>();
    byUnit.set(unit, known);
    return known;
  };
  const passes = severityFilter(filter);
  const byMinute =
    passes !== undefined &&
    starts.every((start) => start % MINUTE === 0n && buckets.nextOf(start) % MINUTE === 0n);
  const takeSummary = (unit: string, summary: Summary): void => {
    if (passes === undefined) return;
    addSummary(countsOf(unit), summary, passes, buckets);
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
    takeSegments: (unit) => {
      const { totals } = unit.manifest;
      if (!byMinute || totals.length === 0 || !holdsHour(range, unit)) return false;
      takeSummary(unitName(unit), decodeSummary(totals));
      return true;
    },
    takeUnread: (source) => {
      if (!byMinute || !source.whole || source.summary.length === 0 || !holds(range, source))
        return false;
      takeSummary(source.unit, decodeSummary(source.summary));
      return true;
    },
  });
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") continue;
    const counts = countsOf(step.unit);
    const { block } = step.scan;
    step.rows.forEach((row) => {
      add(counts, buckets.startOf(nanosAt(block, row)), block.severities[row] ?? 0, 1);
    });
  }
  const answer = starts.map((start) => ({
    startNanos: start,
    counts: byLevel([...byUnit.values()].map((counts) => counts.get(start))),
  }));
  const partial = walk.reasons.length > 0;
  return {
    bucketNanos: widthOf(starts, buckets),
    buckets: answer,
    warnings: prepared.warnings,
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

function holds(range: TimeRange, source: BlockSource): boolean {
  return source.minTimeNanos >= range.startNanos && source.maxTimeNanos < range.endNanos;
}

function holdsHour(range: TimeRange, unit: Unit): boolean {
  const start = BigInt(bucketStartMs(unit.manifest.bucket)) * NANOS_PER_MS;
  return start >= range.startNanos && start + BigInt(HOUR_MS) * NANOS_PER_MS <= range.endNanos;
}

/** @returns what decides by severity alone; undefined when the filter asks for anything else. */
function severityFilter(filter: Filter): ((severity: number) => boolean) | undefined {
  switch (filter.kind) {
    case "all":
      return () => true;
    case "and": {
      // Conditions on time at the top have narrowed the range already.
      const parts = filter.parts.filter((part) => !isTime(part)).map(severityFilter);
      return parts.includes(undefined)
        ? undefined
        : (severity) => parts.every((part) => part?.(severity) === true);
    }
    case "or": {
      const parts = filter.parts.map((part) => (isTime(part) ? undefined : severityFilter(part)));
      return parts.includes(undefined)
        ? undefined
        : (severity) => parts.some((part) => part?.(severity) === true);
    }
    case "not": {
      const part = holdsTime(filter.part) ? undefined : severityFilter(filter.part);
      return part === undefined ? undefined : (severity) => !part(severity);
    }
    case "text":
      return undefined;
    case "field": {
      const { field, test } = filter;
      if (isTime(filter)) return () => true;
      if (field.kind !== "builtin" || field.name !== "level") return undefined;
      return (severity) => severityPasses(test, severity);
    }
    default:
      return filter satisfies never;
  }
}

function isTime(filter: Filter): boolean {
  return filter.kind === "field" && filter.test.kind === "time";
}

function holdsTime(filter: Filter): boolean {
  if (filter.kind === "and" || filter.kind === "or") return filter.parts.some(holdsTime);
  return filter.kind === "not" ? holdsTime(filter.part) : isTime(filter);
}

function addSummary(
  counts: Counts,
  summary: Summary,
  passes: (severity: number) => boolean,
  buckets: TimeBuckets,
): void {
  for (const [minute, bySeverity] of summary.cells) {
    const start = buckets.startOf(BigInt(minute) * MINUTE);
    bySeverity.forEach((count, severity) => {
      if (count > 0 && passes(severity)) add(counts, start, severity, count);
    });
  }
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
