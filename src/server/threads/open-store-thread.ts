/**
 * Starts the store's thread and hands out connections to it.
 */
import { once } from "node:events";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { type Fault, FaultError } from "../../domain/fault.ts";

export interface StoreThreadStart {
  readonly folder: string;
}
export type StoreThreadMessage =
  | { readonly kind: "open" }
  | { readonly kind: "refused"; readonly fault: Fault }
  | { readonly kind: "closed" };

export interface StoreThread extends AsyncDisposable {
  /** @returns the port for `connectStore`, here or, transferred, in another thread. */
  connect(): MessagePort;
}

/** Throws what opening the store throws; `onEnd` is told when the thread ends by itself. */
export async function openStoreThread(
  folder: string,
  onEnd: (error: Error) => void,
): Promise<StoreThread> {
  const start: StoreThreadStart = { folder };
  const worker = new Worker(new URL("./store-thread.ts", import.meta.url), { workerData: start });
  const [first] = (await once(worker, "message")) as [StoreThreadMessage];
  if (first.kind === "refused") {
    await worker.terminate();
    throw new FaultError(first.fault);
  }
  let isClosing = false;
  worker.on("error", (error) => onEnd(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", (code) => {
    if (!isClosing) onEnd(new Error(`the store's thread ended with ${code}`));
  });
  return {
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage(port2, [port2]);
      return port1;
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      const exited = once(worker, "exit");
      worker.postMessage("close");
      await exited;
    },
  };
}
