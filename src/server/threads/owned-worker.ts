/**
 * A thread that this process needs: its end is either asked for or a failure of the whole.
 * Invariant: `end` resolves when the thread is gone, also when it was gone before.
 */
import { inspect } from "node:util";
import { Worker, type WorkerOptions } from "node:worker_threads";

export interface OwnedWorker {
  readonly worker: Worker;
  /** @param ask tells the thread to stop; it may take its time. */
  readonly end: (ask: (worker: Worker) => void) => Promise<void>;
}

/** @param onEnd told when the thread ends by itself; `name` says which. */
export function ownWorker(
  name: string,
  file: URL,
  options: WorkerOptions,
  onEnd: (error: Error) => void,
): OwnedWorker {
  const worker = new Worker(file, options);
  const gone = Promise.withResolvers<void>();
  let isClosing = false;
  worker.on("error", (error) => {
    if (!isClosing) onEnd(error instanceof Error ? error : new Error(inspect(error)));
  });
  worker.once("exit", (code) => {
    gone.resolve();
    if (!isClosing) onEnd(new Error(`the ${name} thread ended with ${code}`));
  });
  return {
    worker,
    end: (ask) => {
      isClosing = true;
      ask(worker);
      return gone.promise;
    },
  };
}
