/**
 * A role that may not do what Argus needs, on a node that checks: whoever starts a server is told what to grant.
 * Costs a node of its own: 10 s, 0.8 GB.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { DATA_CENTER } from "../support/cassandra/node-files.ts";
import {
  askNode,
  findJava,
  freePorts,
  type NodeProcess,
  startNode,
} from "../support/cassandra/node-process.ts";
import { serverJars } from "../support/cassandra/server-jars.ts";

const java = findJava();
const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const START_LIMIT_MS = 240_000;

test("there is a Java wherever changes are judged", () => {
  if ("missing" in java) console.warn(`ROLES OF CASSANDRA ARE NOT TESTED: ${java.missing}`);
  expect("missing" in java && process.env["CI"] === "true").toBe(false);
});

describe.skipIf("missing" in java)("a node of Cassandra that checks roles", () => {
  let node: NodeProcess;
  beforeAll(async () => {
    if ("missing" in java) return;
    const [nativePort = 0, storagePort = 0, sslStoragePort = 0] = await freePorts(3);
    const folder = mkdtempSync(join(tmpdir(), "argus-roles-"));
    const ports = { nativePort, storagePort, sslStoragePort };
    const plan = { folder, lib: serverJars(), ...ports, javaVersion: java.version, hasRoles: true };
    node = await startNode(java, plan);
  }, START_LIMIT_MS);
  afterAll(() => node[Symbol.asyncDispose](), START_LIMIT_MS);

  const asAdministrator = (cql: string): Promise<unknown> =>
    askNode(node.contactPoint, (client) => client.execute(cql));

  /** As a process of its own: a variable for the tests would be refused. */
  async function migrate(user: string): Promise<{ code: number | null; told: string }> {
    const flags = {
      store: "cassandra",
      "cassandra-contact-points": node.contactPoint,
      "cassandra-local-dc": DATA_CENTER,
      "cassandra-keyspace": "logs",
      "cassandra-replication-factor": "1",
      "cassandra-username": user,
      "cassandra-password": "hush",
    };
    const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    const env = Object.entries(process.env).filter(([name]) => !name.startsWith("ARGUS_"));
    const child = spawn(process.execPath, [CLI, "migrate", ...argv], {
      env: Object.fromEntries(env),
    });
    const [out, errors] = [text(child.stdout), text(child.stderr)];
    const [code] = (await once(child, "exit")) as [number | null];
    return { code, told: (await out) + (await errors) };
  }

  /** Grants what is told to be missing until nothing is. @returns which permissions. */
  async function grantAll(user: string): Promise<readonly string[]> {
    const missing: string[] = [];
    for (;;) {
      const { code, told } = await migrate(user);
      if (code === 0) return missing;
      expect(told).not.toMatch(/ResponseError|\n +at /);
      const [, permission = ""] = /has no (\w+) permission on/.exec(told) ?? [];
      const grant = `GRANT ${permission} ON KEYSPACE logs TO ${user}`;
      expect(told).toContain(grant);
      expect(missing).not.toContain(permission);
      missing.push(permission);
      await asAdministrator(grant);
    }
  }

  test("each permission that is missing is told with what grants it, and with all of them it starts", async () => {
    for (const user of ["ada", "bob"])
      await asAdministrator(`CREATE ROLE ${user} WITH PASSWORD = 'hush' AND LOGIN = true`);
    const first = await migrate("ada");
    expect(first.code).toBe(1);
    expect(first.told).toContain("User ada has no CREATE permission on <all keyspaces>");
    expect(first.told).toContain("GRANT CREATE ON ALL KEYSPACES TO ada");
    await asAdministrator(
      `CREATE KEYSPACE logs WITH replication = {'class': 'NetworkTopologyStrategy', '${DATA_CENTER}': 1}`,
    );
    // Who makes a table may do everything with it.
    expect(await grantAll("ada")).toEqual(["CREATE"]);
    expect(await grantAll("bob")).toEqual(["SELECT", "MODIFY"]);
  });
});
