/**
 * All entries that match, as lines: without a cap, in the order of a query's pages.
 * Invariants: each entry once, also while units merge; a plan is followed for a while and then made anew from behind
 * the last entry, so that the blobs it names are not long gone. One chunk is made when it is asked for: a reader that
 * waits holds the blocks that are open, and no more. What cannot be read is among the reasons.
 */
import type { Clock } from "../domain/clock.ts";
import { invalid } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { QUERY_BUDGET } from "../domain/limits.ts";
import { NANOS_PER_MS, type TimeRange } from "../domain/time-range.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import { type EntryStep, type Pipeline, entrySteps, pipelineOf } from "../engine/pipe/pipeline.ts";
import type { Place } from "../engine/pipe/row-batch.ts";
import type { LogReads } from "../storage/log-store.ts";
import type { BlockOpener } from "./block-opener.ts";
import type { BlockWalk } from "./block-walk.ts";
import { type Run, mergeRuns, placeAt, placeOf } from "./entry-merge.ts";
import { CHUNK_BYTES, LineBytes, type RowWriter, rowWriter, writeEntry } from "./export-lines.ts";
import { pageStartOf, prepareQuery } from "./prepare-query.ts";
import { Spending } from "./spending.ts";
import { walkRange } from "./walk-range.ts";

/** Half of what a merge leaves for readers of what it replaced. */
const PLAN_MS = 30_000;
/** Rows that pipes may drop before others get a turn. */
const ROWS_A_TURN = 1024;
/** Neither time nor bytes end it; what `dedup` remembers is bounded as in a query. */
const BUDGET = { timeMs: Infinity, bytes: Infinity, memoryBytes: QUERY_BUDGET.memoryBytes };

export interface ExportRequest {
  readonly app: AppId;
  /** A filter, and pipes that take entries one by one. */
  readonly query: string;
  /** As of a query. */
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  readonly ascending?: boolean;
  readonly timeZone?: string;
  /** As a chunk gave it; empty for the beginning. */
  readonly cursor?: string;
}

export interface ExportChunk {
  /** Whole lines of NDJSON, alone in their buffer. */
  readonly lines: Uint8Array<ArrayBuffer>;
  /** Entries so far, with these. */
  readonly entries: number;
  /** Goes on behind the last of them; empty before the first, and when a pipe remembers what came before. */
  readonly cursor: string;
  /** Sentences about what is missing so far. */
  readonly reasons: readonly string[];
}

export interface ExportDeps {
  readonly store: LogReads;
  readonly opener: BlockOpener;
  readonly clock: Clock;
}

/** Gives a first chunk without lines when the request is understood and the store has answered. */
export async function* exportEntries(
  request: ExportRequest,
  deps: ExportDeps,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk, void, undefined> {
  const { clock } = deps;
  const prepared = prepareQuery(request, BigInt(clock.nowMs()) * NANOS_PER_MS);
  const pipeline = pipelineOf(prepared.query);
  if (pipeline.rest.length > 0)
    throw invalid(
      "query",
      "An export takes a filter and pipes that keep entries: where, parse, sample, dedup, limit",
    );
  const spending = new Spending(clock, {}, signal, BUDGET);
  const reasons = new Set<string>();
  const lines = new Lines(pipeline, {
    shown: prepared.shown,
    timeZone: prepared.timeZone,
    partial: (reason: string) => reasons.add(reason),
    overfull: (bytes: number) => spending.overfull(bytes),
  });
  const ascending = request.ascending ?? false;
  let last = cursorOf(request.cursor, pipeline);
  const plan = (): Promise<BlockWalk> =>
    walkRange(request.app, behind(prepared.range, last, ascending), pipeline.filter, ascending, {
      store: deps.store,
      opener: deps.opener,
      spending,
    });
  const chunk = (): ExportChunk => ({
    lines: lines.out.take(),
    entries: lines.entries,
    cursor: last === undefined || !pipeline.resumable ? "" : idText(last),
    reasons: [...reasons],
  });

  let walk = await plan();
  yield chunk();
  for (;;) {
    const plannedMs = clock.monotonicMs();
    let isOld = false;
    for await (const run of mergeRuns(walk, ascending, last)) {
      for (let at = run.from; at < run.end && !lines.done;) {
        await spending.turn();
        at = lines.write(run, at, walk);
        last = placeAt(run.block, run.rows[at - 1] ?? 0);
        if (lines.out.length >= CHUNK_BYTES) yield chunk();
      }
      isOld = clock.monotonicMs() - plannedMs >= PLAN_MS;
      if (isOld || lines.done) break;
    }
    for (const reason of walk.reasons) reasons.add(reason);
    if (!isOld || lines.done) break;
    walk = await plan();
  }
  yield chunk();
}

/** Lines of rows, through the pipes if there are any. */
class Lines {
  readonly out = new LineBytes();
  entries = 0;
  readonly #step: EntryStep | undefined;
  readonly #writers = new WeakMap<BlockReader, RowWriter>();

  constructor(pipeline: Pipeline, env: Parameters<typeof entrySteps>[1]) {
    if (pipeline.streamed.length > 0) this.#step = entrySteps(pipeline.streamed, env);
  }

  /** Nothing more will come through the pipes. */
  get done(): boolean {
    return this.#step?.done ?? false;
  }

  /** Writes rows from rows[at] on, until a chunk is full or it was many. @returns where it stopped, behind `at`. */
  write({ block, rows, end }: Run, at: number, walk: BlockWalk): number {
    const until = Math.min(end, at + ROWS_A_TURN);
    for (let i = at; i < until; i++) {
      const begun = this.out.length;
      try {
        this.#writeRow(block, rows[i] ?? 0);
      } catch (error) {
        this.out.cut(begun);
        walk.miss(error);
      }
      if (this.done || this.out.length >= CHUNK_BYTES) return i + 1;
    }
    return until;
  }

  #writeRow(block: BlockReader, row: number): void {
    if (this.#step === undefined) {
      let write = this.#writers.get(block);
      if (write === undefined) this.#writers.set(block, (write = rowWriter(block, this.out)));
      write(row);
      this.entries++;
      return;
    }
    const entry = this.#step.take(block.entry(row));
    if (entry === undefined) return;
    writeEntry(entry, this.out);
    this.entries++;
  }
}

function cursorOf(cursor: string | undefined, pipeline: Pipeline): Place | undefined {
  const start = pageStartOf(cursor);
  if (start.kind === "first") return undefined;
  if (start.kind === "after" && pipeline.resumable) return placeOf(start.id);
  throw invalid("cursor", "not a cursor of an export of this query");
}

/** The part of the range in which entries behind a place may lie. */
function behind(range: TimeRange, last: Place | undefined, ascending: boolean): TimeRange {
  if (last === undefined) return range;
  const { nanos } = last;
  return ascending
    ? { ...range, startNanos: nanos > range.startNanos ? nanos : range.startNanos }
    : { ...range, endNanos: nanos + 1n < range.endNanos ? nanos + 1n : range.endNanos };
}

function idText({ nanos, batch, index }: Place): string {
  return `${nanos}.${batch}.${index}`;
}
