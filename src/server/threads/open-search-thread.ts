/**
 * Starts the search thread; what it gives is the read side as if it were here.
 */
import type { Search } from "../../search/search.ts";
import { ownWorker } from "./owned-worker.ts";
import { callsOf } from "./worker-calls.ts";

export interface SearchThreadStart {
  readonly folder: string;
}

type RemoteSearch = Omit<Search, "tail">;

/** Above what the thread itself lets run and wait, so that its refusal, which says when to come back, is the usual one. */
const MOST_CALLS = 512;

/** `onEnd` is told when the thread ends by itself. */
export function openSearchThread(
  folder: string,
  onEnd: (error: Error) => void,
): RemoteSearch & AsyncDisposable {
  const start: SearchThreadStart = { folder };
  const file = new URL("./search-thread.ts", import.meta.url);
  const { worker, end } = ownWorker("search", file, { workerData: start }, onEnd);
  const calls = callsOf(worker, MOST_CALLS);
  // The methods' types are the contract's; the cast only says that the other end keeps them.
  const method = <K extends keyof RemoteSearch>(name: K): RemoteSearch[K] =>
    ((argument: unknown, signal?: AbortSignal) =>
      calls.call(name, argument, { signal })) as unknown as RemoteSearch[K];
  return {
    query: method("query"),
    getEntry: (app, id, signal) =>
      calls.call("getEntry", { app, id }, { signal }) as ReturnType<Search["getEntry"]>,
    getContext: method("getContext"),
    getHistogram: method("getHistogram"),
    listFields: method("listFields"),
    listFieldValues: method("listFieldValues"),
    received: method("received"),
    [Symbol.asyncDispose]: () => end((one) => void one.terminate()),
  };
}
