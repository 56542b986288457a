/**
 * Deletes what nobody can see any more.
 * Invariant: a file is unlinked before the rows that say it is garbage go, so that a crash between the two repeats
 * the unlink; nothing is unlinked while a backup holds the files. Each step is short: commits run in between.
 */
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";

import type { Clock } from "../../domain/clock.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { BlobFiles } from "./blob-files.ts";
import { bytesOf, getRow, intOf, type Row, transact } from "./database.ts";
import { unpackId } from "./row-codec.ts";
import type { SeenBatches } from "./seen-batches.ts";

/** Blobs whose rows go in one transaction. */
const BLOBS_A_STEP = 64;

/** Keeps files from being unlinked while it is held. */
export interface UnlinkHold {
  hold(): () => void;
  readonly isHeld: boolean;
}

export function createUnlinkHold(): UnlinkHold {
  let holders = 0;
  return {
    hold() {
      holders++;
      let released = false;
      return () => {
        if (!released) holders--;
        released = true;
      };
    },
    get isHeld() {
      return holders > 0;
    },
  };
}

/** @returns one run of the collection; runs must not overlap. */
export function createGarbageCollector(deps: {
  db: DatabaseSync;
  blobs: BlobFiles;
  seen: SeenBatches;
  clock: Clock;
  hold: UnlinkHold;
  /** How long absorbed rows and replaced blobs stay readable. */
  graceMs: number;
}): () => Promise<void> {
  const { db, blobs, seen, clock, hold, graceMs } = deps;
  const dueAbsorbed = db.prepare(
    "SELECT at_ms, app, bucket, through FROM absorbed WHERE at_ms <= ? ORDER BY at_ms LIMIT 1",
  );
  const newestAbsorbed = db.prepare(
    "SELECT max(epoch) AS epoch FROM l0 WHERE app = ? AND bucket = ? AND epoch <= ?",
  );
  const deleteL0 = db.prepare("DELETE FROM l0 WHERE app = ? AND bucket = ? AND epoch <= ?");
  const noteGone = db.prepare(
    `INSERT INTO app (app, floor, gone) VALUES (?, 0, ?)
     ON CONFLICT (app) DO UPDATE SET gone = max(gone, excluded.gone)`,
  );
  const deleteAbsorbed = db.prepare(
    "DELETE FROM absorbed WHERE at_ms = ? AND app = ? AND bucket = ? AND through = ?",
  );
  const dueBlobs = db.prepare(
    `SELECT app, bucket, id FROM manifest_blob WHERE state > 0 AND since_ms <= ? LIMIT ${BLOBS_A_STEP}`,
  );
  const deleteBlobRow = db.prepare("DELETE FROM blob WHERE app = ? AND bucket = ? AND id = ?");
  const deleteName = db.prepare(
    "DELETE FROM manifest_blob WHERE app = ? AND bucket = ? AND id = ?",
  );
  const floors = db.prepare("SELECT app, floor FROM app WHERE floor > 0");
  const firstBucket = db.prepare(
    `SELECT min(bucket) AS bucket FROM (
       SELECT min(bucket) AS bucket FROM l0 WHERE app = ?1
       UNION ALL SELECT min(bucket) FROM manifest WHERE app = ?1
       UNION ALL SELECT min(bucket) FROM manifest_blob WHERE app = ?1)`,
  );
  const bucketBlobs = db.prepare(
    "SELECT app, bucket, id FROM manifest_blob WHERE app = ? AND bucket = ?",
  );
  const deleteBucket = ["l0", "manifest", "manifest_blob", "blob", "absorbed"].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE app = ? AND bucket = ?`),
  );

  /** @returns false when a backup took hold meanwhile: the rest has to wait. */
  const unlinkAll = async (rows: readonly Row[]): Promise<boolean> => {
    for (const row of rows) {
      if (hold.isHeld) return false;
      await blobs.unlink(
        unpackId(bytesOf(row, "app")) as AppId,
        intOf(row, "bucket") as Bucket,
        unpackId(bytesOf(row, "id")) as BlobId,
      );
    }
    return true;
  };

  const collectSeen = async (): Promise<void> => {
    while (seen.pruneSome(clock.nowMs())) await setImmediate();
  };

  const collectAbsorbed = async (): Promise<void> => {
    for (;;) {
      const row = getRow(dueAbsorbed, clock.nowMs() - graceMs);
      if (row === undefined) return;
      const [app, bucket, through] = [
        bytesOf(row, "app"),
        intOf(row, "bucket"),
        intOf(row, "through"),
      ];
      transact(db, () => {
        const newest = getRow(newestAbsorbed, app, bucket, through)?.["epoch"];
        if (typeof newest === "number") noteGone.run(app, newest);
        deleteL0.run(app, bucket, through);
        deleteAbsorbed.run(intOf(row, "at_ms"), app, bucket, through);
      });
      await setImmediate();
    }
  };

  const collectReplaced = async (): Promise<void> => {
    for (;;) {
      const rows = dueBlobs.all(clock.nowMs() - graceMs);
      if (rows.length === 0 || !(await unlinkAll(rows))) return;
      transact(db, () => {
        for (const row of rows) {
          const name = [bytesOf(row, "app"), intOf(row, "bucket"), bytesOf(row, "id")] as const;
          deleteBlobRow.run(...name);
          deleteName.run(...name);
        }
      });
      await setImmediate();
    }
  };

  const collectBelowFloor = async (app: Uint8Array, floor: number): Promise<void> => {
    for (;;) {
      const bucket = getRow(firstBucket, app)?.["bucket"];
      if (typeof bucket !== "number" || bucket >= floor) return;
      if (!(await unlinkAll(bucketBlobs.all(app, bucket)))) return;
      transact(db, () => {
        for (const statement of deleteBucket) statement.run(app, bucket);
      });
      await setImmediate();
    }
  };

  return async () => {
    await collectSeen();
    await collectAbsorbed();
    await collectReplaced();
    for (const row of floors.all())
      await collectBelowFloor(bytesOf(row, "app"), intOf(row, "floor"));
  };
}
