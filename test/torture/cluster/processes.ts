/**
 * Processes of Argus on one cluster, whose clocks are not alike.
 * Invariant: a process that is killed comes back at the same address.
 */
import { once } from "node:events";

import type { LocalCluster } from "../../support/cassandra/local-cluster.ts";
import { type ArgusProcess, startArgus } from "../../support/server-process.ts";

const MAX_COMPLAINTS = 20;

/** Two of them are 30 s apart. */
export const CLOCK_SHIFTS_MS = [0, 15_000, -15_000];

export interface Processes extends AsyncDisposable {
  readonly urls: readonly string[];
  kill(which: number): Promise<void>;
  /** Starts a killed one again. */
  start(which: number): Promise<void>;
  freeze(which: number): void;
  thaw(which: number): void;
  /** Errors of their own logs, the newest ones of each. */
  complaints(): string[];
}

/** @param count of processes, at most as many as there are clocks. */
export async function startProcesses(
  cluster: LocalCluster,
  keyspace: string,
  count: number,
): Promise<Processes> {
  await using undo = new AsyncDisposableStack();
  const running: ArgusProcess[] = [];
  undo.defer(async () => {
    // A frozen one would not hear that it is to stop.
    for (const { child } of running) child.kill("SIGCONT");
    await Promise.all(running.map((one) => one[Symbol.asyncDispose]()));
  });
  const start = (which: number, listen?: string): Promise<ArgusProcess> => {
    const clock = new URL(`./shifted-clock.ts?ms=${CLOCK_SHIFTS_MS[which]}`, import.meta.url);
    return startArgus({
      env: {
        NODE_OPTIONS: `--import=${clock.href}`,
        ARGUS_STORE: "cassandra",
        ARGUS_CASSANDRA_CONTACT_POINTS: cluster.contactPoints.join(","),
        ARGUS_CASSANDRA_LOCAL_DC: cluster.localDataCenter,
        ARGUS_CASSANDRA_KEYSPACE: keyspace,
        ARGUS_CASSANDRA_REPLICATION_FACTOR: `${cluster.nodes.length}`,
        ...(listen === undefined ? {} : { ARGUS_LISTEN: listen }),
      },
    });
  };
  for (const one of await Promise.allSettled(Array.from({ length: count }, (_, i) => start(i)))) {
    if (one.status === "rejected") throw one.reason;
    running.push(one.value);
  }
  const urls = running.map(({ url }) => url);
  const at = (which: number): ArgusProcess => {
    const one = running[which];
    if (one === undefined) throw new Error(`there is no process ${which}`);
    return one;
  };
  const held = undo.move();
  return {
    urls,
    kill: async (which) => {
      const { child } = at(which);
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
    start: async (which) => {
      running[which] = await start(which, new URL(urls[which] ?? "").host);
    },
    freeze: (which) => void at(which).child.kill("SIGSTOP"),
    thaw: (which) => void at(which).child.kill("SIGCONT"),
    complaints: () =>
      running.flatMap(({ log }, i) =>
        log
          .filter((line) => line.includes('"level":"error"'))
          .slice(-MAX_COMPLAINTS)
          .map((line) => `process ${i + 1}: ${line}`),
      ),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
