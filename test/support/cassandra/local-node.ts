/**
 * One Cassandra node as a child process on the machine's own Java, for throw-away data.
 * Invariant: the node ends when it is disposed of and when this process ends in whatever way; its folder goes with it.
 * Costs at a start: 4 to 8 s until the first answer, 5 to 7 s of CPU, 0.8 GB of memory.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import cassandra from "cassandra-driver";

import { until } from "../until.ts";
import { DATA_CENTER, javaArguments, nodeFiles, type NodePlan } from "./node-files.ts";

export interface RunningCassandra extends AsyncDisposable {
  /** `host:port`. */
  readonly contactPoint: string;
  readonly localDataCenter: string;
}

/** Quiet machines take 4 s, one under fifteen times its load took 17. */
const START_LIMIT_MS = 180_000;
const LOG_LINES = 30;

/**
 * The shell holds the pipe's end: when this process is gone, however, `read` returns and the node is killed.
 * $1 is the node's folder, gone when the node is; the rest is the command. The log outlives a node that ended by itself.
 */
const KEEPER = `exec 3<&0 2>/dev/null; folder=$1; shift
"$@" </dev/null >"$folder/node.log" 2>&1 3<&- & node=$!
(read _ <&3; kill -9 $node; rm -rf "$folder") & keeper=$!
wait $node; code=$?
if [ $code -eq 137 ]; then wait $keeper; else kill $keeper; fi
exit $code`;

/** @returns the major version of the Java on the machine that can run Cassandra 5, or why there is none. */
export function findJava(): { path: string; version: number } | { missing: string } {
  const home = process.env["JAVA_HOME"];
  const candidates = [...(home === undefined ? [] : [join(home, "bin/java")]), "java"];
  let missing = "there is no Java";
  for (const path of candidates) {
    const asked = spawnSync(path, ["-version"], { encoding: "utf8" });
    const version = Number(/version "(\d+)/.exec(asked.stderr ?? "")?.[1]);
    if (version === 17 || version === 21) return { path, version };
    if (!Number.isNaN(version)) missing = `Java ${version} cannot run it, 17 and 21 can`;
  }
  return { missing };
}

/** @param lib holds the server's jars. */
export async function startLocalNode(
  java: { path: string; version: number },
  lib: string,
): Promise<RunningCassandra> {
  const folder = mkdtempSync(join(tmpdir(), "argus-cassandra-"));
  const [nativePort, storagePort, sslStoragePort] = await freePorts();
  const plan: NodePlan = {
    folder,
    lib,
    nativePort,
    storagePort,
    sslStoragePort,
    javaVersion: java.version,
  };
  for (const [name, text] of nodeFiles(plan)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const log = join(folder, "node.log");
  const child = spawn("sh", ["-c", KEEPER, "sh", folder, java.path, ...javaArguments(plan)], {
    stdio: ["pipe", "inherit", "inherit"],
    // glibc gives each of the JVM's many threads an arena otherwise.
    env: { ...process.env, MALLOC_ARENA_MAX: "2" },
  });
  const node: RunningCassandra = {
    contactPoint: `127.0.0.1:${nativePort}`,
    localDataCenter: DATA_CENTER,
    [Symbol.asyncDispose]: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await until(
      "Cassandra answers",
      async () => {
        if (child.exitCode !== null)
          throw new Error(`Cassandra ended with ${child.exitCode}:\n${lastLines(log)}`);
        return answers(node);
      },
      START_LIMIT_MS,
    );
    return node;
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.stdin?.end();
  await closed;
}

/** The port opens some 0.2 s before a query works, so a query is asked. */
async function answers(node: RunningCassandra): Promise<boolean> {
  const client = new cassandra.Client({
    contactPoints: [node.contactPoint],
    localDataCenter: node.localDataCenter,
    monitorReporting: { enabled: false },
  });
  try {
    await client.execute("SELECT release_version FROM system.local");
    return true;
  } catch {
    return false;
  } finally {
    await client.shutdown();
  }
}

async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    ports.push(address.port);
  }
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  const [first = 0, second = 0, third = 0] = ports;
  return [first, second, third];
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
}
