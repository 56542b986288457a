/**
 * The tables of the distributed store, as steps that are applied once and in order.
 * Invariant: a step that was ever released never changes; its checksum in the store says so. A step may be applied twice
 * (IF NOT EXISTS), because a process may die between a statement and the step's mark. One process at a time changes
 * the schema, under a lease. A store that knows a step this program does not is left untouched.
 */
import { createHash } from "node:crypto";

import type { Clock } from "../../domain/clock.ts";
import { conflict, corrupt } from "../../domain/fault.ts";
import type { Lease, Leases } from "../lease.ts";
import { isUnknownTable } from "./driver-errors.ts";
import { LOCK_STATEMENTS } from "./lock-store.ts";
import { LOG_TABLES } from "./log-tables.ts";
import { intOf, type Row, textOf } from "./row.ts";
import type { Session } from "./session.ts";
import { type Statement, statement } from "./statement.ts";

export interface Migration {
  readonly name: string;
  readonly changes: readonly Statement<"define">[];
}

/** The version of a store is the number of steps it has seen. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: "small rows",
    changes: [
      // Changed by compare-and-set alone, so its grace is long: rounds of Paxos are kept as long as it.
      statement(
        "define",
        "record",
        `CREATE TABLE IF NOT EXISTS ks.record (
           name text, partition text, key text, version bigint, nonce text, value text,
           PRIMARY KEY ((name, partition), key)
         ) WITH gc_grace_seconds = 864000`,
      ),
    ],
  },
  { name: "logs", changes: LOG_TABLES },
];

/** What must stand before there can be a lease. Made without one, so always at one node: see `Session.define`. */
export const FIRST_TABLES: Readonly<Record<string, Statement<"define">>> = {
  // No TTL: with the row would go the fence.
  job_lock: statement(
    "define",
    "job_lock",
    `CREATE TABLE IF NOT EXISTS ks.job_lock (
       name text PRIMARY KEY, fence bigint, beat bigint, owner text, nonce text,
       lease_ms int, host text, since_ms bigint
     ) WITH gc_grace_seconds = 864000`,
  ),
  schema_migration: statement(
    "define",
    "schema_migration",
    `CREATE TABLE IF NOT EXISTS ks.schema_migration (
       program text, version int, name text, checksum text, applied_ms bigint,
       PRIMARY KEY (program, version)
     ) WITH gc_grace_seconds = 864000`,
  ),
};

export const MIGRATION_STATEMENTS = {
  ...FIRST_TABLES,
  tables: statement(
    "read",
    "tables_of_keyspace",
    "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?",
  ),
  applied: statement(
    "read",
    "applied_migrations",
    "SELECT version, name, checksum FROM ks.schema_migration WHERE program = ?",
  ),
  mark: statement(
    "cas",
    "mark_migration",
    `INSERT INTO ks.schema_migration (program, version, name, checksum, applied_ms)
     VALUES (?, ?, ?, ?, ?) IF NOT EXISTS`,
  ),
} as const;

const PROGRAM = "argus";
/** The lock that whoever changes the schema holds. */
export const SCHEMA_LOCK = "schema";
const WAIT_MS = 200;
/** Nodes agree about the schema within some seconds. */
const READABLE_LIMIT_MS = 30_000;
/** Each loss is a definition further at least. */
const MAX_LOSSES = 10;

export interface MigrationDeps {
  readonly session: Session;
  /** Over the lock table of the same keyspace. */
  readonly leases: Leases;
  readonly clock: Clock;
}

/** Throws `conflict` when the store is newer, `corrupt` when it differs. Waits while another process migrates. */
export async function migrate(
  deps: MigrationDeps,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const { session, leases } = deps;
  const tables = await session.read(MIGRATION_STATEMENTS.tables, [session.keyspace]);
  const present = new Set(tables.map((row) => textOf(row, "table_name")));
  for (const [name, table] of Object.entries(FIRST_TABLES))
    if (!present.has(name)) await session.define(table);
  await readable(deps);

  for (let losses = 0; ;) {
    if ((await countApplied(session, migrations)) === migrations.length)
      return requireWriting(deps, migrations);
    const lease = await leases.tryAcquire(SCHEMA_LOCK);
    if (lease === undefined) {
      // The holder is at work: most of those who wait find all done, and never take the lease.
      await deps.clock.sleep(WAIT_MS);
      continue;
    }
    try {
      return await apply(deps, migrations, lease);
    } catch (error) {
      // A definition takes longer than a lease where nodes are busy: what was made is made, the rest is done anew.
      if (!lease.signal.aborted || ++losses === MAX_LOSSES) throw error;
    } finally {
      await lease.release();
    }
  }
}

/** Does the steps that are not marked. Throws `overloaded` when the lease is lost. */
async function apply(
  { session, clock }: MigrationDeps,
  migrations: readonly Migration[],
  lease: Lease,
): Promise<void> {
  // Another process may have done it all meanwhile.
  const applied = await countApplied(session, migrations);
  for (const [i, step] of migrations.entries()) {
    if (i < applied) continue;
    for (const change of step.changes) {
      lease.check();
      await session.define(change);
    }
    lease.check();
    await markDone(session, clock, step, i);
  }
}

/** Marks the last step again, which changes nothing: a role that may not write is found out before anybody is served. */
async function requireWriting(
  { session, clock }: MigrationDeps,
  migrations: readonly Migration[],
): Promise<void> {
  const step = migrations.at(-1);
  if (step !== undefined) await markDone(session, clock, step, migrations.length - 1);
}

async function markDone(session: Session, clock: Clock, step: Migration, i: number): Promise<void> {
  const mark = [PROGRAM, i + 1, step.name, checksum(step), BigInt(clock.nowMs())];
  const answer = await session.compareAndSet(MIGRATION_STATEMENTS.mark, mark);
  if (!answer.applied && answer.row !== undefined) requireSame(session, answer.row, step, i);
}

/** A table is listed a moment before it can be read: another process may have made it just now. */
async function readable({ session, clock }: MigrationDeps): Promise<void> {
  const endMs = clock.monotonicMs() + READABLE_LIMIT_MS;
  for (;;) {
    try {
      await session.read(MIGRATION_STATEMENTS.applied, [PROGRAM]);
      await session.read(LOCK_STATEMENTS.read, [SCHEMA_LOCK]);
      return;
    } catch (error) {
      if (!isUnknownTable(error) || clock.monotonicMs() > endMs) throw error;
    }
    await clock.sleep(WAIT_MS);
  }
}

async function countApplied(session: Session, migrations: readonly Migration[]): Promise<number> {
  const applied = await session.read(MIGRATION_STATEMENTS.applied, [PROGRAM]);
  if (applied.length > migrations.length) {
    throw conflict(
      `the store in ${session.where} has version ${applied.length}, this program knows versions up to ${migrations.length}: start the newer program on it, or restore a backup made before the update`,
    );
  }
  for (const [i, row] of applied.entries()) requireSame(session, row, migrations[i], i);
  return applied.length;
}

function requireSame(session: Session, row: Row, step: Migration | undefined, i: number): void {
  if (
    intOf(row, "version") !== i + 1 ||
    step === undefined ||
    textOf(row, "checksum") !== checksum(step)
  ) {
    throw corrupt(
      `the store in ${session.where}`,
      `its step ${i + 1} is not the one this program made`,
    );
  }
}

function checksum(step: Migration): string {
  return createHash("sha256")
    .update(step.changes.map(({ cql }) => cql).join(";\n"))
    .digest("hex");
}
