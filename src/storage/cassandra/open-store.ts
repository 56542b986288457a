/**
 * Opens the distributed store: any number of processes on one keyspace.
 * Invariant: when opening resolves, the keyspace and its tables are there and current, whoever made them.
 */
import type { Clock } from "../../domain/clock.ts";
import { invalid } from "../../domain/fault.ts";
import type { Logger } from "../../domain/logger.ts";
import { createLeases } from "../lease.ts";
import type { LockStore } from "../lock-store.ts";
import type { RecordStore } from "../record-store.ts";
import { type CassandraOptions, whereOf } from "./connect.ts";
import { createCassandraLockStore } from "./lock-store.ts";
import { migrate } from "./migrations.ts";
import { createCassandraRecordStore } from "./record-store.ts";
import { openSession, type Session } from "./session.ts";
import { type Statement, statement } from "./statement.ts";

/** A process that dies while it migrates holds up the others for about this long. */
const SCHEMA_LEASE_MS = 15_000;

export const KEYSPACE_STATEMENTS = {
  find: statement(
    "read",
    "find_keyspace",
    "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?",
  ),
} as const;

export interface CassandraStore extends AsyncDisposable {
  readonly records: RecordStore;
  readonly locks: LockStore;
  readonly session: Session;
}

export interface CassandraStoreDeps {
  readonly options: CassandraOptions;
  readonly clock: Clock;
  readonly logger?: Pick<Logger, "warn">;
  /** Unique among processes, fresh at every start. */
  readonly owner: string;
  /** Where this process runs, for people. */
  readonly host: string;
  readonly newNonce: () => string;
}

/**
 * Throws `invalid` for settings that cannot be, `conflict` when the store is newer than the program, `corrupt` when its
 * tables are not the program's, `overloaded` when Cassandra does not serve.
 */
export async function openCassandraStore(deps: CassandraStoreDeps): Promise<CassandraStore> {
  const { options, clock, newNonce } = deps;
  await using undo = new AsyncDisposableStack();
  const session = undo.use(await openSession(deps));
  const [keyspace] = await session.read(KEYSPACE_STATEMENTS.find, [options.keyspace]);
  if (keyspace === undefined) await session.define(createKeyspace(options));
  const locks = createCassandraLockStore(session);
  const leases = createLeases({ ...deps, locks, leaseMs: SCHEMA_LEASE_MS });
  await migrate({ session, leases, clock });
  const held = undo.move();
  return {
    session,
    locks,
    records: createCassandraRecordStore({ session, newNonce }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

export function createKeyspace(options: CassandraOptions): Statement<"define"> {
  const { keyspace, localDataCenter, replicationFactor } = options;
  if (replicationFactor === undefined)
    throw invalid(
      "replication_factor",
      `there is no keyspace ${keyspace} at ${whereOf(options)}: say how many nodes are to keep each row (3, or 1 where there is one node), and it is made`,
    );
  const name = localDataCenter.replaceAll("'", "''");
  return statement(
    "define",
    "keyspace",
    `CREATE KEYSPACE IF NOT EXISTS ${keyspace}
     WITH replication = {'class': 'NetworkTopologyStrategy', '${name}': ${Math.trunc(replicationFactor)}}`,
  );
}
