/**
 * Rows of an export that come one by one as their blocks are read.
 * Invariants: each entry once, also while units merge; a plan is followed for a while and then made anew from behind
 * the last entry, so that the blobs it names are not long gone.
 */
import { invalid } from "../../domain/fault.ts";
import type { Entry } from "../../domain/entry.ts";
import type { TimeRange } from "../../domain/time-range.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { type EntryStep, type Pipeline, entrySteps } from "../../engine/pipe/pipeline.ts";
import type { Place } from "../../engine/pipe/row-batch.ts";
import type { PipeEnv } from "../../engine/pipe/rows.ts";
import type { NamedField } from "../../query/ast.ts";
import type { BlockWalk } from "../block-walk.ts";
import { type Run as Hits, mergeRuns, placeInRun, placeOf } from "../entry-merge.ts";
import { EVERYTHING, needsOf } from "../field-needs.ts";
import { pageStartOf } from "../prepare-query.ts";
import type { Reasons } from "../reasons.ts";
import type { Spending } from "../spending.ts";
import { walkRange } from "../walk-range.ts";
import type { RowWriter } from "./column-json.ts";
import type { ExportChunk, ExportDeps } from "./export.ts";
import type { ExportRequest, UnderstoodExport } from "./export-request.ts";
import { CHUNK_BYTES, LineBytes } from "./line-bytes.ts";
import { type RowShape, entryShape } from "./row-shape.ts";

/** Half of what a merge leaves for readers of what it replaced. */
const PLAN_MS = 30_000;
/** A reader of what is rare sees it come. */
const CHUNK_MS = 1000;
/** Rows that pipes may drop before others get a turn. */
const ROWS_A_TURN = 1024;

/** One export under way. */
export interface ExportRun {
  readonly request: ExportRequest;
  readonly understood: UnderstoodExport;
  readonly spending: Spending;
  readonly reasons: Reasons;
  readonly env: PipeEnv;
  readonly deps: ExportDeps;
}

export async function* streamedChunks(
  { request, understood, spending, reasons, env, deps }: ExportRun,
  columns: readonly NamedField[] | undefined,
): AsyncGenerator<ExportChunk, void, undefined> {
  const { pipeline } = understood;
  const { clock, store, opener } = deps;
  const ascending = request.ascending ?? false;
  let last = cursorOf(request.cursor, pipeline);
  const out = new LineBytes();
  const shape = entryShape(request.format, columns, out);
  const rows = new Rows(pipeline, env, shape, out, () => spending.isTurnOver);
  // Whoever goes on behind a cursor has it.
  if (last === undefined) out.raw(utf8Bytes(shape.header));

  const needs =
    columns === undefined || pipeline.streamed.length > 0 || columns.some(readsEntries)
      ? EVERYTHING
      : needsOf(
          [],
          columns.map(({ field }) => field),
        );
  const plan = (): Promise<BlockWalk> =>
    walkRange(
      request.app,
      behind(understood.range, last, ascending),
      pipeline.filter,
      ascending,
      { store, opener, spending },
      needs,
    );
  let chunkMs = clock.monotonicMs();
  const chunk = (): ExportChunk => {
    chunkMs = clock.monotonicMs();
    return {
      lines: out.take(),
      entries: rows.written,
      cursor: last === undefined || !pipeline.resumable ? "" : idText(last),
      reasons: reasons.list(),
      approximate: [],
      width: shape.width,
    };
  };

  let walk = await plan();
  yield chunk();
  for (;;) {
    const plannedMs = clock.monotonicMs();
    let isOld = false;
    for await (const hits of mergeRuns(walk, ascending, last)) {
      for (let at = hits.from; at < hits.end && !rows.done;) {
        // Time ends no export.
        await (spending.isTurnOver ? spending.rowTurn() : spending.turn());
        at = rows.write(hits, at, walk);
        last = placeInRun(hits, at - 1) ?? last;
        // The run is its last: nothing asks for the block again.
        if (hits.kind === "rows" && at === hits.rows.length) hits.block.giveBack();
        if (out.length >= CHUNK_BYTES) yield chunk();
      }
      const nowMs = clock.monotonicMs();
      if (out.length > 0 && nowMs - chunkMs >= CHUNK_MS) yield chunk();
      isOld = nowMs - plannedMs >= PLAN_MS;
      if (isOld || rows.done) break;
    }
    reasons.absorb(walk.missing);
    if (!isOld || rows.done) break;
    walk = await plan();
  }
  yield chunk();
}

/** The members of a field below another are read entry by entry. */
function readsEntries({ field }: NamedField): boolean {
  return field.kind === "below";
}

/** Lines of rows, through the pipes if there are any. */
class Rows {
  written = 0;
  readonly #step: EntryStep | undefined;
  readonly #shape: RowShape;
  readonly #out: LineBytes;
  readonly #isTurnOver: () => boolean;
  readonly #writers = new WeakMap<BlockReader, RowWriter>();
  #block: BlockReader | undefined;
  /** Of that block: rows come in runs. */
  #write: RowWriter | undefined;

  constructor(
    pipeline: Pipeline,
    env: PipeEnv,
    shape: RowShape,
    out: LineBytes,
    isTurnOver: () => boolean,
  ) {
    this.#isTurnOver = isTurnOver;
    if (pipeline.streamed.length > 0) this.#step = entrySteps(pipeline.streamed, env);
    this.#shape = shape;
    this.#out = out;
  }

  /** Nothing more will come through the pipes. */
  get done(): boolean {
    return this.#step?.done ?? false;
  }

  /** Writes rows from rows[at] on, until a chunk is full or it was many. @returns where it stopped, behind `at`. */
  write(hits: Hits, at: number, walk: BlockWalk): number {
    const until = Math.min(hits.end, at + ROWS_A_TURN);
    for (let i = at; i < until; i++) {
      const begun = this.#out.length;
      try {
        if (hits.kind === "rows") this.#writeRow(hits.block, hits.rows[i] ?? 0);
        else this.#writeEntry(hits.entries[i]);
      } catch (error) {
        this.#out.cut(begun);
        walk.miss(error);
      }
      if (this.done || this.#out.length >= CHUNK_BYTES) return i + 1;
      // What pipes take over a row is anybody's guess; writing one is little.
      if (this.#step !== undefined && this.#isTurnOver()) return i + 1;
    }
    return until;
  }

  #writeRow(block: BlockReader, row: number): void {
    if (this.#step === undefined) {
      this.#writerOf(block)(row);
      this.written++;
      return;
    }
    this.#writeEntry(block.entry(row));
  }

  #writeEntry(read: Entry | undefined): void {
    const entry = read === undefined || this.#step === undefined ? read : this.#step.take(read);
    if (entry === undefined) return;
    this.#shape.writeEntry(entry);
    this.written++;
  }

  #writerOf(block: BlockReader): RowWriter {
    if (this.#write !== undefined && this.#block === block) return this.#write;
    let write = this.#writers.get(block);
    if (write === undefined) this.#writers.set(block, (write = this.#shape.rowsOf(block)));
    this.#block = block;
    this.#write = write;
    return write;
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
