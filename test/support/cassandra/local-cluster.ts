/**
 * Three Cassandra nodes on this machine, with every copy on each, that can be killed, stopped, cut off and started again.
 * Invariants: clients and the other nodes reach a node only by its link, so that it can be cut off without being root and
 * without telling anybody; nodes have each other's addresses, as real ones do: 127.0.1.1, .2, .3 with one port.
 * Costs: 12 to 20 s until the ring agrees, 20 s of CPU, 2.1 GB of memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cassandra from "cassandra-driver";

import { until } from "../until.ts";
import { type Link, startLink } from "./link.ts";
import { DATA_CENTER, type NodePlan } from "./node-files.ts";
import { askNode, freePorts, type Java, type NodeProcess, startNode } from "./node-process.ts";

export const NODES = 3;
const RING_LIMIT_MS = 120_000;

export interface LocalCluster extends AsyncDisposable {
  /** `host:port` of each. */
  readonly contactPoints: readonly string[];
  readonly localDataCenter: string;
  readonly nodes: readonly ClusterNode[];
  /** Resolves when each node takes every other one for alive, and all have one schema. */
  whole(): Promise<void>;
}

export interface ClusterNode {
  /** `host:port`, its own: not by its link. */
  readonly contactPoint: string;
  kill(): Promise<void>;
  /** As an operator does: it says good-bye. */
  stopInOrder(): Promise<void>;
  /** Starts it again upon what it has; resolves when it answers. */
  start(): Promise<void>;
  /** Takes all its time away. */
  freeze(): void;
  thaw(): void;
  /** No packet reaches it or leaves it any more, from and to clients and other nodes. */
  cutOff(): void;
  /** Undoes `cutOff`; what was on its way arrives late. */
  join(): void;
  /** The next answer to a client is lost, and its connection. */
  loseAnswer(): void;
}

/** @param lib holds the server's jars. */
export async function startLocalCluster(java: Java, lib: string): Promise<LocalCluster> {
  const root = mkdtempSync(join(tmpdir(), "argus-cluster-"));
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rmSync(root, { recursive: true, force: true }));
  const [nativePort = 0, storagePort = 0, sslStoragePort = 0] = await freePorts(3);
  const numbers = Array.from({ length: NODES }, (_, i) => i + 1);
  const addressOf = (number: number): string => `127.0.0.${number}`;
  const knownAs = (number: number): string => `127.0.1.${number}`;
  const plans = numbers.map((number): NodePlan => ({
    folder: join(root, `node-${number}`),
    lib,
    nativePort,
    storagePort,
    sslStoragePort,
    javaVersion: java.version,
    member: {
      address: addressOf(number),
      knownAs: knownAs(number),
      all: numbers.map(knownAs),
      token: -(2n ** 63n) + (2n ** 64n / BigInt(NODES)) * BigInt(number - 1),
    },
  }));
  const links: { clients: Link; nodes: Link }[] = [];
  for (const number of numbers) {
    const between = (port: number) => ({
      from: { host: knownAs(number), port },
      to: { host: addressOf(number), port },
    });
    links.push({
      clients: undo.use(await startLink(between(nativePort))),
      nodes: undo.use(await startLink({ ...between(storagePort), senderOf })),
    });
  }
  // At once: each takes the others for seeds, so none waits for another.
  const started = await Promise.allSettled(plans.map((plan) => startNode(java, plan, root)));
  const running = started.map((one) => (one.status === "fulfilled" ? one.value : undefined));
  undo.defer(async () => {
    const left = running.filter((node) => node !== undefined);
    await Promise.all(left.map((node) => node[Symbol.asyncDispose]()));
  });
  for (const one of started) if (one.status === "rejected") throw one.reason;

  const nodes = plans.map((plan, i): ClusterNode => {
    const process = (): NodeProcess => {
      const node = running[i];
      if (node === undefined) throw new Error(`node ${i + 1} does not run`);
      return node;
    };
    const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
      const node = process();
      node.signal(signal);
      await node.ended;
      running[i] = undefined;
    };
    return {
      contactPoint: `${addressOf(i + 1)}:${nativePort}`,
      kill: () => end("SIGKILL"),
      stopInOrder: () => end("SIGTERM"),
      start: async () => {
        running[i] = await startNode(java, plan, root);
      },
      freeze: () => process().signal("SIGSTOP"),
      thaw: () => process().signal("SIGCONT"),
      cutOff: () => {
        for (const [at, { clients, nodes: internal }] of links.entries()) {
          if (at === i) clients.stall();
          if (at === i) internal.stall();
          else internal.stallFrom(knownAs(i + 1));
        }
      },
      join: () => {
        for (const [at, { clients, nodes: internal }] of links.entries()) {
          if (at === i) clients.mend();
          if (at === i) internal.mend();
          else internal.mendFrom(knownAs(i + 1));
        }
      },
      loseAnswer: () => links[i]?.clients.loseAnswer(),
    };
  });
  const whole = (): Promise<void> =>
    until(
      "every node takes every other one for alive",
      async () => {
        const answers = await Promise.all(running.map((node) => seesAll(node)));
        return answers.every(Boolean);
      },
      RING_LIMIT_MS,
    ).then(() => undefined);
  await whole();
  const held = undo.move();
  return {
    contactPoints: numbers.map((number) => `${knownAs(number)}:${nativePort}`),
    localDataCenter: DATA_CENTER,
    nodes,
    whole,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/**
 * Who opened a connection between nodes says so at its begin: a magic number and flags of four bytes each, a length, an
 * IPv4 address, a port.
 */
function senderOf(first: Buffer): string {
  const at = 9;
  return [...first.subarray(at, at + 4)].join(".");
}

/** Its peers alone do not say it: a node remembers those that are down. A read from all replicas needs each of them. */
async function seesAll(node: NodeProcess | undefined): Promise<boolean> {
  if (node === undefined) return false;
  const { all, one } = cassandra.types.consistencies;
  return askNode(node.contactPoint, async (client) => {
    const peers = await client.execute("SELECT schema_version FROM system.peers", [], {
      consistency: one,
    });
    const own = await client.execute("SELECT schema_version FROM system.local");
    const versions = [...own.rows, ...peers.rows].map((row) => String(row.get("schema_version")));
    if (versions.length !== NODES || new Set(versions).size !== 1) return false;
    // Cassandra itself keeps three copies of this.
    const read =
      "SELECT status FROM system_distributed.view_build_status WHERE keyspace_name = '' AND view_name = ''";
    await client.execute(read, [], { consistency: all });
    return true;
  }).catch(() => false);
}
