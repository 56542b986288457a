import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

import { createKeyspace } from "./open-store.ts";
import { changedTable, unportable } from "./portable-cql.ts";
import { type Statement, type StatementKind, statement } from "./statement.ts";

const FOLDER = import.meta.dirname;
const FILES = readdirSync(FOLDER).filter((name) => /(?<!\.test)\.ts$/.test(name));

function isStatement(value: unknown): value is Statement {
  return typeof value === "object" && value !== null && "cql" in value && "kind" in value;
}

/** Every statement within what a module exports. */
function statementsIn(value: unknown): Statement[] {
  if (isStatement(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((inner) => statementsIn(inner));
}

describe("every statement of the distributed store", () => {
  let all: readonly Statement[] = [];

  beforeAll(async () => {
    const modules = await Promise.all(
      FILES.map((name) => import(pathToFileURL(join(FOLDER, name)).href) as Promise<object>),
    );
    const keyspace = createKeyspace({
      contactPoints: [],
      localDataCenter: "dc1",
      keyspace: "argus",
      replicationFactor: 3,
    });
    all = [...new Set([...modules.flatMap((module) => statementsIn({ ...module })), keyspace])];
  });

  test("is exported, so that it is looked at here", () => {
    const texts = FILES.filter((name) => name !== "statement.ts").map((name) =>
      readFileSync(join(FOLDER, name), "utf8"),
    );
    const declared = texts.flatMap((text) => [...text.matchAll(/\bstatement\(\s*"/g)]);
    expect(all).toHaveLength(declared.length);
  });

  test("has a name of its own", () => {
    const names = all.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test("runs on Cassandra, ScyllaDB and Keyspaces alike", () => {
    expect(all.flatMap((one) => unportable(one).map((why) => `${one.name}: ${why}`))).toEqual([]);
  });

  test("changes a table either plainly or by compare-and-set", () => {
    const tablesOf = (kind: StatementKind): Set<string> =>
      new Set(all.filter((one) => one.kind === kind).flatMap((one) => changedTable(one) ?? []));
    expect(tablesOf("cas").intersection(tablesOf("write"))).toEqual(new Set());
  });

  test("is sent by the session alone", () => {
    const senders = FILES.filter((name) =>
      /\.(execute|batch|eachRow|stream)\(/.test(readFileSync(join(FOLDER, name), "utf8")),
    );
    expect(senders).toEqual(["session.ts"]);
  });
});

test.each<[StatementKind, string]>([
  ["read", "SELECT a FROM ks.t WHERE b = ? ALLOW FILTERING"],
  ["read", "SELECT a FROM ks.t WHERE b = ? PER PARTITION LIMIT 1"],
  ["read", "SELECT max(a) FROM ks.t WHERE b = ?"],
  ["read", "SELECT a FROM ks.t WHERE b = ? GROUP BY a"],
  ["read", "SELECT a FROM ks.t WHERE b IN ?"],
  ["read", "SELECT a FROM ks.t WHERE b IN (?, ?)"],
  ["read", "SELECT writetime(a) FROM ks.t WHERE b = ?"],
  ["read", "SELECT a FROM ks.t WHERE b LIKE ?"],
  ["read", "SELECT * FROM ks.t WHERE b = ?"],
  ["read", "SELECT a FROM ks.t"],
  ["read", "SELECT a FROM t WHERE b = ?"],
  ["read", "UPDATE ks.t SET a = ? WHERE b = ?"],
  ["write", "BEGIN BATCH INSERT INTO ks.t (a) VALUES (?); APPLY BATCH"],
  ["write", "INSERT INTO ks.t (a) VALUES (?) IF NOT EXISTS"],
  ["write", "INSERT INTO ks.t (a) VALUES (?) USING TIMESTAMP ?"],
  ["write", "INSERT INTO ks.t (a) VALUES (?) USING TTL ? AND TIMESTAMP ?"],
  ["write", "INSERT INTO ks.t (a) VALUES (now())"],
  ["write", "UPDATE ks.t SET a = a + ? WHERE b = ?"],
  ["write", "TRUNCATE t"],
  ["cas", "UPDATE ks.t SET a = ? WHERE b = ?"],
  ["cas", "UPDATE ks.t SET a = ? WHERE b = ? IF version = ?"],
  ["cas", "DELETE FROM ks.t WHERE b = ? IF EXISTS"],
  ["define", "CREATE INDEX ON t (a)"],
  ["define", "CREATE MATERIALIZED VIEW v AS SELECT a FROM ks.t"],
  ["define", "CREATE FUNCTION f"],
  ["define", "CREATE TABLE t (a text PRIMARY KEY)"],
  ["define", "CREATE TABLE IF NOT EXISTS ks.t (a text PRIMARY KEY, b counter)"],
  [
    "define",
    "CREATE TABLE IF NOT EXISTS ks.t (a int PRIMARY KEY) WITH compaction = {'class': 'UnifiedCompactionStrategy'}",
  ],
  ["define", "ALTER TABLE t ADD IF NOT EXISTS b text"],
  ["define", "DROP TABLE t"],
])("a %s that says %s is refused", (kind, cql) => {
  expect(unportable(statement(kind, "example", cql))).not.toEqual([]);
});
