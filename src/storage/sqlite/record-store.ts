/**
 * The small rows in SQLite. Invariant: one call is one statement, and a change is durable when it resolves.
 */
import type { DatabaseSync } from "node:sqlite";

import type { JsonObject, RecordReads, RecordStore, StoredRecord } from "../record-store.ts";
import { recordName } from "../stored-form.ts";
import { getRow, guarded, intOf, type Row, textOf } from "./database.ts";

/** @param db may be read-only. @param where names the store in messages. */
export function createRecordReads(db: DatabaseSync, where: string): RecordReads {
  const get = db.prepare(
    "SELECT key, version, value FROM record WHERE name = ? AND partition = ? AND key = ?",
  );
  const first = db.prepare(
    "SELECT key, version, value FROM record WHERE name = ? AND partition = ? ORDER BY key LIMIT ?",
  );
  const next = db.prepare(
    "SELECT key, version, value FROM record WHERE name = ? AND partition = ? AND key > ? ORDER BY key LIMIT ?",
  );

  return {
    get: (at) =>
      guarded(where, () => {
        const row = getRow(get, ...recordName(at));
        return row === undefined ? undefined : recordOf(row);
      }),
    list: (table, partition, page) =>
      guarded(where, () => {
        const rows =
          page.after === undefined
            ? first.all(table, partition, page.limit)
            : next.all(table, partition, page.after, page.limit);
        return rows.map(recordOf);
      }),
  };
}

/** @param where names the store in messages. */
export function createSqliteRecordStore(db: DatabaseSync, where: string): RecordStore {
  const insert = db.prepare(
    "INSERT INTO record (name, partition, key, version, value) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING",
  );
  const replace = db.prepare(
    "UPDATE record SET version = version + 1, value = ? WHERE name = ? AND partition = ? AND key = ? AND version = ?",
  );
  const remove = db.prepare(
    "DELETE FROM record WHERE name = ? AND partition = ? AND key = ? AND version = ?",
  );

  return {
    ...createRecordReads(db, where),
    insert: (at, value) =>
      guarded(where, () => insert.run(...recordName(at), JSON.stringify(value)).changes === 1),
    replace: (at, version, value) =>
      guarded(
        where,
        () => replace.run(JSON.stringify(value), ...recordName(at), version).changes === 1,
      ),
    remove: (at, version) =>
      guarded(where, () => remove.run(...recordName(at), version).changes === 1),
  };
}

function recordOf(row: Row): StoredRecord {
  return {
    key: textOf(row, "key"),
    version: intOf(row, "version"),
    // Written by JSON.stringify of a JsonObject alone.
    value: JSON.parse(textOf(row, "value")) as JsonObject,
  };
}
