/**
 * One SQLite connection as the store wants it, and what its failures mean.
 * Invariant: a connection that writes runs in WAL mode with synchronous=FULL: a COMMIT that returned has
 * synced the log. A transaction is opened and ended within one turn of the event loop.
 */
import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";

import { corrupt, FaultError, overloaded } from "../../domain/fault.ts";
import { errorCode } from "./file-layer.ts";

/** Another connection of ours holds the lock for a checkpoint at most; longer than this is a fault. */
const BUSY_MS = 5_000;
/** The log is cut back to this after a checkpoint, or one large transaction would hold its space for ever. */
const WAL_LIMIT_BYTES = 67_108_864;

export type Row = Record<string, SQLOutputValue>;

/** @param path a file, or ":memory:". */
export function openWriter(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  // Larger pages commit blocks of 300 KB and more 1.6 times faster than 4 KiB; fixed by the first table.
  db.exec("PRAGMA page_size = 16384");
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec(`PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
  return db;
}

export function openReadOnly(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: BUSY_MS, readOnly: true });
}

/** Runs `work` in one transaction that is undone as a whole when anything throws. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  return inTransaction(db, "BEGIN IMMEDIATE", work);
}

/** Runs `work` so that all its reads see one moment. */
export function readMoment<T>(db: DatabaseSync, work: () => T): T {
  return inTransaction(db, "BEGIN", work);
}

function inTransaction<T>(db: DatabaseSync, begin: string, work: () => T): T {
  db.exec(begin);
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk may have rolled back already.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** Runs `work` and translates what SQLite and the file system throw; everything the store does goes through it. */
export async function guarded<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(error, folder);
  }
}

const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDb: 26,
};

/** @returns a FaultError for what the world refuses; `error` itself when it is a bug. */
export function faultOf(error: unknown, folder: string): unknown {
  if (error instanceof FaultError || !(error instanceof Error)) return error;
  const cause = { cause: error };
  switch (errorCode(error)) {
    case "ERR_SQLITE_ERROR":
      return faultOfSqlite(error, folder);
    case "ENOSPC":
    case "EDQUOT":
      return new FaultError(diskFull().fault, cause);
    case "EIO":
    case "EROFS":
    case "EMFILE":
    case "ENFILE":
    case "EACCES":
      return new FaultError(diskFailed(String(errorCode(error))).fault, cause);
    default:
      return error;
  }
}

// Any caller is told these: where the store lies, and what a path is called, is in the cause, for the log.
function diskFull(): FaultError {
  return overloaded(
    "the server's disk is full: nothing was stored; it goes on by itself when there is room",
    10_000,
  );
}

function diskFailed(how: string): FaultError {
  return overloaded(`the server's disk failed: ${how}`);
}

function faultOfSqlite(error: Error, folder: string): unknown {
  const code = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
  const cause = { cause: error };
  switch (code) {
    case SQLITE.full:
      return new FaultError(diskFull().fault, cause);
    case SQLITE.busy:
    case SQLITE.locked:
      return new FaultError(overloaded("the store is busy").fault, cause);
    case SQLITE.io:
    case SQLITE.cannotOpen:
    case SQLITE.readOnly:
      return new FaultError(diskFailed(error.message).fault, cause);
    case SQLITE.corrupt:
    case SQLITE.notDb:
      return new FaultError(corrupt(`the database in ${folder}`, error.message).fault, cause);
    default:
      return error;
  }
}

/** @returns the statement with integers as bigint: the only way to read nanoseconds. */
export function prepareWide(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}

export function getRow(statement: StatementSync, ...values: SQLInputValue[]): Row | undefined {
  return statement.get(...values);
}

// Columns are declared NOT NULL in STRICT tables: a wrong type here is a bug of ours, not of the caller.
export function intOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  throw new TypeError(`column ${column} is not an integer`);
}

export function bigOf(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value === "bigint") return value;
  throw new TypeError(`column ${column} was not read as a bigint`);
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`column ${column} is not text`);
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`column ${column} is not a blob`);
}
