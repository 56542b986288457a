/**
 * Reads a store from a thread of its own, beside the one that writes.
 * Invariant: it never writes and takes no lock a commit waits for; a call sees every commit acknowledged before it.
 */
import { join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { DATABASE_FILE } from "./backup.ts";
import { createBlobFiles } from "./blob-files.ts";
import { faultOf, openReadOnly } from "./database.ts";
import { diskFiles, type FileLayer } from "./file-layer.ts";
import type { LogReads } from "../log-store.ts";
import { createLogReads } from "./log-reads.ts";
import type { RecordReads } from "../record-store.ts";
import { createRecordReads } from "./record-store.ts";

export interface SqliteReader extends LogReads, Disposable {}

export interface SqliteRecordReader extends RecordReads, Disposable {}

/** @param folder one that `openSqliteStore` has open, in whatever thread of this process. */
export function openSqliteReader(folder: string, files: FileLayer = diskFiles()): SqliteReader {
  return openOn(folder, (db, root) => createLogReads(db, createBlobFiles(files, root), root));
}

/**
 * Reads the small rows alone. A look-up by key takes some microseconds, less than a message to another thread:
 * this is for threads that must not wait, too.
 * @param folder one that `openSqliteStore` has open, in whatever thread of this process.
 */
export function openSqliteRecordReader(folder: string): SqliteRecordReader {
  return openOn(folder, createRecordReads);
}

function openOn<Reads extends object>(
  folder: string,
  readsOn: (db: DatabaseSync, root: string) => Reads,
): Reads & Disposable {
  const root = resolve(folder);
  try {
    const db = openReadOnly(join(root, DATABASE_FILE));
    try {
      return { ...readsOn(db, root), [Symbol.dispose]: () => db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw faultOf(error, root);
  }
}
