/**
 * Everything that matches, as lines: without a cap.
 * Invariants: rows are those of a query's pages, in their order, each once. One chunk is made when it is asked for: a
 * reader that waits holds the blocks that are open, and no more. What cannot be read is among the reasons.
 */
import type { Clock } from "../../domain/clock.ts";
import { invalid } from "../../domain/fault.ts";
import { QUERY_BUDGET } from "../../domain/limits.ts";
import { NANOS_PER_MS } from "../../domain/time-range.ts";
import type { LogReads } from "../../storage/log-store.ts";
import type { BlockOpener } from "../block-opener.ts";
import { Reasons } from "../reasons.ts";
import type { SharedMemory } from "../shared-memory.ts";
import { Spending } from "../spending.ts";
import type { Turns } from "../turns.ts";
import { type ExportRequest, understandExport } from "./export-request.ts";
import { gatheredChunks } from "./gathered-rows.ts";
import { streamedChunks } from "./streamed-rows.ts";

/** Neither time nor bytes end it; what is kept in memory is bounded as in a query. */
const BUDGET = { timeMs: Infinity, bytes: Infinity, memoryBytes: QUERY_BUDGET.memoryBytes };

export interface ExportChunk {
  /** Whole lines, alone in their buffer; the first ones of CSV begin with its header. */
  readonly lines: Uint8Array<ArrayBuffer>;
  /** Rows so far, with these. */
  readonly entries: number;
  /** Goes on behind the last of them; empty before the first, and when a pipe remembers what came before. */
  readonly cursor: string;
  /** Sentences about what is missing so far. */
  readonly reasons: readonly string[];
  /** Columns with estimates. */
  readonly approximate: readonly string[];
  /** Values in a row of CSV; 0 for NDJSON. */
  readonly width: number;
}

export interface ExportDeps {
  readonly store: LogReads;
  readonly opener: BlockOpener;
  readonly clock: Clock;
  readonly memory: SharedMemory;
  readonly turns: Turns;
}

/** Gives a first chunk without rows when the request is understood and, for rows that stream, the store has answered. */
export async function* exportRows(
  request: ExportRequest,
  deps: ExportDeps,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk, void, undefined> {
  const { clock, turns } = deps;
  const understood = understandExport(request, BigInt(clock.nowMs()) * NANOS_PER_MS);
  const share = deps.memory.share();
  using spending = new Spending(clock, {}, signal, BUDGET, undefined, share, turns);
  const reasons = new Reasons();
  const env = {
    shown: understood.shown,
    timeZone: understood.timeZone,
    partial: (reason: string) => reasons.add(reason),
    overfull: (bytes: number) => spending.overfull(bytes),
    meter: spending.rowMeter(),
  };
  const run = { request, understood, spending, reasons, env, deps };
  if (understood.rows.kind === "streamed") {
    yield* streamedChunks(run, understood.rows.columns);
    return;
  }
  if (request.cursor !== undefined && request.cursor !== "")
    throw invalid("cursor", "an export of what pipes make of all rows begins at its beginning");
  yield* gatheredChunks(run);
}
