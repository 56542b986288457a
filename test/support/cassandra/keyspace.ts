/**
 * A keyspace for one file of tests, on the Cassandra of the run. Keyspaces are never dropped (a second each): the node
 * is thrown away. Invariant: two files, and two runs on one node, never share a keyspace.
 */
import { randomBytes, randomUUID } from "node:crypto";
import cassandra from "cassandra-driver";

import { systemClock } from "../../../src/server/system-clock.ts";
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";
import {
  type CassandraStore,
  openCassandraStore,
} from "../../../src/storage/cassandra/open-store.ts";
import type { CassandraForTests } from "./global-setup.ts";

/** @param found throws when there is none; tests that need one are skipped then. */
export function newKeyspace(found: CassandraForTests): CassandraOptions {
  if ("missing" in found) throw new Error(found.missing);
  return {
    contactPoints: [found.contactPoint],
    localDataCenter: found.localDataCenter,
    keyspace: `t_${randomBytes(8).toString("hex")}`,
    replicationFactor: 1,
  };
}

export function openForTests(options: CassandraOptions): Promise<CassandraStore> {
  return openCassandraStore({
    options,
    clock: systemClock,
    owner: randomUUID(),
    host: "tests",
    newNonce: randomUUID,
  });
}

/**
 * For tests that empty tables again and again: what was written is dropped from memory and not brought to the disk first,
 * which takes the tables of logs 30 ms instead of 120.
 */
export async function openToEmpty(options: CassandraOptions): Promise<CassandraStore> {
  const store = await openForTests(options);
  await ask(options, [`ALTER KEYSPACE ${options.keyspace} WITH durable_writes = false`]);
  return store;
}

/** Empties tables, all at once: in sequence it takes four times as long. */
export async function truncate(
  options: CassandraOptions,
  tables: readonly string[],
): Promise<void> {
  await ask(
    options,
    tables.map((table) => `TRUNCATE ${table}`),
  );
}

/** Over a connection of its own, all at once. */
async function ask(options: CassandraOptions, statements: readonly string[]): Promise<void> {
  const client = new cassandra.Client({ ...options, contactPoints: [...options.contactPoints] });
  try {
    await Promise.all(statements.map((each) => client.execute(each)));
  } finally {
    await client.shutdown();
  }
}
