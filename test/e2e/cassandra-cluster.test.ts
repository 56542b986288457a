/**
 * Three real nodes of Cassandra: processes that start at once agree on the tables, each process knows every node, and with
 * one node killed under load they go on. How soon they do, and all other faults, is `npm run torture -- --cluster`.
 * Costs 30 to 60 s and 2.3 GB for the nodes.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { systemClock } from "../../src/server/system-clock.ts";
import type { CassandraOptions } from "../../src/storage/cassandra/connect.ts";
import { examineCluster } from "../../src/storage/cassandra/doctor.ts";
import type { Finding } from "../../src/storage/cassandra/doctor-finding.ts";
import { openSession } from "../../src/storage/cassandra/session.ts";
import { makeApplication } from "../support/api-setup.ts";
import { type LocalCluster, startLocalCluster } from "../support/cassandra/local-cluster.ts";
import { askNode, findJava } from "../support/cassandra/node-process.ts";
import { serverJars } from "../support/cassandra/server-jars.ts";
import { until } from "../support/until.ts";
import { findFaults } from "../torture/checker.ts";
import { startProcesses } from "../torture/cluster/processes.ts";
import { startSenders } from "../torture/cluster/senders.ts";

const java = findJava();
/** Elsewhere there is but one loopback address. */
const runs = process.platform === "linux" && !("missing" in java);
const OPENING = fileURLToPath(new URL("../support/cassandra/opening-process.ts", import.meta.url));
const START_LIMIT_MS = 240_000;

test("there is a Java wherever changes are judged", () => {
  if (!runs) console.warn("THREE NODES OF CASSANDRA ARE NOT TESTED: that takes Linux and Java");
  expect(runs || process.env["CI"] !== "true").toBe(true);
});

describe.skipIf(!runs)("three nodes of Cassandra", () => {
  const open = new AsyncDisposableStack();
  let cluster: LocalCluster;
  beforeAll(async () => {
    if ("missing" in java) return;
    cluster = open.use(await startLocalCluster(java, serverJars()));
  }, START_LIMIT_MS);
  afterAll(() => open.disposeAsync(), START_LIMIT_MS);

  // One for all tests: fifteen tables on three nodes take as many seconds on a busy machine.
  const keyspace = `t_${randomBytes(8).toString("hex")}`;

  test("five processes that start at once on an empty cluster end with one schema", async () => {
    const options: CassandraOptions = {
      contactPoints: cluster.contactPoints,
      localDataCenter: cluster.localDataCenter,
      keyspace,
      replicationFactor: cluster.nodes.length,
    };
    const names = ["a", "b", "c", "d", "e"];
    const said = await Promise.all(names.map((name) => openProcess(options, name)));
    expect(said).toEqual(names.map((name) => `${name} made its record\n`));

    await cluster.whole();
    // Tables that two nodes made at once would have two ids.
    const ids = await Promise.all(
      cluster.nodes.map(({ contactPoint }) => tableIds(contactPoint, keyspace)),
    );
    expect(ids[0]?.length).toBeGreaterThan(0);
    for (const of of ids) expect(of).toEqual(ids[0]);

    await using session = await openSession({ options, clock: systemClock });
    const known = session.nodes().map(({ address }) => address);
    expect(known.toSorted()).toEqual([...cluster.contactPoints]);
  });

  test("processes go on when a node is killed under load, and nothing is lost or doubled", async () => {
    await using processes = await startProcesses(cluster, keyspace, 2);
    const { urls } = processes;
    const { secret } = await makeApplication(urls[0] ?? "", "cluster");
    const senders = startSenders({ urls, secret, clients: 4, seed: 1 });
    const allAcknowledge = async (): Promise<void> => {
      const sinceMs = performance.now();
      await until(
        "each process acknowledges",
        () =>
          urls.every((_, i) =>
            senders.attempts.some(
              ({ to, startedMs, outcome }) =>
                to === i && startedMs > sinceMs && outcome === "acknowledged",
            ),
          ),
        60_000,
      );
    };
    await allAcknowledge();
    await cluster.nodes[0]?.kill();
    for (let round = 0; round < 5; round++) await allAcknowledge();
    await senders.finish();
    for (const url of urls) expect(await findFaults(url, secret, senders.batches)).toEqual([]);
  });

  test("the doctor names the node that is down, and that one more may not be", async () => {
    const { contactPoints, localDataCenter } = cluster;
    // It is the one that the test before killed.
    const [dead = ""] = contactPoints;
    const options = { contactPoints, localDataCenter, keyspace };
    await using session = await openSession({ options, clock: systemClock });
    const findings: Finding[] = [];
    for await (const finding of examineCluster({ session, options, clock: systemClock })) {
      findings.push(finding);
      // What follows is watched for a quarter of a minute, and not about nodes.
      if (finding.check === "copies") break;
    }
    const told = findings.find(({ check }) => check === "nodes");
    expect(told).toMatchObject({ level: "warn", found: `2 of 3 in ${localDataCenter} answer` });
    expect(told?.level !== "ok" && told?.todo).toContain(dead);
    expect(findings.find(({ check }) => check === "copies")?.level).toBe("ok");
  });
});

async function openProcess(options: CassandraOptions, name: string): Promise<string> {
  const child = spawn(process.execPath, [OPENING, JSON.stringify(options), name]);
  const [out, errors] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, "exit")) as [number | null];
  return code === 0 ? await out : `exit ${code}: ${await errors}`;
}

function tableIds(contactPoint: string, keyspace: string): Promise<string[]> {
  return askNode(contactPoint, async (client) => {
    const read = "SELECT table_name, id FROM system_schema.tables WHERE keyspace_name = ?";
    const { rows } = await client.execute(read, [keyspace]);
    return rows.map((row) => `${String(row.get("table_name"))} ${String(row.get("id"))}`);
  });
}
