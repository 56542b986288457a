/**
 * Cassandra in a container, where a container engine runs.
 * Invariant: without an engine nothing is loaded or started, and the answer says so.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { RunningCassandra } from "./local-node.ts";

const IMAGE = "cassandra:5.0";

/** As production should have it: acknowledged writes survive a killed node. The window is short: suites are many writes. */
const SETTINGS = [
  "s/^commitlog_sync: periodic/commitlog_sync: group/",
  "s/^commitlog_sync_period:.*/commitlog_sync_group_window: 1ms/",
];

/** @returns undefined when there is no engine. */
export async function startContainer(): Promise<RunningCassandra | undefined> {
  if (!mayHaveEngine()) return undefined;
  // Loading it takes a second, which a machine without an engine need not pay.
  const { CassandraContainer } = await import("@testcontainers/cassandra");
  const edits = SETTINGS.map((edit) => `-e '${edit}'`).join(" ");
  try {
    const container = await new CassandraContainer(IMAGE)
      .withCommand([
        "bash",
        "-c",
        `sed -i ${edits} /etc/cassandra/cassandra.yaml && exec docker-entrypoint.sh cassandra -f`,
      ])
      .start();
    return {
      contactPoint: container.getContactPoint(),
      localDataCenter: container.getDatacenter(),
      [Symbol.asyncDispose]: async () => {
        await container.stop();
      },
    };
  } catch (error) {
    if (String(error).includes("Could not find a working container runtime")) return undefined;
    throw error;
  }
}

function mayHaveEngine(): boolean {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return (
    process.env["DOCKER_HOST"] !== undefined ||
    existsSync("/var/run/docker.sock") ||
    existsSync(join(homedir(), ".testcontainers.properties")) ||
    existsSync(join(homedir(), ".docker/run/docker.sock")) ||
    (runtime !== undefined && existsSync(join(runtime, "docker.sock")))
  );
}
