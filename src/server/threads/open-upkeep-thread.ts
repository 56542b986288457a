/**
 * Starts the thread that merges.
 */
import type { MessagePort } from "node:worker_threads";
import { ownWorker } from "./owned-worker.ts";

/** Disposing of it lets the merge that runs finish. `onEnd` is told when the thread ends by itself. */
export function openUpkeepThread(
  store: MessagePort,
  deps: { readonly pretty: boolean; readonly onEnd: (error: Error) => void },
): AsyncDisposable {
  const file = new URL("./upkeep-thread.ts", import.meta.url);
  const options = { workerData: { store, pretty: deps.pretty }, transferList: [store] };
  const { end } = ownWorker("upkeep", file, options, deps.onEnd);
  return { [Symbol.asyncDispose]: () => end((worker) => worker.postMessage("stop")) };
}
