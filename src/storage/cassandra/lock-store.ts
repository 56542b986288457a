/**
 * The lock table in Cassandra: a row a lock, compare-and-set only, without TTL.
 * Invariant: fence, beat and nonce stand in every condition, so a failed attempt returns them, and a row that carries
 * what I wanted to write was written by me: nonces are fresh and only their owner counts beats under one.
 */
import type { LockRow, LockStore } from "../lock-store.ts";
import { intOf, type Row, textOf } from "./row.ts";
import type { CqlValue, Session } from "./session.ts";
import { statement } from "./statement.ts";

export const LOCK_STATEMENTS = {
  read: statement(
    "read",
    "read_lock",
    "SELECT fence, beat, owner, nonce, lease_ms, host, since_ms FROM ks.job_lock WHERE name = ?",
  ),
  insert: statement(
    "cas",
    "insert_lock",
    `INSERT INTO ks.job_lock (fence, beat, owner, nonce, lease_ms, host, since_ms, name)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS`,
  ),
  update: statement(
    "cas",
    "update_lock",
    `UPDATE ks.job_lock SET fence = ?, beat = ?, owner = ?, nonce = ?, lease_ms = ?, host = ?, since_ms = ?
     WHERE name = ? IF fence = ? AND beat = ? AND nonce = ?`,
  ),
} as const;

export function createCassandraLockStore(session: Session): LockStore {
  return {
    read: async (name) => {
      const [row] = await session.read(LOCK_STATEMENTS.read, [name]);
      return row === undefined ? undefined : lockOf(row);
    },
    compareAndSet: async (name, expected, next) => {
      const values: CqlValue[] = [
        BigInt(next.fence),
        BigInt(next.beat),
        next.owner,
        next.nonce,
        next.leaseMs,
        next.host,
        BigInt(next.sinceMs),
        name,
      ];
      const answer =
        expected === undefined
          ? await session.compareAndSet(LOCK_STATEMENTS.insert, values)
          : await session.compareAndSet(LOCK_STATEMENTS.update, [
              ...values,
              BigInt(expected.fence),
              BigInt(expected.beat),
              expected.nonce,
            ]);
      return answer.applied || isMade(answer.row, next);
    },
  };
}

/** An attempt whose answer was lost had applied. */
function isMade(row: Row | undefined, next: LockRow): boolean {
  return (
    row !== undefined &&
    textOf(row, "nonce") === next.nonce &&
    intOf(row, "fence") === next.fence &&
    intOf(row, "beat") === next.beat
  );
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
