/**
 * Thread that owns the store: SQLite's calls block, and one thread's connections to a cluster are enough.
 * Begins by telling whether the store is open; then serves every port it is sent.
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { thrownOf } from "../../domain/thrown.ts";
import { serveStore } from "../../storage/remote-store.ts";
import { openSqliteStore } from "../../storage/sqlite/open-store.ts";
import { openDistributedStore } from "../distributed-store.ts";
import { createOwnLog } from "../own-log.ts";
import { systemClock as clock } from "../system-clock.ts";
import type { StoreThreadMessage, StoreThreadStart } from "./open-store-thread.ts";

const port = parentPort;
if (port === null) throw new Error("this file is a thread's, not a program's");
const { store: settings, pretty } = workerData as StoreThreadStart;
const logger = createOwnLog({
  pretty,
  write: (line) => void process.stdout.write(line),
  nowMs: () => clock.nowMs(),
}).with({ room: "store" });
const say = (message: StoreThreadMessage): void => port.postMessage(message);
try {
  const store =
    settings.kind === "sqlite"
      ? await openSqliteStore({ folder: settings.folder, clock })
      : await openDistributedStore({ options: settings.options, clock, logger });
  port.on("message", (message: MessagePort | "close") => {
    if (message !== "close") return serveStore(store, message);
    void store[Symbol.asyncDispose]().then(() => {
      say({ kind: "closed" });
      port.close();
    });
  });
  say({ kind: "open" });
} catch (error) {
  // A driver's error loses its text on the way, so a bug is told in words, too.
  say({ kind: "failed", thrown: thrownOf(error) });
}
