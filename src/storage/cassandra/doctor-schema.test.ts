import { describe, expect, test } from "vitest";

import type { ClusterFacts, NodeFacts, TableFacts } from "./doctor-facts.ts";
import { schemaFindings } from "./doctor-schema.ts";
import { MIGRATIONS } from "./migrations.ts";

const NODE: NodeFacts = {
  address: "10.0.0.1:9042",
  dataCenter: "dc1",
  version: "5.0.9",
  silence: undefined,
  skewMs: 0,
  skewErrorMs: 0,
  schemaVersion: "s1",
  settings: new Map(),
  hidesSettings: false,
};
const BLOBS: TableFacts = {
  gcGraceSeconds: 10_800,
  compaction: "TimeWindowCompactionStrategy",
  isCompressed: false,
};
const LOCKS: TableFacts = {
  gcGraceSeconds: 864_000,
  compaction: "SizeTieredCompactionStrategy",
  isCompressed: true,
};
const FACTS: ClusterFacts = {
  kind: "cassandra",
  options: { contactPoints: [], localDataCenter: "dc1", keyspace: "argus" },
  nodes: [NODE, NODE, NODE],
  elsewhere: 0,
  replication: { class: "org.apache.cassandra.locator.NetworkTopologyStrategy", dc1: "3" },
  tables: new Map([
    ["log_blob", BLOBS],
    ["job_lock", LOCKS],
  ]),
  version: MIGRATIONS.length,
};

function copies(replication: Record<string, string>): ClusterFacts {
  return { ...FACTS, replication: { class: "NetworkTopologyStrategy", ...replication } };
}
function blobs(change: Partial<TableFacts>): ClusterFacts {
  return { ...FACTS, tables: new Map([["log_blob", { ...BLOBS, ...change }]]) };
}

describe("of a keyspace and its tables", () => {
  test("that are in order every line is ok", () => {
    expect(schemaFindings(FACTS).map(({ level, check }) => `${level} ${check}`)).toEqual([
      "ok copies",
      "ok tables",
      "ok options",
    ]);
  });

  test.each<[string, ClusterFacts, RegExp]>([
    [
      "no keyspace",
      { ...FACTS, replication: undefined },
      /^fail keyspace there is no keyspace argus .*npx argus migrate/,
    ],
    ["one copy", copies({ dc1: "1" }), /^warn copies 1 of each row in dc1 .*'dc1': 3/],
    ["two copies", copies({ dc1: "2" }), /^warn copies .*quorum of two/],
    [
      "copies elsewhere",
      copies({ dc2: "3" }),
      /^fail copies none in dc1: .* kept in dc2 .*LOCAL_DC/,
    ],
    [
      "more copies than nodes",
      copies({ dc1: "5" }),
      /^fail copies 5 of each row in dc1, on 3 nodes/,
    ],
    [
      "the simple strategy",
      copies({ class: "org.apache.cassandra.locator.SimpleStrategy", replication_factor: "2" }),
      /^warn copies .*SimpleStrategy .*NetworkTopologyStrategy', 'dc1': 2/,
    ],
    [
      "a newer schema",
      { ...FACTS, version: MIGRATIONS.length + 1 },
      /^fail tables version .*newer/,
    ],
    [
      "tables that cannot be read",
      { ...FACTS, version: { unread: "1 alive" } },
      /^fail tables they cannot be read: 1 alive/,
    ],
    ["an older schema", { ...FACTS, version: 0 }, /^warn tables version 0/],
    [
      "another grace",
      blobs({ gcGraceSeconds: 864_000 }),
      /^warn options log_blob: gc_grace_seconds is 864000, made as 10800/,
    ],
    [
      "another compaction",
      blobs({ compaction: "LeveledCompactionStrategy" }),
      /^warn options log_blob: compaction is Leveled/,
    ],
    [
      "compression of what is compressed",
      blobs({ isCompressed: true }),
      /^warn options log_blob: compression is true/,
    ],
  ])("%s is told", (_what, facts, want) => {
    const told = schemaFindings(facts).flatMap((finding) =>
      finding.level === "ok"
        ? []
        : [`${finding.level} ${finding.check} ${finding.found} ${finding.why} ${finding.todo}`],
    );
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(want);
  });

  test("on Amazon Keyspaces, options mean nothing and there are always three copies", () => {
    const facts = {
      ...blobs({ gcGraceSeconds: 1 }),
      kind: "keyspaces" as const,
      replication: { class: "SingleRegionStrategy" },
    };
    expect(schemaFindings(facts).map(({ level, check }) => `${level} ${check}`)).toEqual([
      "ok copies",
      "ok tables",
    ]);
  });
});
