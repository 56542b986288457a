import { describe, expect, test } from "vitest";

import type { ClusterFacts, NodeFacts } from "./doctor-facts.ts";
import { nodeFindings } from "./doctor-nodes.ts";

const NODE: NodeFacts = {
  address: "10.0.0.1:9042",
  dataCenter: "dc1",
  version: "5.0.9",
  silence: undefined,
  skewMs: 40,
  skewErrorMs: 10,
  schemaVersion: "s1",
  settings: new Map([
    ["commitlog_sync", "group"],
    ["tombstone_failure_threshold", "100000"],
    ["authenticator.class_name", "org.apache.cassandra.auth.PasswordAuthenticator"],
  ]),
  hidesSettings: false,
};
const NODES = [1, 2, 3].map((i) => ({ ...NODE, address: `10.0.0.${i}:9042` }));

const FACTS: ClusterFacts = {
  kind: "cassandra",
  options: {
    contactPoints: ["10.0.0.1:9042"],
    localDataCenter: "dc1",
    keyspace: "argus",
    credentials: { username: "argus", password: "secret words" },
    tls: { ca: "pem" },
  },
  nodes: NODES,
  elsewhere: 0,
  replication: { class: "NetworkTopologyStrategy", dc1: "3" },
  tables: new Map(),
  version: 0,
};

/** The second node is another. */
function withNode(change: Partial<NodeFacts>): ClusterFacts {
  return { ...FACTS, nodes: NODES.map((node, i) => (i === 1 ? { ...node, ...change } : node)) };
}
function withSetting(name: string, value: string): ClusterFacts {
  return withNode({ settings: new Map([...NODE.settings, [name, value]]) });
}
const withOptions = (change: Partial<ClusterFacts["options"]>): ClusterFacts => ({
  ...FACTS,
  options: { ...FACTS.options, ...change },
});

describe("of the nodes of a cluster", () => {
  test("that is in order every line is ok", () => {
    expect(nodeFindings(FACTS).map(({ level, check }) => `${level} ${check}`)).toEqual([
      "ok server",
      "ok nodes",
      "ok schema",
      "ok clocks",
      "ok commit log",
      "ok tombstones",
      "ok accounts",
      "ok encryption",
    ]);
  });

  test.each<[string, ClusterFacts, RegExp]>([
    [
      "two versions",
      withNode({ version: "5.0.4" }),
      /^warn server Apache Cassandra 5\.0\.4 and 5\.0\.9/,
    ],
    [
      "an old version",
      { ...FACTS, nodes: NODES.map((node) => ({ ...node, version: "3.11.19" })) },
      /^warn server .*3\.11\.19/,
    ],
    [
      "a node that is silent",
      withNode({ silence: "no" }),
      /^warn nodes 2 of 3 in dc1 .*10\.0\.0\.2/,
    ],
    [
      "two that are silent",
      { ...FACTS, nodes: NODES.map((node, i) => (i > 0 ? { ...node, silence: "no" } : node)) },
      /^fail nodes 1 of 3 .*quorum of 2 of 3/,
    ],
    [
      "one that is silent of two copies",
      { ...withNode({ silence: "no" }), replication: { class: "N", dc1: "2" } },
      /^fail nodes/,
    ],
    ["schemas that differ", withNode({ schemaVersion: "s2" }), /^fail schema .*2 versions/],
    [
      "a clock that is behind",
      withNode({ skewMs: -5_020 }),
      /^warn clocks 10\.0\.0\.2:9042 is 5\.0 s behind/,
    ],
    ["a clock that is far ahead", withNode({ skewMs: 61_000 }), /^fail clocks .* 61\.0 s ahead of/],
    [
      "a periodic commit log",
      withSetting("commitlog_sync", "periodic"),
      /^warn commit log .*periodic on 10\.0\.0\.2:9042.*100 ms.*commitlog_sync: group/,
    ],
    [
      "few tombstones",
      withSetting("tombstone_failure_threshold", "1000"),
      /^warn tombstones .*1000/,
    ],
    [
      "settings that are hidden",
      {
        ...FACTS,
        nodes: NODES.map((node) => ({ ...node, settings: new Map(), hidesSettings: true })),
      },
      /^warn commit log .*GRANT SELECT ON system_views\.settings TO argus/,
    ],
    [
      "no password",
      withSetting("authenticator.class_name", "AllowAllAuthenticator"),
      /^warn accounts .*no password/,
    ],
    ["no TLS", withOptions({ tls: undefined } as never), /^warn encryption none/],
  ])("%s is told", (_what, facts, want) => {
    const told = nodeFindings(facts).flatMap((finding) =>
      finding.level === "ok"
        ? []
        : [`${finding.level} ${finding.check} ${finding.found} ${finding.why} ${finding.todo}`],
    );
    expect(told.filter((line) => want.test(line))).toHaveLength(1);
    // One thing out of order is one finding.
    expect(told).toHaveLength(1);
    expect(told.join("\n")).not.toContain("secret words");
  });

  test.each<[string, ClusterFacts]>([
    [
      "a clock within what the measuring may be wrong by",
      withNode({ skewMs: 5_500, skewErrorMs: 900 }),
    ],
    [
      "no TLS to this machine",
      withOptions({ tls: undefined, contactPoints: ["127.0.0.1:9042"] } as never),
    ],
    [
      "a server that does not show its settings",
      { ...FACTS, nodes: NODES.map((node) => ({ ...node, settings: new Map() })) },
    ],
    ["nodes elsewhere", { ...FACTS, elsewhere: 3 }],
    ["Amazon Keyspaces", { ...FACTS, kind: "keyspaces" }],
  ])("%s is in order", (_what, facts) => {
    expect(nodeFindings(facts).filter(({ level }) => level !== "ok")).toEqual([]);
  });

  test("ScyllaDB is told of the setting that it has", () => {
    const facts = { ...withSetting("commitlog_sync", "periodic"), kind: "scylla" as const };
    const found = nodeFindings(facts).find(({ check }) => check === "commit log");
    expect(found).toMatchObject({
      level: "warn",
      todo: expect.stringContaining("commitlog_sync: batch") as string,
    });
  });
});
