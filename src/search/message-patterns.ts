/**
 * Messages of matching entries by their shape.
 * Invariant: unless marked approximate or partial, a pattern's count is the number of entries that the filter and the
 * pattern's own query find together.
 */
import { invalid } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { LEVELS } from "../domain/level.ts";
import { bucketsOf } from "../domain/time-range.ts";
import { LIMITS } from "../domain/limits.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { type ListedPattern, listPatterns } from "../engine/pipe/list-patterns.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import { blockBatch } from "../engine/pipe/row-batch.ts";
import { ShapeCounts } from "../engine/pipe/shape-counts.ts";
import { wordsTest } from "../query/atoms.ts";
import { printQuery } from "../query/print.ts";
import { utf8Length } from "../query/words.ts";
import { BlockWalk } from "./block-walk.ts";
import { NOTHING, needsOf } from "./field-needs.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { type Prepared, narrow } from "./prepare-query.ts";
import { pruneOf } from "./prune.ts";
import type { MessagePattern, PatternsResult } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";
import { UnitTotals } from "./unit-totals.ts";

const DEFAULT_PATTERNS = 50;
const MAX_PATTERNS = 1000;
const NOWHERE = { start: 0, end: 0 };

export async function runPatterns(
  app: AppId,
  prepared: Prepared,
  limit: number | undefined,
  deps: RunDeps,
): Promise<PatternsResult> {
  const shown = limit === undefined || limit === 0 ? DEFAULT_PATTERNS : limit;
  if (!Number.isInteger(shown) || shown < 1 || shown > MAX_PATTERNS)
    throw invalid("limit", `a whole number from 1 to ${MAX_PATTERNS}`);
  const { filter } = pipelineOf(prepared.query);
  const range = narrow(prepared.range, filter);
  const totals = new UnitTotals(() => new ShapeCounts("join"), {
    overfull: (bytes) => deps.spending.overfull(bytes),
  });
  const hours = bucketsOf(range);
  const units = hours === undefined ? [] : await deps.store.plan(app, hours.first, hours.last);
  const walk = await BlockWalk.begin(units, deps, {
    filter: compileBlockFilter(filter),
    range,
    needs: needsOf([filter], []),
    afterwards: { ...NOTHING, message: true },
    ascending: false,
    prune: pruneOf(filter),
    forget: (unit) => totals.forget(unit),
  });
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    // What is looked at afterwards was read only of blocks with a match.
    if (step.kind === "again" || step.rows.isEmpty()) continue;
    try {
      totals.of(step.unit).add(blockBatch(step.scan, step.rows.rows()));
    } catch (error) {
      walk.miss(error);
    }
    totals.close(step.unit, walk);
    const spent = totals.overfull(walk);
    if (spent !== undefined) walk.stop(spent);
  }
  const { total } = totals.finish();
  const { patterns, others } = listPatterns(total.shapes(), shown);
  const partial = walk.reasons.length > 0;
  return {
    patterns: patterns.map((pattern) => messagePattern(pattern, total.total)),
    entries: total.total,
    otherEntries: others + total.left,
    approximate: total.approximate,
    warnings: [
      ...prepared.warnings,
      ...(await fieldWarnings(prepared.query, prepared.written, range, units, deps)),
    ],
    stats: deps.spending.stats(!partial),
    partial,
    partialReason: walk.reasons.join("; "),
    coveredStartNanos: walk.coveredStart,
  };
}

function messagePattern(pattern: ListedPattern, entries: number): MessagePattern {
  const { text, count, first, last, levels } = pattern;
  return {
    text,
    query: queryOf(text),
    count,
    share: count / entries,
    counts: Object.fromEntries(
      LEVELS.map((level, i) => [level, levels[i] ?? 0]),
    ) as MessagePattern["counts"],
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
