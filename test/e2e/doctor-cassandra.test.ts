/**
 * `argus doctor` where the settings name a cluster: what it prints, and how it ends.
 */
import { describe, expect, inject, test } from "vitest";

import { run } from "../../src/cli/run.ts";
import type { CassandraOptions } from "../../src/storage/cassandra/connect.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { recordedWorld } from "../support/cli-world.ts";

const found = inject("cassandra");

async function doctor(options: CassandraOptions, argv: string[] = [], env = {}) {
  const { world, printed } = recordedWorld({
    env: {
      ARGUS_STORE: "cassandra",
      ARGUS_CASSANDRA_CONTACT_POINTS: options.contactPoints.join(","),
      ARGUS_CASSANDRA_LOCAL_DC: options.localDataCenter,
      ARGUS_CASSANDRA_KEYSPACE: options.keyspace,
      ...env,
    },
  });
  return { code: await run(world, ["doctor", ...argv], "1"), ...printed };
}

describe.skipIf("missing" in found)("argus doctor at a cluster", () => {
  test("fails where there is no keyspace, and says what makes it", async () => {
    const told = await doctor(newKeyspace(found));
    expect([told.code, told.note]).toEqual([1, ""]);
    expect(told.out).toMatch(/^ok {6}server {6}Apache Cassandra 5/);
    expect(told.out).toMatch(
      /\nFAILED {2}keyspace .*\n {20}why: .*\n {20}do: {2}npx argus migrate/,
    );
    // Nobody asked about a server.
    expect(told.out).not.toContain("login file");
  });

  test("ends well with warnings, and prints them for programs", async () => {
    const options = newKeyspace(found);
    await (await openForTests(options))[Symbol.asyncDispose]();
    const told = await doctor(options, ["--json"]);
    const findings = told.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toContain("warn copies");
    for (const { level, why, todo } of findings)
      expect([why !== undefined, todo !== undefined]).toEqual([level !== "ok", level !== "ok"]);
    expect(told.code).toBe(0);
  });

  test("looks at a server too when its address is given", async () => {
    const told = await doctor(newKeyspace(found), ["--url", "http://127.0.0.1:1"]);
    expect(told.out).toContain("FAILED  keyspace");
    expect(told.out).toContain("FAILED  server");
  });

  test("says that no node can be reached, and where to look", async () => {
    const options = { ...newKeyspace(found), contactPoints: ["127.0.0.1:1"] };
    const told = await doctor(options);
    expect(told.code).toBe(1);
    expect(told.out).toMatch(
      /^FAILED {2}connection {2}Cassandra at 127\.0\.0\.1:1 does not serve: .*ARGUS_CASSANDRA_CONTACT_POINTS/,
    );
  });

  test("names a setting that cannot be", async () => {
    const told = await doctor(newKeyspace(found), [], { ARGUS_CASSANDRA_KEYSPACE: "No Name" });
    expect([told.code, told.note]).toEqual([
      1,
      expect.stringContaining("ARGUS_CASSANDRA_KEYSPACE"),
    ]);
  });
});
