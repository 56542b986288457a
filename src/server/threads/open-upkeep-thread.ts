/**
 * Starts the thread that merges and deletes.
 */
import type { MessagePort } from "node:worker_threads";
import type { Backlog } from "../../upkeep/backlog.ts";
import { ownWorker } from "./owned-worker.ts";

export interface UpkeepThreadStart {
  /** For `connectStore`. */
  readonly store: MessagePort;
  /** For `connectAccounts`. */
  readonly accounts: MessagePort;
  /** Other processes work on the store, too. */
  readonly isShared: boolean;
  /** How the thread writes its own log. */
  readonly pretty: boolean;
}

/** Disposing of it lets the merge that runs finish. */
export function openUpkeepThread(
  start: UpkeepThreadStart,
  deps: {
    /** Told when the thread ends by itself. */
    readonly onEnd: (error: Error) => void;
    /** Told about once a second. */
    readonly onBacklog: (backlog: Backlog) => void;
  },
): AsyncDisposable {
  const file = new URL("./upkeep-thread.ts", import.meta.url);
  const options = { workerData: start, transferList: [start.store, start.accounts] };
  const { worker, end } = ownWorker("upkeep", file, options, deps.onEnd);
  worker.on("message", (backlog: Backlog) => deps.onBacklog(backlog));
  return { [Symbol.asyncDispose]: () => end((one) => one.postMessage("stop")) };
}
