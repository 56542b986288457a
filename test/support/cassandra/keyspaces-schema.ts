/**
 * Keyspaces and tables as Amazon Keyspaces makes them: asked for now, there later, and seen in `system_schema_mcs` meanwhile.
 * Invariants: what was asked for comes about after its state was asked for a few times, and never by waiting; until then
 * whatever names it is refused as not configured. The real node gets the same definition without what it does not know.
 */
import { randomBytes } from "node:crypto";
import type cassandra from "cassandra-driver";

import { type GuardedStatement, whereOf } from "./keyspaces-statements.ts";

/** How often its state is asked for before a thing is there. */
const POLLS = 2;
/** A range is a row's place in a partition, or less of it. */
const MAX_RANGE_ROWS = 1_000;

interface Table {
  readonly hasTtl: boolean;
  readonly partition: readonly string[];
  readonly clustering: readonly string[];
  status: "CREATING" | "ACTIVE";
}

export interface KeyspacesSchema {
  /** In the place of `system_schema_mcs`, which no node has. */
  readonly mcs: string;
  /** Takes a definition. @returns why it is refused; undefined when it will come about. */
  define(statement: GuardedStatement): Promise<string | undefined>;
  /** The state was asked for. */
  polled(): Promise<void>;
  /** @returns why the statement cannot be run as the schema is now. */
  refusal(statement: GuardedStatement): string | undefined;
  /** The same, where it depends on what is bound. */
  refusalOf(
    statement: GuardedStatement,
    values: readonly (Buffer | undefined)[],
  ): Promise<string | undefined>;
}

/** @param node a client of the real node, not of the guard. */
export async function createKeyspacesSchema(
  node: cassandra.Client,
  localDataCenter: string,
): Promise<KeyspacesSchema> {
  const mcs = `mcs_${randomBytes(8).toString("hex")}`;
  const replication = `{'class': 'NetworkTopologyStrategy', '${localDataCenter}': 1}`;
  await node.execute(`CREATE KEYSPACE ${mcs} WITH replication = ${replication}`);
  await node.execute(`CREATE TABLE ${mcs}.keyspaces (keyspace_name text PRIMARY KEY)`);
  await node.execute(
    `CREATE TABLE ${mcs}.tables (keyspace_name text, table_name text, status text, PRIMARY KEY (keyspace_name, table_name))`,
  );
  const keyspaces = new Set<string>();
  const tables = new Map<string, Table>();
  const pending: { left: number; make: () => Promise<void> }[] = [];

  const setStatus = async (table: string, status: Table["status"]): Promise<void> => {
    const values = [...table.split("."), status];
    const cql = `INSERT INTO ${mcs}.tables (keyspace_name, table_name, status) VALUES (?, ?, ?)`;
    await node.execute(cql, values, { prepare: true });
  };

  const defineKeyspace = (cql: string): string | undefined => {
    const name = /EXISTS (\w+)/i.exec(cql)?.[1] ?? "";
    if (!/'class'\s*:\s*'SingleRegionStrategy'\s*\}/i.test(cql))
      return "the replication of a keyspace in one region is {'class': 'SingleRegionStrategy'}";
    if (keyspaces.has(name)) return undefined;
    const make = async (): Promise<void> => {
      await node.execute(`CREATE KEYSPACE IF NOT EXISTS ${name} WITH replication = ${replication}`);
      await node.execute(`INSERT INTO ${mcs}.keyspaces (keyspace_name) VALUES (?)`, [name]);
      keyspaces.add(name);
    };
    pending.push({ left: POLLS, make });
    return undefined;
  };

  const defineTable = async (name: string, cql: string): Promise<string | undefined> => {
    if (!keyspaces.has(name.split(".")[0] ?? "")) return unconfigured("keyspace", name);
    if (tables.has(name)) return undefined;
    const custom = /\s*(?:AND|WITH)\s+CUSTOM_PROPERTIES\s*=\s*(\{.*?\}\s*\}|\{[^{}]*\})/i;
    const properties = custom.exec(cql)?.[1] ?? "";
    const hasTtl =
      /'ttl'\s*:\s*\{\s*'status'\s*:\s*'enabled'/i.test(properties) ||
      /default_time_to_live\s*=\s*[1-9]/i.test(cql);
    const rest = cql.replace(custom, "").replace(/\)\s+AND\b/i, ") WITH");
    tables.set(name, { ...keyOf(cql), hasTtl, status: "CREATING" });
    await setStatus(name, "CREATING");
    const make = async (): Promise<void> => {
      await node.execute(rest);
      await setStatus(name, "ACTIVE");
      const table = tables.get(name);
      if (table !== undefined) table.status = "ACTIVE";
    };
    pending.push({ left: POLLS, make });
    return undefined;
  };

  const rangeRows = async (
    { table, names }: GuardedStatement,
    where: string,
    values: readonly (Buffer | undefined)[],
  ): Promise<number> => {
    const bound = names.length - (where.match(/\?/g)?.length ?? 0);
    const cql = `SELECT count(*) FROM ${table} ${where}`;
    const own = values.slice(bound);
    const found = await node.execute(cql, own, { prepare: false, hints: own.map(() => "blob") });
    return Number(found.first().get(0));
  };

  return {
    mcs,
    define: async ({ cql, table }) => {
      if (/^CREATE KEYSPACE IF NOT EXISTS\b/i.test(cql)) return defineKeyspace(cql);
      if (table !== undefined && /^CREATE TABLE IF NOT EXISTS\b/i.test(cql))
        return defineTable(table, cql);
      return `the guard does not know what this defines: ${cql}`;
    },
    polled: async () => {
      for (const one of pending) one.left--;
      const due = pending.filter(({ left }) => left <= 0);
      pending.splice(0, pending.length, ...pending.filter(({ left }) => left > 0));
      for (const { make } of due) await make();
    },
    refusal: ({ table = "", hasTtl }) => {
      const known = tables.get(table);
      if (known?.status !== "ACTIVE") return unconfigured("table", table);
      return hasTtl && !known.hasTtl ? "TTL is not yet supported." : undefined;
    },
    refusalOf: async (statement, values) => {
      const table = tables.get(statement.table ?? "");
      if (table === undefined) return unconfigured("table", statement.table ?? "");
      const key = sizesOf(table, statement, values);
      if (key.partition > 2_048) return `a partition key of ${key.partition} bytes, 2048 at most`;
      if (key.clustering > 850) return `a clustering key of ${key.clustering} bytes, 850 at most`;
      const where = whereOf(statement);
      const names = new Set([...where.matchAll(/(\w+) = \?/g)].map(([, name]) => name));
      if (statement.verb !== "delete" || table.clustering.every((name) => names.has(name)))
        return undefined;
      return (await rangeRows(statement, where, values)) > MAX_RANGE_ROWS
        ? "Range delete requests are limited by the amount of items that can be deleted in a single range."
        : undefined;
    },
  };
}

function unconfigured(what: "keyspace" | "table", name: string): string {
  return `unconfigured ${what} ${name}`;
}

/** The columns of the key, of a CREATE TABLE. */
function keyOf(cql: string): Pick<Table, "partition" | "clustering"> {
  const single = /(\w+) \w+ PRIMARY KEY/i.exec(cql)?.[1];
  if (single !== undefined) return { partition: [single], clustering: [] };
  const key = /PRIMARY KEY\s*\((.*?)\)\s*\)/i.exec(cql)?.[1] ?? "";
  const compound = /^\(([^)]*)\)?(.*)$/.exec(key) ?? /^(\w+)(.*)$/.exec(key) ?? ["", "", ""];
  const namesIn = (text = ""): string[] => text.match(/\w+/g) ?? [];
  return { partition: namesIn(compound[1]), clustering: namesIn(compound[2]) };
}

function sizesOf(
  table: Table,
  { names }: GuardedStatement,
  values: readonly (Buffer | undefined)[],
): { partition: number; clustering: number } {
  const sizeOf = (columns: readonly string[]): number =>
    columns.reduce((sum, column) => sum + (values[names.indexOf(column)]?.length ?? 0), 0);
  return { partition: sizeOf(table.partition), clustering: sizeOf(table.clustering) };
}
