/**
 * Runs one prepared query over a plan.
 * Invariant: the answer is that of a naive scan of all visible entries in the range, or marked partial with the reason.
 */
import { bucketsOf } from "../domain/time-range.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { gathererOf, gathers } from "../engine/pipe/gather.ts";
import type { Gatherer } from "../engine/pipe/gatherer.ts";
import { type Pipeline, pipelineOf } from "../engine/pipe/pipeline.ts";
import type { PipeEnv } from "../engine/pipe/rows.ts";
import type { Pipe } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import type { Answer, Page } from "./answer.ts";
import { BlockWalk, type WalkOptions } from "./block-walk.ts";
import { type ContextReader, collectedAnswer } from "./collected-answer.ts";
import { contextOf } from "./context-pipe.ts";
import { type RunWatch, UNWATCHED } from "./explain/run-watch.ts";
import { EVERYTHING, needsOf, needsOfPipe } from "./field-needs.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { gatheredAnswer } from "./gathered-answer.ts";
import { type Prepared, narrow } from "./prepare-query.ts";
import { pruneOf } from "./prune.ts";
import { Reasons } from "./reasons.ts";
import type { QueryResult } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";
import type { Spending } from "./spending.ts";
import { streamedAnswer } from "./streamed-answer.ts";
import { UnitTotals, unreadCounts } from "./unit-totals.ts";

export async function runQuery(
  prepared: Prepared,
  page: Page,
  deps: RunDeps,
  watch: RunWatch = UNWATCHED,
): Promise<QueryResult> {
  const reading = watch.deps(deps);
  const reasons = new Reasons();
  const env: PipeEnv = {
    shown: prepared.shown,
    timeZone: prepared.timeZone,
    partial: (reason) => reasons.add(reason),
    overfull: (bytes) => deps.spending.overfull(bytes),
    meter: deps.spending.rowMeter(),
  };
  const pipeline = pipelineOf(prepared.query);
  const [first] = pipeline.rest;
  // `limit` and `dedup` ask for the order; all else in front of a gathering pipe does not.
  const totals =
    first !== undefined && isGathered(pipeline, first)
      ? new UnitTotals(() => gathererOf(first, env), env)
      : undefined;
  const { walk, units } = await beginWalk(prepared, page, pipeline, reading, totals, watch);
  const answer =
    totals === undefined
      ? await answerOf(
          pipeline,
          page,
          walk,
          env,
          async (entries, count) =>
            contextOf(entries, count, { app: page.app, range: prepared.range, deps: reading }, env),
          deps.spending,
          watch,
        )
      : await gatheredAnswer(pipeline, totals, page, walk, env, deps.spending, watch);
  reasons.absorb(walk.missing);
  const partial = !reasons.isEmpty;
  // A further page is planned over a part of the range, and was warned of with the first.
  const warnings =
    page.start.kind === "after"
      ? prepared.warnings
      : [
          ...prepared.warnings,
          ...(await fieldWarnings(
            prepared.query,
            prepared.written,
            narrow(prepared.range, pipeline.filter),
            units,
            deps,
          )),
        ];
  return {
    ...answer.rows,
    nextCursor: answer.nextCursor === "" ? resumeCursor(pipeline, page, walk) : answer.nextCursor,
    partial,
    partialReason: reasons.list().join("; "),
    coveredStartNanos: walk.coveredStart ?? answer.coveredStart,
    warnings,
    stats: deps.spending.stats(answer.complete && !partial),
  };
}

/** True when a page needs no more rows than its own: entries, or chosen fields of entries. */
function streams({ rest }: Pipeline): boolean {
  return rest.length === 0 || (rest.length === 1 && rest[0]?.kind === "fields");
}

function isGathered(pipeline: Pipeline, first: Pipe): boolean {
  return gathers(first) && pipeline.resumable;
}

function answerOf(
  pipeline: Pipeline,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  context: ContextReader,
  spending: Spending,
  watch: RunWatch,
): Promise<Answer> {
  if (streams(pipeline)) return streamedAnswer(pipeline, page, walk, env, spending, watch);
  return collectedAnswer(pipeline, page, walk, env, context, spending, watch);
}

async function beginWalk(
  prepared: Prepared,
  page: Page,
  pipeline: Pipeline,
  deps: RunDeps,
  totals: UnitTotals<Gatherer> | undefined,
  watch: RunWatch,
): Promise<{ walk: BlockWalk; units: readonly Unit[] }> {
  let range = narrow(prepared.range, pipeline.filter);
  if (page.start.kind === "after" && streams(pipeline) && pipeline.resumable) {
    const { timeNanos } = page.start.id;
    range = page.ascending
      ? { ...range, startNanos: timeNanos > range.startNanos ? timeNanos : range.startNanos }
      : { ...range, endNanos: timeNanos + 1n < range.endNanos ? timeNanos + 1n : range.endNanos };
  }
  const buckets = bucketsOf(range);
  const [first] = pipeline.rest;
  const units =
    buckets === undefined ? [] : await deps.store.plan(page.app, buckets.first, buckets.last);
  const options: WalkOptions = {
    filter: compileBlockFilter(pipeline.filter),
    range,
    needs: needsOf([pipeline.filter], []),
    afterwards:
      first !== undefined && isGathered(pipeline, first) && pipeline.streamed.length === 0
        ? needsOfPipe(first)
        : EVERYTHING,
    // Rows in any order are read newest first, so that what was read when a budget ends it can be named.
    ascending: page.ascending && totals === undefined,
    prune: pruneOf(pipeline.filter),
    ...(totals === undefined || first === undefined || pipeline.streamed.length > 0
      ? {}
      : unreadCounts(first, pipeline.filter, range, totals)),
  };
  const walk = await BlockWalk.begin(units, deps, watch.walk(options, pipeline.filter));
  return { walk, units };
}

/** After a budget was spent: the place where what was covered ends, so that a next request goes on there. */
function resumeCursor(pipeline: Pipeline, page: Page, walk: BlockWalk): string {
  const { coveredStart } = walk;
  if (coveredStart === undefined || !streams(pipeline) || !pipeline.resumable || page.ascending)
    return "";
  return `${coveredStart}.00000000-0000-0000-0000-000000000000.0`;
}
