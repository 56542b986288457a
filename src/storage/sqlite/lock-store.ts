/**
 * The lock table in SQLite. Invariant: one call is one transaction. One process owns the store, but its threads and
 * its next life contend for the locks by the same rules as processes do elsewhere.
 */
import type { DatabaseSync } from "node:sqlite";

import { isSameLock, type LockRow, type LockStore } from "../lock-store.ts";
import { getRow, guarded, intOf, type Row, textOf, transact } from "./database.ts";

/** @param where names the store in messages. */
export function createSqliteLockStore(db: DatabaseSync, where: string): LockStore {
  const read = db.prepare(
    "SELECT fence, beat, owner, nonce, lease_ms, host, since_ms FROM job_lock WHERE name = ?",
  );
  const insert = db.prepare(
    `INSERT INTO job_lock (fence, beat, owner, nonce, lease_ms, host, since_ms, name)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const update = db.prepare(
    `UPDATE job_lock SET fence = ?, beat = ?, owner = ?, nonce = ?, lease_ms = ?, host = ?, since_ms = ?
     WHERE name = ? AND fence = ? AND beat = ? AND nonce = ?`,
  );

  const rowOf = (name: string): LockRow | undefined => {
    const row = getRow(read, name);
    return row === undefined ? undefined : lockOf(row);
  };

  return {
    read: (name) => guarded(where, () => rowOf(name)),
    compareAndSet: (name, expected, next) =>
      guarded(where, () =>
        transact(db, () => {
          const values = [
            next.fence,
            next.beat,
            next.owner,
            next.nonce,
            next.leaseMs,
            next.host,
            next.sinceMs,
            name,
          ];
          const { changes } =
            expected === undefined
              ? insert.run(...values)
              : update.run(...values, expected.fence, expected.beat, expected.nonce);
          if (changes === 1) return true;
          // Asked again after an answer that was lost on its way to another thread.
          const now = rowOf(name);
          return now !== undefined && isSameLock(now, next);
        }),
      ),
  };
}

function lockOf(row: Row): LockRow {
  return {
    fence: intOf(row, "fence"),
    beat: intOf(row, "beat"),
    owner: textOf(row, "owner"),
    nonce: textOf(row, "nonce"),
    leaseMs: intOf(row, "lease_ms"),
    host: textOf(row, "host"),
    sinceMs: intOf(row, "since_ms"),
  };
}
