/**
 * What happens to a cluster under load, and what is promised meanwhile.
 * Invariant: when a scenario is over, all nodes and processes run, and every node takes every other one for alive.
 */
import { setTimeout as sleep } from "node:timers/promises";

import type { Random } from "../../support/sample-logs.ts";
import type { ClusterNode, LocalCluster } from "../../support/cassandra/local-cluster.ts";
import type { Processes } from "./processes.ts";

export interface World {
  readonly cluster: LocalCluster;
  readonly processes: Processes;
  readonly random: Random;
  /** How long a fault lasts: longer than nodes take to give each other up. */
  readonly holdMs: number;
}

export interface Scenario {
  readonly name: string;
  /**
   * - `nothing fails`: after the first second every try is acknowledged, and soon.
   * - `refuses`: while the fault lasts, what is not acknowledged is refused soon, with Retry-After; then all goes on.
   * - `goes on`: tries may fail, but processes go on by themselves.
   */
  readonly promise: "nothing fails" | "refuses" | "goes on";
  /** Does the harm; resolves when it is done. */
  readonly harm: (world: World) => Promise<Repair>;
}

/** Ends the fault. */
export type Repair = () => Promise<void>;

/** A process trusts what it knows of an epoch for 20 s. */
const PAST_TRUST_MS = 26_000;
const LOST_ANSWERS = 40;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a node is killed",
    promise: "nothing fails",
    harm: async (world) => {
      const [node] = someNodes(world, 1);
      await node?.kill();
      return () => node?.start() ?? Promise.resolve();
    },
  },
  {
    name: "a node stands still",
    promise: "nothing fails",
    harm: async (world) => {
      const nodes = someNodes(world, 1);
      for (const node of nodes) node.freeze();
      return async () => {
        for (const node of nodes) node.thaw();
      };
    },
  },
  {
    name: "a node is cut off",
    promise: "nothing fails",
    harm: async (world) => {
      const nodes = someNodes(world, 1);
      for (const node of nodes) node.cutOff();
      return async () => {
        for (const node of nodes) node.join();
      };
    },
  },
  {
    name: "a node restarts",
    promise: "nothing fails",
    harm: async (world) => {
      const [node] = someNodes(world, 1);
      await node?.stopInOrder();
      await node?.start();
      return async () => undefined;
    },
  },
  {
    name: "answers of nodes are lost",
    promise: "nothing fails",
    harm: async ({ cluster, random }) => {
      for (let i = 0; i < LOST_ANSWERS; i++) {
        cluster.nodes[random.below(cluster.nodes.length)]?.loseAnswer();
        await sleep(random.below(300));
      }
      return async () => undefined;
    },
  },
  {
    name: "two nodes are killed",
    promise: "refuses",
    harm: async (world) => {
      const nodes = someNodes(world, 2);
      await Promise.all(nodes.map((node) => node.kill()));
      return async () => {
        await Promise.all(nodes.map((node) => node.start()));
      };
    },
  },
  {
    name: "two nodes stand still",
    promise: "refuses",
    harm: async (world) => {
      const nodes = someNodes(world, 2);
      for (const node of nodes) node.freeze();
      return async () => {
        for (const node of nodes) node.thaw();
      };
    },
  },
  {
    name: "a process is killed",
    promise: "goes on",
    harm: async ({ processes, random }) => {
      const which = random.below(processes.urls.length);
      await processes.kill(which);
      return () => processes.start(which);
    },
  },
  {
    name: "a process stands still past its trust",
    promise: "goes on",
    harm: async ({ processes, random }) => {
      const which = random.below(processes.urls.length);
      processes.freeze(which);
      await sleep(PAST_TRUST_MS);
      processes.thaw(which);
      return async () => undefined;
    },
  },
];

function someNodes({ cluster, random }: World, count: number): ClusterNode[] {
  const left = [...cluster.nodes];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}
