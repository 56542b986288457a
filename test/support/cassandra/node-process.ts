/**
 * The process of one Cassandra node, on the machine's own Java.
 * Invariants: it ends when it is disposed of and when this process ends in whatever way, and then what it wrote goes too;
 * a node that was killed can be started again upon its folder.
 * Costs at a start: 4 to 8 s until the first answer, 5 to 7 s of CPU, 0.8 GB of memory.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import cassandra from "cassandra-driver";

import { until } from "../until.ts";
import { DATA_CENTER, javaArguments, nodeFiles, type NodePlan } from "./node-files.ts";

export interface Java {
  readonly path: string;
  readonly version: number;
}

export interface NodeProcess extends AsyncDisposable {
  /** `host:port`, its own. */
  readonly contactPoint: string;
  /** The node's own; it changes with a start. */
  readonly pid: number;
  /** Reaches the node itself; it is a child of the shell that watches over it. */
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM"): void;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
}

/** Quiet machines take 4 s, one under fifteen times its load took 17. */
const START_LIMIT_MS = 180_000;
const LOG_LINES = 30;
const LOG = "node.log";
const PID = "node.pid";

/**
 * The shell holds the pipe's end: when this process is gone, however, `read` returns, the node is killed, and $2 is
 * removed. $1 is the node's folder, the rest is the command. The log outlives a node that ended otherwise.
 */
const KEEPER = `exec 3<&0 2>/dev/null; folder=$1; goes=$2; shift 2
"$@" </dev/null >"$folder/${LOG}" 2>&1 3<&- & node=$!
echo $node >"$folder/${PID}"
(read _ <&3; : >"$folder/over"; kill -9 $node) & keeper=$!
wait $node; code=$?
if [ -e "$folder/over" ]; then rm -rf "$goes"; else kill $keeper; fi
exit $code`;

/** @returns the Java on the machine that can run Cassandra 5, or why there is none. */
export function findJava(): Java | { missing: string } {
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

/**
 * Resolves when the node answers; throws with the end of its log when it ends first.
 * @param goes what is removed when the node is disposed of, or this process ends.
 */
export async function startNode(
  java: Java,
  plan: NodePlan,
  goes: string = plan.folder,
): Promise<NodeProcess> {
  const { folder } = plan;
  for (const [name, text] of nodeFiles(plan)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  rmSync(join(folder, PID), { force: true });
  const child = spawn("sh", ["-c", KEEPER, "sh", folder, goes, java.path, ...javaArguments(plan)], {
    stdio: ["pipe", "inherit", "inherit"],
    // A group of its own: a signal to all of ours, as Ctrl-C is, would end the shell before it has cleaned up.
    detached: true,
    // glibc gives each of the JVM's many threads an arena otherwise.
    env: { ...process.env, MALLOC_ARENA_MAX: "2" },
  });
  const closed = once(child, "close").then(() => undefined);
  const node: NodeProcess = {
    contactPoint: `${plan.member?.address ?? "127.0.0.1"}:${plan.nativePort}`,
    get pid() {
      return Number(readFileSync(join(folder, PID), "utf8"));
    },
    signal: (name) => {
      if (!isRunning(child)) throw new Error("the node has ended");
      process.kill(node.pid, name);
    },
    ended: closed,
    [Symbol.asyncDispose]: async () => {
      if (isRunning(child)) child.stdin?.end();
      await closed;
      rmSync(goes, { recursive: true, force: true });
    },
  };
  try {
    await until(
      "Cassandra answers",
      async () => {
        if (!isRunning(child))
          throw new Error(
            `Cassandra ended with ${child.exitCode ?? child.signalCode}:\n${lastLines(join(folder, LOG))}`,
          );
        return answers(node.contactPoint);
      },
      START_LIMIT_MS,
    );
    return node;
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}

/** Whom a node with roles makes at its first start. */
const ADMINISTRATOR = { username: "cassandra", password: "cassandra" };

/** Asks one node alone, whatever it says about others. */
export async function askNode<T>(
  contactPoint: string,
  ask: (client: cassandra.Client) => Promise<T>,
): Promise<T> {
  const { loadBalancing } = cassandra.policies;
  const client = new cassandra.Client({
    contactPoints: [contactPoint],
    localDataCenter: DATA_CENTER,
    policies: {
      loadBalancing: new loadBalancing.AllowListPolicy(
        new loadBalancing.DCAwareRoundRobinPolicy(DATA_CENTER),
        [contactPoint],
      ),
    },
    // Of a node without roles nobody asks for it.
    credentials: ADMINISTRATOR,
    monitorReporting: { enabled: false },
  });
  try {
    return await ask(client);
  } finally {
    await client.shutdown();
  }
}

/** @returns as many different ports of 127.0.0.1 that were free just now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
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
  return ports;
}

/** The port opens some 0.2 s before a query works, so a query is asked. */
async function answers(contactPoint: string): Promise<boolean> {
  try {
    await askNode(contactPoint, (client) =>
      client.execute("SELECT release_version FROM system.local"),
    );
    return true;
  } catch {
    return false;
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
}
