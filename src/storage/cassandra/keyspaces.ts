/**
 * What is different on Amazon Keyspaces: its certificates, and how its schema is made. It is recognised by a keyspace that
 * it alone has, or by its name: what a role sees of the schema is a matter of its rights.
 * Invariant: what a definition asks for is the same everywhere; here is only how Keyspaces wants it said, and when it is
 * there. Source: its developer guide, "Functional differences", "Check table creation status", "Time to Live".
 */
import type { Row } from "./row.ts";
import type { CqlValue } from "./session.ts";
import { type Statement, statement } from "./statement.ts";

export const KEYSPACES_STATEMENTS = {
  recognise: statement(
    "read",
    "find_keyspaces_service",
    "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = 'system_schema_mcs'",
  ),
  cluster: statement(
    "read",
    "name_of_cluster",
    "SELECT cluster_name FROM system.local WHERE key = 'local'",
  ),
  keyspace: statement(
    "read",
    "find_ready_keyspace",
    "SELECT keyspace_name FROM system_schema_mcs.keyspaces WHERE keyspace_name = ?",
  ),
  table: statement(
    "read",
    "state_of_table",
    "SELECT status FROM system_schema_mcs.tables WHERE keyspace_name = ? AND table_name = ?",
  ),
} as const;

type Read = (what: Statement<"read">, values: readonly CqlValue[]) => Promise<readonly Row[]>;

export async function isKeyspaces(read: Read): Promise<boolean> {
  if ((await read(KEYSPACES_STATEMENTS.recognise, [])).length > 0) return true;
  const [row] = await read(KEYSPACES_STATEMENTS.cluster, []);
  return row?.get("cluster_name") === "Amazon Keyspaces";
}

const ENDPOINT = /^cassandra(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)(?=:\d+$)/;

/**
 * Keyspaces shows one certificate, which names its endpoint, at addresses that no certificate names.
 * @returns the name that certificates must have; undefined elsewhere, where they name the addresses.
 */
export function certifiedName(contactPoints: readonly string[]): string | undefined {
  const names = new Set(contactPoints.map((point) => ENDPOINT.exec(point)?.[0]));
  return names.size === 1 ? [...names][0] : undefined;
}

/**
 * @param cql a definition as it is sent to Cassandra.
 * @returns it as Keyspaces takes it: the service decides about replicas, and a table says beforehand that its rows may end
 * by themselves, which costs some bytes a row; all tables do, so that none is forgotten.
 */
export function inKeyspaces(cql: string): string {
  if (cql.startsWith("CREATE KEYSPACE"))
    return cql.replace(
      /WITH replication = \{.*\}/,
      "WITH replication = {'class': 'SingleRegionStrategy'}",
    );
  if (!cql.startsWith("CREATE TABLE")) return cql;
  return `${cql} ${cql.includes(") WITH ") ? "AND" : "WITH"} CUSTOM_PROPERTIES = {'ttl': {'status': 'enabled'}}`;
}

/** @param cql a definition. @returns whether what it defines can be used by now. */
export async function isReady(cql: string, read: Read): Promise<boolean> {
  const [, name] = /^CREATE KEYSPACE IF NOT EXISTS (\w+)/.exec(cql) ?? [];
  if (name !== undefined) return (await read(KEYSPACES_STATEMENTS.keyspace, [name])).length > 0;
  const [, keyspace, table] = /\bTABLE (?:IF NOT EXISTS )?(\w+)\.(\w+)/.exec(cql) ?? [];
  const [row] = await read(KEYSPACES_STATEMENTS.table, [keyspace, table]);
  return row?.get("status") === "ACTIVE";
}
