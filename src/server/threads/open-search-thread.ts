/**
 * Starts the search thread; what it gives is the read side as if it were here.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Search } from "../../search/search.ts";
import { connectCalls } from "./thread-calls.ts";

export interface SearchThreadStart {
  readonly folder: string;
}

type RemoteSearch = Omit<Search, "tail">;

export function openSearchThread(folder: string): RemoteSearch & AsyncDisposable {
  const start: SearchThreadStart = { folder };
  const worker = new Worker(new URL("./search-thread.ts", import.meta.url), { workerData: start });
  const calls = connectCalls(worker);
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
    async [Symbol.asyncDispose]() {
      const exited = once(worker, "exit");
      await worker.terminate();
      await exited;
    },
  };
}
