/**
 * Thread that merges and deletes: CPU work that must not delay requests or commits.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { applicationIds, retentionOf } from "../../accounts/retentions.ts";
import { parseBlobId } from "../../domain/ids.ts";
import { createLeases } from "../../storage/lease.ts";
import { connectStore } from "../../storage/remote-store.ts";
import type { Backlog } from "../../upkeep/backlog.ts";
import { runUpkeep, UPKEEP_LEASE_MS } from "../../upkeep/upkeep.ts";
import { createOwnLog } from "../own-log.ts";
import { systemClock as clock } from "../system-clock.ts";
import { connectAccounts } from "./account-calls.ts";
import type { UpkeepThreadStart } from "./open-upkeep-thread.ts";

const port = parentPort;
if (port === null) throw new Error("this file is a thread's, not a program's");
const start = workerData as UpkeepThreadStart;
const { logs, records, locks, [Symbol.dispose]: close } = connectStore(start.store);
const accounts = connectAccounts(start.accounts);
const newNonce = (): string => randomBytes(12).toString("base64url");
const stop = new AbortController();
port.once("message", () => stop.abort());
const leases = createLeases({
  locks,
  clock,
  leaseMs: UPKEEP_LEASE_MS,
  owner: randomUUID(),
  host: hostname(),
  newNonce,
});
await runUpkeep(
  {
    store: logs,
    retentions: {
      ids: () => applicationIds(records),
      of: (id) => retentionOf(records, id),
      finishDeletion: (id) => accounts.finishDeletion(id),
    },
    tidyAccounts: (signal) => accounts.tidy(signal),
    clock,
    logger: createOwnLog({
      pretty: start.pretty,
      write: (line) => void process.stdout.write(line),
      nowMs: () => clock.nowMs(),
    }).with({ room: "upkeep" }),
    newBlobId: () => parseBlobId(randomUUID()),
    newNonce,
    // Where nobody else may open the store, its folder's lock is the lease.
    ...(start.isShared ? { shared: { leases, leaseMs: UPKEEP_LEASE_MS } } : {}),
    onBacklog: (backlog: Backlog) => port.postMessage(backlog),
  },
  stop.signal,
);
close();
start.accounts.close();
port.close();
