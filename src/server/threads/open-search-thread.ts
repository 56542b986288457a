/**
 * Starts the search thread; what it gives is the read side as if it were here.
 */
import type { MessagePort } from "node:worker_threads";
import type { Search } from "../../search/search.ts";
import { exportThrough } from "./export-calls.ts";
import { ownWorker } from "./owned-worker.ts";
import { callsOf } from "./worker-calls.ts";

/** A folder of the embedded store, read beside its owner; or a connection to the thread that owns the store. */
export type SearchThreadStart =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "port"; readonly port: MessagePort };

type RemoteSearch = Omit<Search, "tail">;

/** Above what the thread itself lets run and wait, so that its refusal, which says when to come back, is the usual one. */
const MOST_CALLS = 512;

/** `onEnd` is told when the thread ends by itself. */
export function openSearchThread(
  start: SearchThreadStart,
  onEnd: (error: Error) => void,
): RemoteSearch & AsyncDisposable {
  const file = new URL("./search-thread.ts", import.meta.url);
  const options = {
    workerData: start,
    transferList: start.kind === "port" ? [start.port] : [],
  };
  const { worker, end } = ownWorker("search", file, options, onEnd);
  const calls = callsOf(worker, MOST_CALLS);
  // The methods' types are the contract's; the cast only says that the other end keeps them.
  const method = <K extends Exclude<keyof RemoteSearch, "export">>(name: K): RemoteSearch[K] =>
    ((argument: unknown, signal?: AbortSignal) =>
      calls.call(name, argument, { signal })) as unknown as RemoteSearch[K];
  return {
    query: method("query"),
    explainQuery: method("explainQuery"),
    getEntry: (app, id, signal) =>
      calls.call("getEntry", { app, id }, { signal }) as ReturnType<Search["getEntry"]>,
    getContext: method("getContext"),
    getHistogram: method("getHistogram"),
    getPatterns: method("getPatterns"),
    suggestQueries: method("suggestQueries"),
    listFields: method("listFields"),
    listFieldValues: method("listFieldValues"),
    getFacets: method("getFacets"),
    compareWindows: method("compareWindows"),
    received: method("received"),
    export: exportThrough(calls),
    [Symbol.asyncDispose]: () => end((one) => void one.terminate()),
  };
}
