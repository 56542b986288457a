import { expect, test } from "vitest";

import { inKeyspaces } from "./keyspaces.ts";

const TTL = "CUSTOM_PROPERTIES = {'ttl': {'status': 'enabled'}}";

test.each([
  [
    "CREATE KEYSPACE IF NOT EXISTS a WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3}",
    "CREATE KEYSPACE IF NOT EXISTS a WITH replication = {'class': 'SingleRegionStrategy'}",
  ],
  [
    "CREATE TABLE IF NOT EXISTS a.t (p text PRIMARY KEY)",
    `CREATE TABLE IF NOT EXISTS a.t (p text PRIMARY KEY) WITH ${TTL}`,
  ],
  [
    "CREATE TABLE IF NOT EXISTS a.t (p text PRIMARY KEY) WITH gc_grace_seconds = 1",
    `CREATE TABLE IF NOT EXISTS a.t (p text PRIMARY KEY) WITH gc_grace_seconds = 1 AND ${TTL}`,
  ],
  ["ALTER TABLE a.t ADD c text", "ALTER TABLE a.t ADD c text"],
])("on Keyspaces %s is said so", (cql, want) => {
  expect(inKeyspaces(cql)).toBe(want);
});
