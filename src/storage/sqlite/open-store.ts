/**
 * Opens the embedded store: a folder with one database and the files of merged blobs, or all of it in memory.
 * Invariant: one process has the folder; when opening resolves, tables are current and the folder is durable.
 */
import { closeSync, existsSync, openSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";

import type { Clock } from "../../domain/clock.ts";
import { corrupt } from "../../domain/fault.ts";
import { DATABASE_FILE, type NamedBlob, namedFiles } from "./backup.ts";
import { BLOCKS_FOLDER } from "./blob-files.ts";
import { guarded, openWriter } from "./database.ts";
import { diskFiles, type FileLayer, makeRoot } from "./file-layer.ts";
import { lockFolder } from "./folder-lock.ts";
import { memoryFiles } from "./memory-files.ts";
import { openStoreOn, type SqliteStore } from "./store-on.ts";

export type { SqliteStore } from "./store-on.ts";

export interface SqliteStoreOptions {
  /** Made when missing, 0700; ":memory:" keeps nothing. */
  readonly folder: string;
  readonly clock: Clock;
  /** The real file system, or one in memory for ":memory:", unless said otherwise. */
  readonly files?: FileLayer;
  /** How long absorbed rows and replaced blobs stay readable; a minute unless said otherwise. */
  readonly graceMs?: number;
}

/** Throws `conflict` when the folder is in use or the store is newer than the program, `corrupt` when it is damaged. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  return options.folder === ":memory:" ? openInMemory(options) : openFolder(options);
}

async function openInMemory(options: SqliteStoreOptions): Promise<SqliteStore> {
  const files = options.files ?? memoryFiles();
  const db = openWriter(":memory:");
  return openStoreOn({
    ...options,
    db,
    files,
    root: "/",
    where: "memory",
    copyDatabase: async (path) => {
      const named = namedFiles(db);
      await files.write(path, db.serialize());
      return named;
    },
  });
}

async function openFolder(options: SqliteStoreOptions): Promise<SqliteStore> {
  const root = resolve(options.folder);
  const files = options.files ?? diskFiles();
  return guarded(root, async () => {
    makeRoot(root);
    await using undo = new AsyncDisposableStack();
    undo.use(lockFolder(root));
    const path = join(root, DATABASE_FILE);
    // An empty database would sweep every block away.
    if (!existsSync(path) && (await files.list(join(root, BLOCKS_FOLDER))).length > 0) {
      throw corrupt(
        `the store in ${root}`,
        `${DATABASE_FILE} is missing beside its ${BLOCKS_FOLDER}: restore it, or start with an empty folder`,
      );
    }
    // SQLite gives its log and index the mode of the database.
    closeSync(openSync(path, "a", 0o600));
    const db = undo.adopt(openWriter(path), (opened) => {
      if (opened.isOpen) opened.close();
    });
    const store = await openStoreOn({
      ...options,
      db,
      files,
      root,
      where: root,
      copyDatabase: (to) => copyDatabase(db, to),
    });
    await files.fsyncDir(root);
    await files.fsyncDir(dirname(root));
    const held = undo.move();
    return {
      ...store,
      [Symbol.asyncDispose]: async () => {
        await store[Symbol.asyncDispose]();
        await held.disposeAsync();
      },
    };
  });
}

async function copyDatabase(db: DatabaseSync, to: string): Promise<readonly NamedBlob[]> {
  // Commits made meanwhile through this same connection reach the copy too: it is of the moment it ends.
  await backup(db, to);
  const copy = new DatabaseSync(to);
  try {
    // One file without a log beside it; opening the copy as a store turns the log on again.
    copy.exec("PRAGMA journal_mode = DELETE");
    return namedFiles(copy);
  } finally {
    copy.close();
  }
}
