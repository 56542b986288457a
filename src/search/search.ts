/**
 * The read side: queries over one application's logs.
 * Invariant: a query sees everything acknowledged before it began, each entry once; it holds a place among the running
 * ones, ends by its budget, and never takes the process down.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";
import { QUERY_BUDGET } from "../domain/limits.ts";
import { NANOS_PER_MS } from "../domain/time-range.ts";
import type { LogStore } from "../storage/log-store.ts";
import type { BlockOpener } from "./block-opener.ts";
import { createGate } from "./gate.ts";
import { limitOf, pageStartOf, prepareQuery } from "./prepare-query.ts";
import type { QueryRequest, QueryResult } from "./results.ts";
import { runQuery } from "./run-query.ts";
import { Spending } from "./spending.ts";

export interface Search {
  /** Throws `invalid`, `overQuota`, `canceled`, and the store's faults. */
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResult>;
}

export interface SearchDeps {
  readonly store: LogStore;
  readonly opener: BlockOpener;
  readonly clock: Clock;
}

export function createSearch(deps: SearchDeps): Search {
  const { store, opener, clock } = deps;
  const gate = createGate(clock, QUERY_BUDGET);
  const nowNanos = (): bigint => BigInt(clock.nowMs()) * NANOS_PER_MS;

  const placed = async <T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> => {
    if (signal?.aborted === true) throw new FaultError({ kind: "canceled" });
    using _place = await gate.enter(signal);
    return await run();
  };

  return {
    query: (request, signal) =>
      placed(signal, async () => {
        const prepared = prepareQuery(request, nowNanos());
        const page = {
          app: request.app,
          limit: limitOf(request.limit),
          start: pageStartOf(request.cursor),
          ascending: request.ascending ?? false,
        };
        const spending = new Spending(clock, request.budget ?? {}, signal);
        return runQuery(prepared, page, { store, opener, spending });
      }),
  };
}
