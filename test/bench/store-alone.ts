/**
 * Entries in the embedded store without a server: encoded as ingest does it, merged as upkeep does it.
 * Invariant: what is measured begins when the entries are in the store.
 */
import { randomBytes, randomUUID, randomUUIDv7 } from "node:crypto";
import { join } from "node:path";
import { SendLogsRequest } from "../../generated/client/argus/v1/log_service.ts";
import { type AppId, parseAppId, parseBatchId, parseBlobId } from "../../src/domain/ids.ts";
import { type Bucket, bucketStartMs } from "../../src/domain/time-range.ts";
import { createEncoder } from "../../src/server/encoder.ts";
import { systemClock as clock } from "../../src/server/system-clock.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import type { MergeDeps } from "../../src/upkeep/merge-l0.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { protobufBodies } from "./bodies.ts";

export interface StoreAlone extends AsyncDisposable {
  readonly logs: LogStore;
  readonly merging: MergeDeps;
  readonly app: AppId;
}

/** @param of a data folder that is there, and an application in it; both of their own unless said otherwise. */
export async function storeAlone(of?: { folder: string; app: AppId }): Promise<StoreAlone> {
  await using undo = new AsyncDisposableStack();
  const folder = of?.folder ?? join(undo.use(await tempFolder()).path, "data");
  const { logs } = undo.use(await openSqliteStore({ folder, clock }));
  const held = undo.move();
  return {
    logs,
    app: of?.app ?? parseAppId(randomUUID()),
    merging: {
      store: logs,
      newBlobId: () => parseBlobId(randomUUID()),
      newNonce: () => randomBytes(12).toString("base64url"),
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const ENTRIES_A_REQUEST = 1_000;

/**
 * Commits `entries` of one hour, as requests of 1,000, so many in a group commit.
 * @returns the bytes of the rows.
 */
export async function commitHour(
  { logs, app }: StoreAlone,
  bucket: Bucket,
  entries: number,
  requestsACommit: number,
): Promise<number> {
  const encode = createEncoder();
  const endMs = bucketStartMs(bucket) + 3_599_000;
  const bodies = protobufBodies({
    bodies: Math.ceil(entries / ENTRIES_A_REQUEST),
    entriesEach: ENTRIES_A_REQUEST,
    seed: 1,
    endMs,
  });
  let sizeBytes = 0;
  for (let from = 0; from < bodies.length; from += requestsACommit) {
    const batches = bodies.slice(from, from + requestsACommit).map(({ base64 }) => {
      const batch = parseBatchId(randomUUIDv7());
      const body = SendLogsRequest.decode(Buffer.from(base64, "base64"));
      return {
        app,
        batch,
        kind: "send-logs-protobuf" as const,
        body: SendLogsRequest.encode({ ...body, batchId: batch }).finish(),
        defaultTimeMs: endMs,
        receivedMs: endMs,
        admitFrom: 0 as Bucket,
        admitTo: bucket,
        service: "",
        host: "",
        timeFromLine: false,
      };
    });
    const { rows } = encode(batches);
    sizeBytes += rows.reduce((sum, row) => sum + row.meta.sizeBytes, 0);
    await logs.commit(rows);
  }
  return sizeBytes;
}
