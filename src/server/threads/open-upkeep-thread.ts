/**
 * Starts the thread that merges.
 */
import { once } from "node:events";
import { type MessagePort, Worker } from "node:worker_threads";

/** Disposing of it lets the merge that runs finish. `onEnd` is told when the thread ends by itself. */
export function openUpkeepThread(
  store: MessagePort,
  deps: { readonly pretty: boolean; readonly onEnd: (error: Error) => void },
): AsyncDisposable {
  const worker = new Worker(new URL("./upkeep-thread.ts", import.meta.url), {
    workerData: { store, pretty: deps.pretty },
    transferList: [store],
  });
  let isClosing = false;
  worker.on("error", (error) =>
    deps.onEnd(error instanceof Error ? error : new Error(String(error))),
  );
  worker.on("exit", (code) => {
    if (!isClosing) deps.onEnd(new Error(`the upkeep thread ended with ${code}`));
  });
  return {
    async [Symbol.asyncDispose]() {
      isClosing = true;
      const exited = once(worker, "exit");
      worker.postMessage("stop");
      await exited;
    },
  };
}
