/**
 * Thread that owns the embedded store: SQLite's calls block.
 * Begins by telling whether the store is open; then serves every port it is sent.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { FaultError } from "../../domain/fault.ts";
import { openSqliteStore } from "../../storage/sqlite/open-store.ts";
import { serveStore } from "../../storage/remote-store.ts";
import { systemClock } from "../system-clock.ts";
import type { StoreThreadMessage, StoreThreadStart } from "./open-store-thread.ts";

const port = parentPort;
if (port === null) throw new Error("this file is a thread's, not a program's");
const { folder } = workerData as StoreThreadStart;
const say = (message: StoreThreadMessage): void => port.postMessage(message);
try {
  const store = await openSqliteStore({ folder, clock: systemClock });
  port.on("message", (message: MessagePort | "close") => {
    if (message !== "close") return serveStore(store, message);
    void store[Symbol.asyncDispose]().then(() => {
      say({ kind: "closed" });
      port.close();
    });
  });
  say({ kind: "open" });
} catch (error) {
  if (error instanceof FaultError) say({ kind: "refused", fault: error.fault });
  else throw error;
}
