/**
 * Starts the store's thread and hands out connections to it.
 */
import { once } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { errorOf, type Thrown } from "../../domain/thrown.ts";
import type { StoreSettings } from "../settings.ts";
import { ownWorker } from "./owned-worker.ts";

export interface StoreThreadStart {
  readonly store: StoreSettings;
  /** How the thread writes its own log. */
  readonly pretty: boolean;
}
export type StoreThreadMessage =
  | { readonly kind: "open" }
  | { readonly kind: "failed"; readonly thrown: Thrown }
  | { readonly kind: "closed" };

export interface StoreThread extends AsyncDisposable {
  /** @returns the port for `connectStore`, here or, transferred, in another thread. */
  connect(): MessagePort;
}

/** Throws what opening the store throws; `onEnd` is told when the thread ends by itself. */
export async function openStoreThread(
  start: StoreThreadStart,
  onEnd: (error: Error) => void,
): Promise<StoreThread> {
  const file = new URL("./store-thread.ts", import.meta.url);
  const { worker, end } = ownWorker("store", file, { workerData: start }, onEnd);
  const [first] = (await once(worker, "message")) as [StoreThreadMessage];
  if (first.kind === "failed") {
    await end((one) => void one.terminate());
    throw errorOf(first.thrown);
  }
  return {
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage(port2, [port2]);
      return port1;
    },
    [Symbol.asyncDispose]: () =>
      end((one) => {
        // A driver leaves timers behind of connections that closed under it, each for half a minute.
        one.on("message", (message: StoreThreadMessage) => {
          if (message.kind === "closed") void one.terminate();
        });
        one.postMessage("close");
      }),
  };
}
