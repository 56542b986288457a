/**
 * Thread that merges: CPU work that must not delay requests or commits.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { parseBlobId } from "../../domain/ids.ts";
import { connectStore } from "../../storage/remote-store.ts";
import { runUpkeep } from "../../upkeep/upkeep.ts";
import { createOwnLog } from "../own-log.ts";
import { systemClock } from "../system-clock.ts";

const port = parentPort;
if (port === null) throw new Error("this file is a thread's, not a program's");
const { store: storePort, pretty } = workerData as { store: MessagePort; pretty: boolean };
const store = connectStore(storePort);
const stop = new AbortController();
port.once("message", () => stop.abort());
await runUpkeep(
  {
    store: store.logs,
    clock: systemClock,
    logger: createOwnLog({
      pretty,
      write: (line) => void process.stdout.write(line),
      nowMs: () => systemClock.nowMs(),
    }).with({ room: "upkeep" }),
    newBlobId: () => parseBlobId(randomUUID()),
    newNonce: () => randomBytes(12).toString("base64url"),
  },
  stop.signal,
);
store[Symbol.dispose]();
port.close();
