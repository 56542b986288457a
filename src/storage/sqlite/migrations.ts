/**
 * The tables of the embedded store, as steps that are applied once and in order.
 * Invariant: a step that was ever released never changes; its checksum in the store says so. Each step and its
 * mark are one transaction. A store that knows a step this program does not is left untouched.
 */
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

import { conflict, corrupt } from "../../domain/fault.ts";
import { intOf, textOf, transact } from "./database.ts";

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The version of a store is the number of steps it has seen. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: "first tables",
    sql: `
-- What group commits wrote. An epoch is the id of its commit's first row; AUTOINCREMENT keeps ids fresh for ever.
-- The block comes last: whoever reads the columns before it never touches its pages.
CREATE TABLE l0 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  epoch INTEGER NOT NULL,
  app BLOB NOT NULL,
  bucket INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  min_time INTEGER NOT NULL,
  max_time INTEGER NOT NULL,
  committed_ms INTEGER NOT NULL,
  parts TEXT NOT NULL,
  summary BLOB NOT NULL,
  batches BLOB NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
-- Covers sums over rows, so that they do not read blocks.
CREATE INDEX l0_unit ON l0 (app, bucket, epoch, rows, size_bytes, min_time, max_time, committed_ms);

-- Batches of the last day. By the time of receipt first: old ones go as one range.
CREATE TABLE seen (
  slot INTEGER NOT NULL,
  app BLOB NOT NULL,
  batch BLOB NOT NULL,
  PRIMARY KEY (slot, app, batch)
) STRICT, WITHOUT ROWID;

CREATE TABLE manifest (
  app BLOB NOT NULL,
  bucket INTEGER NOT NULL,
  version INTEGER NOT NULL,
  nonce TEXT NOT NULL,
  through INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  min_time INTEGER,
  max_time INTEGER,
  totals BLOB NOT NULL,
  segments TEXT NOT NULL,
  PRIMARY KEY (app, bucket)
) STRICT;

-- Every blob that a manifest names (0), has in its trash (1) or has let go of (2), since when.
CREATE TABLE manifest_blob (
  app BLOB NOT NULL,
  bucket INTEGER NOT NULL,
  id BLOB NOT NULL,
  state INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (app, bucket, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX manifest_blob_garbage ON manifest_blob (since_ms) WHERE state > 0;

-- Blobs too small for a file of their own.
CREATE TABLE blob (
  app BLOB NOT NULL,
  bucket INTEGER NOT NULL,
  id BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (app, bucket, id)
) STRICT;

-- Which L0 rows a merge has absorbed: marking the rows themselves would rewrite their blocks.
CREATE TABLE absorbed (
  at_ms INTEGER NOT NULL,
  app BLOB NOT NULL,
  bucket INTEGER NOT NULL,
  through INTEGER NOT NULL,
  PRIMARY KEY (at_ms, app, bucket, through)
) STRICT, WITHOUT ROWID;

-- gone: the newest epoch of which an absorbed row was deleted.
CREATE TABLE app (
  app BLOB PRIMARY KEY,
  floor INTEGER NOT NULL,
  gone INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
  name TEXT NOT NULL,
  partition TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name, partition, key)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    name: "locks",
    sql: `
-- Rows are never deleted: with one would go its fence.
CREATE TABLE job_lock (
  name TEXT PRIMARY KEY,
  fence INTEGER NOT NULL,
  beat INTEGER NOT NULL,
  owner TEXT NOT NULL,
  nonce TEXT NOT NULL,
  lease_ms INTEGER NOT NULL,
  host TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
  },
  {
    name: "hours of unfinished batches",
    sql: `
-- The buckets stored of a batch of which a clock refused others, JSON; null: nothing more of it will come.
ALTER TABLE seen ADD COLUMN hours TEXT;
`,
  },
];

/** Brings the store in `db` to the last of `migrations`; throws `conflict` when it is newer, `corrupt` when it differs. */
export function migrate(
  db: DatabaseSync,
  where: string,
  nowMs: number,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  db.exec(
    "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT",
  );
  const applied = db
    .prepare("SELECT version, name, checksum FROM migration ORDER BY version")
    .all();
  if (applied.length > migrations.length) {
    throw conflict(
      `the store in ${where} has version ${applied.length}, this program knows versions up to ${migrations.length}: start the newer program on it, or restore a backup made before the update`,
    );
  }
  for (const [i, row] of applied.entries()) {
    const step = migrations[i];
    if (
      intOf(row, "version") !== i + 1 ||
      step === undefined ||
      textOf(row, "checksum") !== checksum(step)
    ) {
      throw corrupt(`the store in ${where}`, `its step ${i + 1} is not the one this program made`);
    }
  }
  const mark = db.prepare("INSERT INTO migration VALUES (?, ?, ?, ?)");
  for (const [i, step] of migrations.entries()) {
    if (i < applied.length) continue;
    transact(db, () => {
      db.exec(step.sql);
      mark.run(i + 1, step.name, checksum(step), nowMs);
    });
  }
}

function checksum(step: Migration): string {
  return createHash("sha256").update(step.sql).digest("hex");
}
