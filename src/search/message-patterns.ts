/**
 * Messages of matching entries by their shape.
 * Invariant: unless marked approximate or partial, a pattern's count is the number of entries that the filter and the
 * pattern's own query find together.
 */
import { invalid } from "../domain/fault.ts";
import { LEVELS } from "../domain/level.ts";
import { LIMITS } from "../domain/limits.ts";
import { type TimeRange, msOf } from "../domain/time-range.ts";
import { type ListedPattern, comparePatterns, listPatterns } from "../engine/pipe/list-patterns.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import type { Timeline } from "../engine/pipe/shape-counts.ts";
import { wordsTest } from "../query/atoms.ts";
import { printQuery } from "../query/print.ts";
import { utf8Length } from "../query/words.ts";
import { type CountedShapes, countShapes } from "./count-shapes.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { type Prepared, narrow } from "./prepare-query.ts";
import type { MessagePattern, PatternsRequest, PatternsResult } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";

const DEFAULT_PATTERNS = 50;
const MAX_PATTERNS = 1000;
/** As many bars as fit into a column of a table. */
const MAX_PARTS = 200;
const NOWHERE = { start: 0, end: 0 };

export async function runPatterns(
  request: PatternsRequest,
  prepared: Prepared,
  deps: RunDeps,
): Promise<PatternsResult> {
  const shown = atMost("limit", request.limit ?? 0, MAX_PATTERNS, DEFAULT_PATTERNS);
  const parts = atMost("parts", request.parts ?? 0, MAX_PARTS, 0);
  const baseline = baselineOf(request, prepared.shown);
  const { filter } = pipelineOf(prepared.query);
  const range = narrow(prepared.range, filter);
  const count = async (
    within: TimeRange,
    timeline: Timeline,
    left: number,
  ): Promise<CountedShapes> => {
    if (baseline === undefined) return countShapes(request.app, filter, within, timeline, deps);
    const spending = deps.spending.part(left, 2);
    const counted = await countShapes(request.app, filter, within, timeline, { ...deps, spending });
    deps.spending.add(spending);
    return counted;
  };
  const { counts, units, reasons, coveredStart } = await count(
    range,
    timelineOf(prepared.shown, parts),
    2,
  );
  const shapes = counts.shapes();
  const { patterns, others } = listPatterns(shapes, shown);
  const earlier =
    baseline === undefined
      ? undefined
      : await count(narrow(baseline, filter), timelineOf(baseline, parts), 1);
  const compared =
    earlier === undefined
      ? undefined
      : comparePatterns(patterns, shapes, earlier.counts.shapes(), shown);
  return {
    patterns: patterns.map((pattern, at) =>
      messagePattern(pattern, counts.total, compared?.before[at] ?? 0),
    ),
    entries: counts.total,
    otherEntries: others + counts.left,
    approximate: counts.approximate || earlier?.counts.approximate === true,
    baseline:
      earlier === undefined
        ? undefined
        : { entries: earlier.counts.total, partial: earlier.reasons.length > 0 },
    gone: (compared?.gone ?? []).map((pattern) =>
      messagePattern(pattern, earlier?.counts.total ?? 0, pattern.count),
    ),
    warnings: [
      ...prepared.warnings,
      ...(await fieldWarnings(prepared.query, prepared.written, range, units, deps)),
    ],
    stats: deps.spending.stats(reasons.length + (earlier?.reasons.length ?? 0) === 0),
    partial: reasons.length > 0,
    partialReason: reasons.join("; "),
    coveredStartNanos: coveredStart,
  };
}

/** @returns what was asked for, `usual` when nothing was. */
function atMost(field: string, asked: number, most: number, usual: number): number {
  if (!Number.isInteger(asked) || asked < 0 || asked > most)
    throw invalid(field, `a whole number from 1 to ${most}`);
  return asked === 0 ? usual : asked;
}

function baselineOf(
  { baselineStartNanos, baselineEndNanos }: PatternsRequest,
  window: TimeRange,
): TimeRange | undefined {
  if (baselineStartNanos === undefined) {
    if (baselineEndNanos === undefined) return undefined;
    throw invalid("baseline_start_time", "a baseline begins somewhere");
  }
  const endNanos = baselineEndNanos ?? window.startNanos;
  if (baselineStartNanos >= endNanos)
    throw invalid("baseline_end_time", "the baseline is empty: it ends where it begins, or before");
  return { startNanos: baselineStartNanos, endNanos };
}

/** What lies outside of the range, as when it has no end, is in the part that is next. */
function timelineOf({ startNanos, endNanos }: TimeRange, parts: number): Timeline {
  const startMs = msOf(startNanos);
  const longMs = Math.max(1, msOf(endNanos) - startMs);
  return {
    parts,
    partOf: (ms) => Math.max(0, Math.min(parts - 1, Math.floor(((ms - startMs) * parts) / longMs))),
  };
}

function messagePattern(
  pattern: ListedPattern,
  entries: number,
  baselineCount: number,
): MessagePattern {
  const { text, count, first, last, levels, parts, services } = pattern;
  return {
    text,
    query: queryOf(text),
    count,
    share: count / entries,
    counts: Object.fromEntries(
      LEVELS.map((level, i) => [level, levels[i] ?? 0]),
    ) as MessagePattern["counts"],
    parts: [...parts],
    service: services?.most(),
    baselineCount,
    firstNanos: first,
    lastNanos: last.nanos,
    exampleId: `${last.nanos}.${last.batch}.${last.index}`,
  };
}

/** @returns the filter that finds entries of the pattern; "" when it would be longer than a query may be. */
function queryOf(text: string): string {
  const query = printQuery({
    filter: {
      kind: "field",
      field: { kind: "builtin", name: "pattern", at: NOWHERE },
      test: wordsTest(text, false),
      at: NOWHERE,
    },
    pipes: [],
    columns: null,
  });
  return utf8Length(query) > LIMITS.queryBytes ? "" : query;
}
