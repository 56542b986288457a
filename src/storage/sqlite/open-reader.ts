/**
 * Reads a store from a thread of its own, beside the one that writes.
 * Invariant: it never writes and takes no lock a commit waits for; a call sees every commit acknowledged before it.
 */
import { join, resolve } from "node:path";

import { DATABASE_FILE } from "./backup.ts";
import { createBlobFiles } from "./blob-files.ts";
import { faultOf, openReadOnly } from "./database.ts";
import { diskFiles, type FileLayer } from "./file-layer.ts";
import type { LogReads } from "../log-store.ts";
import { createLogReads } from "./log-reads.ts";

export interface SqliteReader extends LogReads, Disposable {}

/** @param folder one that `openSqliteStore` has open, in whatever thread of this process. */
export function openSqliteReader(folder: string, files: FileLayer = diskFiles()): SqliteReader {
  const root = resolve(folder);
  try {
    const db = openReadOnly(join(root, DATABASE_FILE));
    try {
      return {
        ...createLogReads(db, createBlobFiles(files, root), root),
        [Symbol.dispose]: () => db.close(),
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw faultOf(error, root);
  }
}
