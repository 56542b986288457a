/**
 * The read side: queries over one application's logs.
 * Invariant: a query sees everything acknowledged before it began, each entry once; it holds a place among the running
 * ones, ends by its budget, and never takes the process down.
 */
import type { Clock } from "../domain/clock.ts";
import type { Entry } from "../domain/entry.ts";
import { FaultError, invalid } from "../domain/fault.ts";
import { createGate, type Gate } from "../domain/gate.ts";
import type { AppId } from "../domain/ids.ts";
import { QUERY_BUDGET } from "../domain/limits.ts";
import { NANOS_PER_MS } from "../domain/time-range.ts";
import type { LogReads } from "../storage/log-store.ts";
import type { Page } from "./answer.ts";
import type { BlockOpener } from "./block-opener.ts";
import { limitOf, pageStartOf, prepareQuery } from "./prepare-query.ts";
import { type ExportChunk, exportRows } from "./export/export.ts";
import type { ExportRequest } from "./export/export-request.ts";
import { listFieldValues, listFields } from "./field-lists.ts";
import { compareWindows } from "./compare-windows.ts";
import { runFacets } from "./facets.ts";
import { findContext, findEntry } from "./find-entry.ts";
import { runHistogram } from "./histogram.ts";
import { explainQuery } from "./explain/explain-query.ts";
import { runPatterns } from "./message-patterns.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import type {
  CompareRequest,
  CompareResult,
  ContextRequest,
  ContextResult,
  Explanation,
  FacetsRequest,
  FacetsResult,
  FieldValuesRequest,
  FieldValuesResult,
  FieldsRequest,
  FieldsResult,
  HistogramRequest,
  HistogramResult,
  PatternsRequest,
  PatternsResult,
  QueryLimits,
  QueryRequest,
  QueryResult,
  SuggestionsRequest,
  SuggestionsResult,
} from "./results.ts";
import { type ReceivedPage, type ReceivedRequest, receivedEntries } from "./received.ts";
import type { RunDeps } from "./run-deps.ts";
import { runQuery } from "./run-query.ts";
import { type Looks, ownLooks } from "./looks.ts";
import { type TailDeps, type TailEvent, tail } from "./tail.ts";
import { suggestQueries } from "./suggest/suggest-queries.ts";
import { SharedMemory } from "./shared-memory.ts";
import { Spending } from "./spending.ts";
import { Turns } from "./turns.ts";

/**
 * Many tails may resume at once, after a restart: one page at a time leaves the other places to queries. Who waits
 * too long, or finds no room to wait, is told to come back, and does.
 */
const FILLING = { running: 1, waiting: 100, waitMs: 60_000 } as const;
const RETRY_AFTER_MS = 1000;
/** Suggestions stand beside an answer that somebody looks at already: they come at once or not at all. */
const SUGGEST_MS = 300;

export interface Search {
  /** Throws `invalid`, `overQuota`, `canceled`, and the store's faults. */
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResult>;
  /** Runs a query as `query` does, and tells what that took instead of its rows. */
  explainQuery(request: QueryRequest, signal?: AbortSignal): Promise<Explanation>;
  /** Throws `notFound`, also for an entry of another application. */
  getEntry(app: AppId, id: string, signal?: AbortSignal): Promise<Entry>;
  getContext(request: ContextRequest, signal?: AbortSignal): Promise<ContextResult>;
  getHistogram(request: HistogramRequest, signal?: AbortSignal): Promise<HistogramResult>;
  getPatterns(request: PatternsRequest, signal?: AbortSignal): Promise<PatternsResult>;
  suggestQueries(request: SuggestionsRequest, signal?: AbortSignal): Promise<SuggestionsResult>;
  listFields(request: FieldsRequest, signal?: AbortSignal): Promise<FieldsResult>;
  listFieldValues(request: FieldValuesRequest, signal?: AbortSignal): Promise<FieldValuesResult>;
  /** Throws `invalid` also for fields that have no values to count. */
  getFacets(request: FacetsRequest, signal?: AbortSignal): Promise<FacetsResult>;
  /** Throws as `getFacets` does, and for empty windows. */
  compareWindows(request: CompareRequest, signal?: AbortSignal): Promise<CompareResult>;
  /** What a tail owes of rows that are gone; takes a place among the running queries. */
  received(request: ReceivedRequest, signal?: AbortSignal): Promise<ReceivedPage>;
  /**
   * New entries as they are committed, until the signal aborts. Takes no place among the running queries, but for
   * what its rows do not tell any more: that is asked of `received`, by one tail at a time.
   * Throws `invalid` for a query with pipes other than `where`.
   */
  tail(request: FollowRequest, signal: AbortSignal): AsyncGenerator<TailEvent, void, undefined>;
  /**
   * All that matches, without a cap and a budget: its caller bounds how many run. Takes no place among the running
   * queries. Throws `invalid`, `canceled`, and the store's faults.
   */
  export(request: ExportRequest, signal: AbortSignal): AsyncGenerator<ExportChunk, void, undefined>;
}

export interface FollowRequest {
  readonly app: AppId;
  readonly query: string;
  /** As an event gave it; empty or absent: from now on. */
  readonly position?: string;
  readonly timeZone?: string;
}

export interface SearchDeps {
  readonly store: LogReads;
  readonly opener: BlockOpener;
  readonly clock: Clock;
  /** CPU that this thread has used, in ms; where it is not measured the clock stands for it. */
  readonly cpuMs?: () => number;
  /** Wakes a tail before its next poll; see TailDeps. */
  readonly woken?: TailDeps["woken"];
  /** How tails look for new rows; each by itself when absent. */
  readonly looks?: Looks;
  /** Where tails have their gaps filled: elsewhere than on their thread; its own when absent. */
  readonly received?: Search["received"];
}

export function createSearch(deps: SearchDeps): Search {
  const { store, opener, clock } = deps;
  const gate = queryGate(clock, QUERY_BUDGET);
  const filling = queryGate(clock, FILLING);
  const nowNanos = (): bigint => BigInt(clock.nowMs()) * NANOS_PER_MS;

  const placed = async <T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> => {
    if (signal?.aborted === true) throw new FaultError({ kind: "canceled" });
    using _place = await gate.enter(signal);
    return await run();
  };

  const memory = new SharedMemory();
  const turns = new Turns();

  const run = <T>(
    signal: AbortSignal | undefined,
    work: (deps: RunDeps) => Promise<T>,
    limits: QueryLimits = {},
  ): Promise<T> =>
    placed(signal, async () => {
      const share = memory.share();
      using spending = new Spending(clock, limits, signal, QUERY_BUDGET, undefined, share, turns);
      return await work({ store, opener, spending });
    });

  const received: Search["received"] = (request, signal) =>
    run(signal, (own) => receivedEntries(request, own));

  const followed: TailDeps = {
    store,
    looks: deps.looks ?? ownLooks(store),
    opener,
    clock,
    woken: deps.woken,
    received: async (request, signal) => {
      using _turn = await filling.enter(signal);
      return await (deps.received ?? received)(request, signal);
    },
  };

  return {
    query: (request, signal) =>
      run(
        signal,
        (own) => runQuery(prepareQuery(request, nowNanos()), pageOf(request), own),
        request.budget,
      ),
    explainQuery: (request, signal) =>
      run(
        signal,
        (own) =>
          explainQuery(prepareQuery(request, nowNanos()), pageOf(request), own, {
            cpuMs: deps.cpuMs ?? (() => clock.monotonicMs()),
            monotonicMs: () => clock.monotonicMs(),
          }),
        request.budget,
      ),
    getEntry: (app, id, signal) => run(signal, (own) => findEntry(app, id, own)),
    getContext: (request, signal) => run(signal, (own) => findContext(request, own)),
    getHistogram: (request, signal) =>
      run(
        signal,
        (own) =>
          runHistogram(request.app, prepareQuery(request, nowNanos()), request.maxBuckets, own),
        request.budget,
      ),
    getPatterns: (request, signal) =>
      run(
        signal,
        (own) => runPatterns(request, prepareQuery(request, nowNanos()), own),
        request.budget,
      ),
    suggestQueries: (request, signal) =>
      run(signal, (own) => suggestQueries(request.app, prepareQuery(request, nowNanos()), own), {
        timeMs: SUGGEST_MS,
        ...request.budget,
      }),
    listFields: (request, signal) =>
      run(signal, (own) =>
        listFields(request, prepareQuery({ ...request, query: "" }, nowNanos()), own),
      ),
    listFieldValues: (request, signal) =>
      run(signal, (own) =>
        listFieldValues(
          request,
          prepareQuery({ ...request, query: request.query ?? "" }, nowNanos()),
          own,
        ),
      ),
    getFacets: (request, signal) =>
      run(
        signal,
        (own) => runFacets(request, prepareQuery(request, nowNanos()), own),
        request.budget,
      ),
    compareWindows: (request, signal) =>
      run(
        signal,
        (own) => compareWindows(request, prepareQuery(request, nowNanos()), own),
        request.budget,
      ),
    received,
    tail: (request, signal) => {
      const { query } = prepareQuery(request, nowNanos());
      const pipeline = pipelineOf(query);
      if (pipeline.streamed.length > 0 || pipeline.rest.length > 0)
        throw invalid("query", "A tail takes a filter, and no pipes but `where`");
      return tail({ ...request, filter: pipeline.filter }, followed, signal);
    },
    export: (request, signal) => exportRows(request, { ...deps, memory, turns }, signal),
  };
}

function pageOf(request: QueryRequest): Page {
  return {
    app: request.app,
    limit: limitOf(request.limit),
    start: pageStartOf(request.cursor),
    ascending: request.ascending ?? false,
  };
}

function queryGate(
  clock: Clock,
  { running, waiting, waitMs }: { running: number; waiting: number; waitMs: number },
): Gate {
  const reason = "too many queries are running";
  return createGate({
    running,
    waiting,
    wait: { ms: waitMs, clock },
    full: () => new FaultError({ kind: "overQuota", reason, retryAfterMs: RETRY_AFTER_MS }),
  });
}
