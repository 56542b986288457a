/**
 * Deletes what nobody can see any more.
 * Invariant: a file is unlinked before the rows that say it is garbage go, so that a crash between the two repeats
 * the unlink; nothing is unlinked while a backup holds the files. A file that cannot be unlinked keeps its row, which
 * the next run finds again, and holds nothing else up. Each step is short: commits run in between.
 */
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";

import type { Clock } from "../../domain/clock.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { StuckBlob } from "../log-store.ts";
import { unpackId } from "../stored-form.ts";
import { type BlobFiles, blobPath } from "./blob-files.ts";
import { bytesOf, getRow, intOf, type Row, transact } from "./database.ts";
import { errorCode } from "./file-layer.ts";
import { BLOB_STATE } from "./log-reads.ts";
import type { SeenBatches } from "./seen-batches.ts";

/** Blobs whose rows go in one transaction. */
const BLOBS_A_STEP = 64;
/** Of what could not be deleted: when the whole disk fails, a few say it all. */
const MAX_TOLD = 100;

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

/** @returns one run of the collection, which answers what it could not delete; runs must not overlap. */
export function createGarbageCollector(deps: {
  db: DatabaseSync;
  blobs: BlobFiles;
  seen: SeenBatches;
  clock: Clock;
  hold: UnlinkHold;
  /** How long absorbed rows and replaced blobs stay readable. */
  graceMs: number;
}): () => Promise<readonly StuckBlob[]> {
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
  // Goes on behind the last of the step before: those that could not be unlinked are still there.
  const dueBlobs = db.prepare(
    `SELECT since_ms, app, bucket, id FROM manifest_blob
     WHERE state > 0 AND since_ms <= ? AND (since_ms, app, bucket, id) > (?, ?, ?, ?)
     ORDER BY since_ms, app, bucket, id LIMIT ${BLOBS_A_STEP}`,
  );
  const deleteBlobRow = db.prepare("DELETE FROM blob WHERE app = ? AND bucket = ? AND id = ?");
  const deleteName = db.prepare(
    "DELETE FROM manifest_blob WHERE app = ? AND bucket = ? AND id = ?",
  );
  const floors = db.prepare("SELECT app, floor FROM app WHERE floor > 0");
  const firstBucket = db.prepare(
    `SELECT min(bucket) AS bucket FROM (
       SELECT min(bucket) AS bucket FROM l0 WHERE app = ?1 AND bucket > ?2
       UNION ALL SELECT min(bucket) FROM manifest WHERE app = ?1 AND bucket > ?2
       UNION ALL SELECT min(bucket) FROM manifest_blob WHERE app = ?1 AND bucket > ?2)`,
  );
  const bucketBlobs = db.prepare(
    "SELECT app, bucket, id FROM manifest_blob WHERE app = ? AND bucket = ?",
  );
  const deleteBucket = ["l0", "manifest", "manifest_blob", "blob", "absorbed"].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE app = ? AND bucket = ?`),
  );
  const insertDropped = db.prepare(
    `INSERT INTO manifest_blob (app, bucket, id, state, since_ms) VALUES (?, ?, ?, ${BLOB_STATE.dropped}, 0)`,
  );

  /** By path; of the run that is under way. */
  const stuck = new Map<string, StuckBlob>();

  /** @returns the rows whose files are gone; undefined when a backup took hold meanwhile: the rest has to wait. */
  const unlinkAll = async (rows: readonly Row[]): Promise<readonly Row[] | undefined> => {
    const gone: Row[] = [];
    for (const row of rows) {
      if (hold.isHeld) return undefined;
      const [app, bucket, id] = [
        unpackId(bytesOf(row, "app")) as AppId,
        intOf(row, "bucket") as Bucket,
        unpackId(bytesOf(row, "id")) as BlobId,
      ];
      try {
        await blobs.unlink(app, bucket, id);
        gone.push(row);
      } catch (error) {
        if (!(error instanceof Error) || errorCode(error) === undefined) throw error;
        const path = blobPath(app, bucket, id);
        if (stuck.size < MAX_TOLD) stuck.set(path, { name: path, reason: error.message });
      }
    }
    return gone;
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
    let behind: readonly [number, Uint8Array, number, Uint8Array] = [
      Number.MIN_SAFE_INTEGER,
      new Uint8Array(0),
      0,
      new Uint8Array(0),
    ];
    for (;;) {
      const rows = dueBlobs.all(clock.nowMs() - graceMs, ...behind);
      const last = rows.at(-1);
      const gone = await unlinkAll(rows);
      if (last === undefined || gone === undefined) return;
      behind = [
        intOf(last, "since_ms"),
        bytesOf(last, "app"),
        intOf(last, "bucket"),
        bytesOf(last, "id"),
      ];
      transact(db, () => {
        for (const row of gone) {
          const name = [bytesOf(row, "app"), intOf(row, "bucket"), bytesOf(row, "id")] as const;
          deleteBlobRow.run(...name);
          deleteName.run(...name);
        }
      });
      await setImmediate();
    }
  };

  const collectBelowFloor = async (app: Uint8Array, floor: number): Promise<void> => {
    let bucket = -1;
    for (;;) {
      const next: unknown = getRow(firstBucket, app, bucket)?.["bucket"];
      if (typeof next !== "number" || next >= floor) return;
      bucket = next;
      const files = bucketBlobs.all(app, bucket);
      const gone = await unlinkAll(files);
      if (gone === undefined) return;
      transact(db, () => {
        for (const statement of deleteBucket) statement.run(app, next);
        for (const row of files)
          if (!gone.includes(row)) insertDropped.run(app, next, bytesOf(row, "id"));
      });
      await setImmediate();
    }
  };

  return async () => {
    stuck.clear();
    await collectSeen();
    await collectAbsorbed();
    await collectReplaced();
    for (const row of floors.all())
      await collectBelowFloor(bytesOf(row, "app"), intOf(row, "floor"));
    return [...stuck.values()];
  };
}
