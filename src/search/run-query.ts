/**
 * Runs one prepared query over a plan.
 * Invariant: the answer is that of a naive scan of all visible entries in the range, or marked partial with the reason.
 */
import { type Entry, entryIdText } from "../domain/entry.ts";
import { bucketsOf } from "../domain/time-range.ts";
import { nanosAt } from "../engine/filter/builtin-test.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { type Pipeline, applyPipe, pipelineOf } from "../engine/pipe/pipeline.ts";
import { gathererOf, gathers } from "../engine/pipe/gather.ts";
import type { Gatherer } from "../engine/pipe/gatherer.ts";
import { ANSWER_BYTES } from "../domain/limits.ts";
import { entryBytes, rowBytes } from "../engine/pipe/held.ts";
import { type RowBatch, blockBatch, entryBatch } from "../engine/pipe/row-batch.ts";
import type { Pipe } from "../query/ast.ts";
import { MAX_SORTED, sort } from "../engine/pipe/sort.ts";
import { type PipeEnv, type Rows, rowCount } from "../engine/pipe/rows.ts";
import type { AppId } from "../domain/ids.ts";
import type { Unit } from "../storage/log-store.ts";
import { BlockWalk, type WalkOptions } from "./block-walk.ts";
import { MAX_ANCHORS, contextOf } from "./context-pipe.ts";
import { type Hit, mergeHits, placeOf, readHit } from "./entry-merge.ts";
import { type RunWatch, UNWATCHED } from "./explain/run-watch.ts";
import { fieldWarnings } from "./field-warnings.ts";
import { EVERYTHING, needsOf, needsOfPipe } from "./field-needs.ts";
import { MAX_LIMIT, type PageStart, type Prepared, narrow, skipCursor } from "./prepare-query.ts";
import { pruneOf } from "./prune.ts";
import { Reasons } from "./reasons.ts";
import type { QueryResult } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";
import type { Spending } from "./spending.ts";
import { UnitTotals, unreadCounts } from "./unit-totals.ts";

export interface Page {
  readonly app: AppId;
  readonly limit: number;
  readonly start: PageStart;
  readonly ascending: boolean;
  /** Rows of a table in one answer; as many as of entries at most when absent. */
  readonly tableRows?: number;
  /** Of the rows in one answer, as they are counted in memory; as of all answers when absent. */
  readonly bytes?: number;
}

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
          watch,
        )
      : await gathered(pipeline, totals, page, walk, env, deps.spending, watch);
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
  watch: RunWatch,
): Promise<Answer> {
  if (streams(pipeline)) return streamed(pipeline, page, walk, env, watch);
  return collected(pipeline, page, walk, env, context, watch);
}

/** Reads the entries around some. */
type ContextReader = (entries: readonly Entry[], count: number) => Promise<Entry[]>;

interface Answer {
  readonly rows: Pick<QueryResult, "entries" | "table">;
  readonly nextCursor: string;
  /** Every match was looked at. */
  readonly complete: boolean;
  /** Where a bound of a pipe ended it, as of the walk. */
  readonly coveredStart?: bigint | undefined;
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

/** Entries one after the other, until the page is full. */
async function streamed(
  pipeline: Pipeline,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  watch: RunWatch,
): Promise<Answer> {
  const { start, limit, bytes = ANSWER_BYTES } = page;
  const after = start.kind === "after" && pipeline.resumable ? placeOf(start.id) : undefined;
  let skip = start.kind === "skip" ? start.rows : 0;
  const step = watch.steps(pipeline.streamed, env);
  const entries: Entry[] = [];
  const finish = (found: readonly Entry[]): Answer["rows"] =>
    plain(
      pipeline.rest.reduce<Rows>((rows, pipe) => applied(rows, pipe, env, watch), {
        kind: "entries",
        entries: found,
      }),
    );
  let last = "";
  let held = 0;
  for await (const hit of mergeHits(walk, page.ascending, after)) {
    const read = readOf(hit, walk, watch);
    if (read === undefined) continue;
    const entry = step.take(read);
    if (entry !== undefined && skip > 0) skip--;
    else if (entry !== undefined) {
      if (entries.length === limit || held >= bytes) {
        const skipped = (start.kind === "skip" ? start.rows : 0) + entries.length;
        return {
          rows: finish(entries),
          nextCursor: pipeline.resumable ? last : skipCursor(skipped),
          complete: false,
        };
      }
      entries.push(entry);
      last = entryIdText(read.id);
      held += entryBytes(entry);
      const spent = env.overfull(held);
      if (spent !== undefined) {
        env.partial(spent);
        const taken = (start.kind === "skip" ? start.rows : 0) + entries.length;
        const nextCursor = pipeline.resumable ? last : skipCursor(taken);
        return { rows: finish(entries), nextCursor, complete: false };
      }
    }
    if (step.done) return { rows: finish(entries), nextCursor: "", complete: false };
  }
  return { rows: finish(entries), nextCursor: "", complete: true };
}

/** A table from rows in any order: straight from the columns of each block where no pipe stands before it. */
async function gathered(
  pipeline: Pipeline,
  totals: UnitTotals<Gatherer>,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  spending: Spending,
  watch: RunWatch,
): Promise<Answer> {
  const [first] = pipeline.rest;
  if (first === undefined) throw new TypeError("nothing gathers");
  const add = (unit: string, batch: RowBatch): void =>
    watch.pipe(first, batch.length, () => totals.of(unit).add(batch));
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") {
      totals.forget(step.unit);
      continue;
    }
    // What is looked at afterwards was read only of blocks with a match.
    if (step.rows.isEmpty()) continue;
    const { scan, rows } = step;
    try {
      if (pipeline.streamed.length === 0) add(step.unit, blockBatch(scan, rows.rows()));
      else {
        const through = watch.steps(pipeline.streamed, env);
        const entries = [...rows.rows()].flatMap(
          (row) => through.take(watch.entry(() => scan.block.entry(row))) ?? [],
        );
        add(step.unit, entryBatch(entries));
      }
    } catch (error) {
      walk.miss(error);
    }
    totals.close(step.unit, walk);
    const spent = totals.overfull(walk);
    if (spent !== undefined) walk.stop(spent);
  }
  const { total, counted } = totals.finish();
  // What summaries counted has matched, too, without a row being read.
  spending.matched += counted;
  let rows = watch.pipe<Rows>(
    first,
    counted,
    () => ({ kind: "table", table: total.finish(walk.coveredStart) }),
    rowCount,
  );
  for (const pipe of pipeline.rest.slice(1)) rows = applied(rows, pipe, env, watch);
  return cut(rows, page, true);
}

/** All rows, then the pipes that need them all; pages are cut out of the finished answer. */
async function collected(
  pipeline: Pipeline,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  context: ContextReader,
  watch: RunWatch,
): Promise<Answer> {
  const step = watch.steps(pipeline.streamed, env);
  const [first, second] = pipeline.rest;
  const top =
    first?.kind === "sort" && second?.kind === "limit" ? second.offset + second.count : Infinity;
  let entries: Entry[] = [];
  let complete = true;
  let held = 0;
  let coveredStart: bigint | undefined;
  for await (const hit of mergeHits(walk, page.ascending, undefined)) {
    const read = readOf(hit, walk, watch);
    const entry = read === undefined ? undefined : step.take(read);
    if (entry !== undefined) {
      entries.push(entry);
      held += entryBytes(entry);
    }
    if (step.done || (first?.kind === "context" && entries.length > MAX_ANCHORS)) {
      complete = false;
      break;
    }
    let spent = env.overfull(held);
    if (entries.length < MAX_SORTED && spent === undefined) continue;
    if (first?.kind === "sort" && top * 2 <= entries.length) {
      // Only the top so far can be in the answer; a stable sort keeps ties in their order.
      const sorted = sort({ kind: "entries", entries }, first.keys, env);
      entries = sorted.kind === "entries" ? sorted.entries.slice(0, top) : [];
      held = entries.reduce((sum, kept) => sum + entryBytes(kept), 0);
      spent = env.overfull(held);
      if (spent === undefined) continue;
    }
    complete = false;
    env.partial(spent ?? `pipes that need all rows take the first ${MAX_SORTED}`);
    if (!page.ascending) coveredStart = nanosAt(hit.block, hit.row) + 1n;
    break;
  }
  coveredStart ??= walk.coveredStart;
  const known = { ...env, coveredStart };
  let rows: Rows = { kind: "entries", entries };
  for (const pipe of pipeline.rest) {
    rows =
      pipe.kind === "context" && rows.kind === "entries"
        ? { kind: "entries", entries: await context(rows.entries, pipe.count) }
        : applied(rows, pipe, known, watch);
  }
  return { ...cut(rows, page, complete), coveredStart };
}

function applied(rows: Rows, pipe: Pipe, env: PipeEnv, watch: RunWatch): Rows {
  return watch.pipe(pipe, rowCount(rows), () => applyPipe(rows, pipe, env), rowCount);
}

/** @returns undefined for what turns out unreadable: the walk says so. */
function readOf(hit: Hit, walk: BlockWalk, watch: RunWatch): Entry | undefined {
  try {
    return watch.entry(() => readHit(hit));
  } catch (error) {
    walk.miss(error);
    return undefined;
  }
}

function plain(rows: Rows): Answer["rows"] {
  return rows.kind === "entries"
    ? { entries: rows.entries, table: undefined }
    : { entries: [], table: rows.table };
}

/** What of the rows is in this answer; at least one where there is any. */
function cut(rows: Rows, page: Page, complete: boolean): Answer {
  const skip = page.start.kind === "skip" ? page.start.rows : 0;
  const { bytes = ANSWER_BYTES } = page;
  if (rows.kind === "entries") {
    const entries = firstOf(rows.entries, skip, page.limit, bytes, entryBytes);
    return {
      rows: { entries, table: undefined },
      nextCursor: cursorBehind(skip + entries.length, rows.entries.length),
      complete,
    };
  }
  // A chart or a table of groups is wanted whole: only entries go by the page's size.
  const { table } = rows;
  const own = firstOf(table.rows, skip, page.tableRows ?? MAX_LIMIT, bytes, rowBytes);
  return {
    rows: { entries: [], table: { ...table, rows: own } },
    nextCursor: cursorBehind(skip + own.length, table.rows.length),
    complete,
  };
}

function firstOf<T>(
  all: readonly T[],
  from: number,
  count: number,
  bytes: number,
  bytesOf: (one: T) => number,
): readonly T[] {
  let end = from;
  for (let held = 0; end < all.length && end - from < count && held < bytes; end++)
    held += bytesOf(all[end] as T);
  return all.slice(from, end);
}

function cursorBehind(taken: number, all: number): string {
  return taken < all ? skipCursor(taken) : "";
}

/** After a budget was spent: the place where what was covered ends, so that a next request goes on there. */
function resumeCursor(pipeline: Pipeline, page: Page, walk: BlockWalk): string {
  const { coveredStart } = walk;
  if (coveredStart === undefined || !streams(pipeline) || !pipeline.resumable || page.ascending)
    return "";
  return `${coveredStart}.00000000-0000-0000-0000-000000000000.0`;
}
