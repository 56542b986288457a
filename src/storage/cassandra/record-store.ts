/**
 * The small rows in Cassandra. Invariant: a record changes only under a condition on its version and its nonce, which
 * is fresh with every change: a late attempt can never hit a record that was removed and made again.
 * A change reads the nonce first. When an attempt's answer was lost and the row is neither mine nor as it was, the
 * outcome is unknown, and `overloaded` says so.
 */
import { overloaded } from "../../domain/fault.ts";
import type { JsonObject, RecordStore, StoredRecord } from "../record-store.ts";
import { recordName } from "../stored-form.ts";
import { intOf, type Row, textOf } from "./row.ts";
import type { CqlValue, Session } from "./session.ts";
import { type Statement, statement } from "./statement.ts";

export const RECORD_STATEMENTS = {
  get: statement(
    "read",
    "get_record",
    "SELECT key, version, value, nonce FROM ks.record WHERE name = ? AND partition = ? AND key = ?",
  ),
  first: statement(
    "read",
    "list_records",
    "SELECT key, version, value FROM ks.record WHERE name = ? AND partition = ? LIMIT ?",
  ),
  next: statement(
    "read",
    "list_records_after",
    "SELECT key, version, value FROM ks.record WHERE name = ? AND partition = ? AND key > ? LIMIT ?",
  ),
  insert: statement(
    "cas",
    "insert_record",
    "INSERT INTO ks.record (name, partition, key, version, value, nonce) VALUES (?, ?, ?, 1, ?, ?) IF NOT EXISTS",
  ),
  replace: statement(
    "cas",
    "replace_record",
    `UPDATE ks.record SET version = ?, value = ?, nonce = ?
     WHERE name = ? AND partition = ? AND key = ? IF version = ? AND nonce = ?`,
  ),
  remove: statement(
    "cas",
    "remove_record",
    "DELETE FROM ks.record WHERE name = ? AND partition = ? AND key = ? IF version = ? AND nonce = ?",
  ),
} as const;

export interface RecordStoreDeps {
  readonly session: Session;
  readonly newNonce: () => string;
}

export function createCassandraRecordStore(deps: RecordStoreDeps): RecordStore {
  const { session, newNonce } = deps;

  /** @param nonce what the row carries once this has applied; undefined for none. */
  const change = async (
    cas: Statement<"cas">,
    values: readonly CqlValue[],
    nonce: string | undefined,
  ): Promise<boolean> => {
    const answer = await session.compareAndSet(cas, values);
    if (answer.applied) return true;
    const { row } = answer;
    if (nonce !== undefined && row !== undefined && textOf(row, "nonce") === nonce) return true;
    if (!answer.inDoubt) return false;
    throw overloaded(`${session.where}: the outcome of a change is not known; look, and try again`);
  };

  /** @returns the nonce of the record at that version. */
  const nonceAt = async (name: readonly string[], version: number): Promise<string | undefined> => {
    const [row] = await session.read(RECORD_STATEMENTS.get, name);
    return row !== undefined && intOf(row, "version") === version
      ? textOf(row, "nonce")
      : undefined;
  };

  return {
    get: async (at) => {
      const [row] = await session.read(RECORD_STATEMENTS.get, recordName(at));
      return row === undefined ? undefined : recordOf(row);
    },
    list: async (table, partition, page) => {
      const rows =
        page.after === undefined
          ? await session.read(RECORD_STATEMENTS.first, [table, partition, page.limit])
          : await session.read(RECORD_STATEMENTS.next, [table, partition, page.after, page.limit]);
      return rows.map(recordOf);
    },
    insert: async (at, value) => {
      const nonce = newNonce();
      const values = [...recordName(at), JSON.stringify(value), nonce];
      return change(RECORD_STATEMENTS.insert, values, nonce);
    },
    replace: async (at, version, value) => {
      const name = recordName(at);
      const before = await nonceAt(name, version);
      if (before === undefined) return false;
      const nonce = newNonce();
      const set = [BigInt(version + 1), JSON.stringify(value), nonce];
      return change(RECORD_STATEMENTS.replace, [...set, ...name, BigInt(version), before], nonce);
    },
    remove: async (at, version) => {
      const name = recordName(at);
      const before = await nonceAt(name, version);
      if (before === undefined) return false;
      return change(RECORD_STATEMENTS.remove, [...name, BigInt(version), before], undefined);
    },
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
