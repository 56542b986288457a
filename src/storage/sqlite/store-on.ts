/**
 * The embedded store on an open database and a file layer, wherever these come from.
 * Invariant: when it resolves, every file and small blob that no manifest names is gone. It owns the database:
 * disposing of the store waits for what is under way and closes it.
 */
import type { DatabaseSync } from "node:sqlite";

import type { Clock } from "../../domain/clock.ts";
import type { EmbeddedStore } from "../embedded-store.ts";
import type { Store } from "../store.ts";
import { isPackable, packId } from "../stored-form.ts";
import { backUp, type NamedBlob } from "./backup.ts";
import { type BlobFiles, createBlobFiles } from "./blob-files.ts";
import { guarded } from "./database.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";
import { createUnlinkHold } from "./garbage.ts";
import { BLOB_STATE } from "./log-reads.ts";
import { createSqliteLockStore } from "./lock-store.ts";
import { createSqliteLogStore } from "./log-store.ts";
import { migrate } from "./migrations.ts";
import { createSqliteRecordStore } from "./record-store.ts";

/** Longer than a query (10 s), so that hardly any has to plan again. */
const GRACE_MS = 60_000;

export interface SqliteStore extends Store, EmbeddedStore, AsyncDisposable {}

export interface StoreParts {
  readonly db: DatabaseSync;
  readonly files: FileLayer;
  /** The store's folder in `files`, which exists. */
  readonly root: string;
  readonly clock: Clock;
  /** Names the store in messages. */
  readonly where: string;
  /** How long absorbed rows and replaced blobs stay readable; a minute unless said otherwise. */
  readonly graceMs?: number;
  /** As `BackupDeps` has it. */
  copyDatabase(path: string): Promise<readonly NamedBlob[]>;
}

export async function openStoreOn(parts: StoreParts): Promise<SqliteStore> {
  const { db, files, root, clock, where } = parts;
  migrate(db, where, clock.nowMs());
  const blobs = createBlobFiles(files, root);
  await sweep(db, blobs);

  const hold = createUnlinkHold();
  const logs = createSqliteLogStore({
    db,
    blobs,
    clock,
    hold,
    where,
    graceMs: parts.graceMs ?? GRACE_MS,
  });

  /** What must end before the database may close. */
  const underWay = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    // Its caller handles a failure; here only the end counts.
    void work.catch(() => undefined).finally(() => underWay.delete(work));
    return work;
  };

  return {
    logs: {
      ...logs,
      writeBlob: (...args) => track(logs.writeBlob(...args)),
      deleteBlob: (...args) => track(logs.deleteBlob(...args)),
      collectGarbage: () => track(logs.collectGarbage()),
    },
    records: createSqliteRecordStore(db, where),
    locks: createSqliteLockStore(db, where),
    backup: (destination) =>
      track(
        guarded(where, () =>
          backUp(
            { files, root, hold, copyDatabase: (path) => parts.copyDatabase(path) },
            destination,
          ),
        ),
      ),
    freeSpace: () => guarded(where, () => files.freeSpace(root)),
    [Symbol.asyncDispose]: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      if (db.isOpen) db.close();
    },
  };
}

/** Deletes what crashed merges and unlinks left behind; what the disk does not let go is left to the collection. */
async function sweep(db: DatabaseSync, blobs: BlobFiles): Promise<void> {
  db.exec(
    `DELETE FROM blob WHERE NOT EXISTS (SELECT 1 FROM manifest_blob n
       WHERE n.app = blob.app AND n.bucket = blob.bucket AND n.id = blob.id)`,
  );
  const named = db.prepare(
    "SELECT 1 AS found FROM manifest_blob WHERE app = ? AND bucket BETWEEN ? AND ? AND id = ?",
  );
  const drop = db.prepare(
    `INSERT INTO manifest_blob (app, bucket, id, state, since_ms) VALUES (?, ?, ?, ${BLOB_STATE.dropped}, 0)`,
  );
  await blobs.sweep({
    isNamed: ({ app, buckets, id }) =>
      buckets !== undefined &&
      isPackable(app) &&
      isPackable(id) &&
      named.get(packId(app), buckets.first, buckets.last, packId(id)) !== undefined,
    onStuck: ({ app, buckets, id }, error) => {
      if (errorCode(error) === undefined) throw error;
      // What somebody else put there is in nobody's way.
      if (buckets === undefined || !isPackable(app) || !isPackable(id)) return;
      drop.run(packId(app), buckets.first, packId(id));
    },
  });
}
