/**
 * Processes of Argus on one cluster, whose clocks are not alike.
 * Invariant: a process that is killed comes back at the same address.
 */
import { once } from "node:events";

import type { LocalCluster } from "../../support/cassandra/local-cluster.ts";
import { settingsOf } from "../../support/cassandra/settings-of.ts";
import { type ArgusProcess, startArgus } from "../../support/server-process.ts";

/** Two of them are 30 s apart. */
export const CLOCK_SHIFTS_MS = [0, 15_000, -15_000];

export interface Processes extends AsyncDisposable {
  readonly urls: readonly string[];
  kill(which: number): Promise<void>;
  /** Starts a killed one again. */
  start(which: number): Promise<void>;
  freeze(which: number): void;
  thaw(which: number): void;
  /** What their own logs call errors, as far back as they are kept: each text once, with how often it is there. */
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
    const clock = new URL(
      `../../support/other-clock.ts?ms=${CLOCK_SHIFTS_MS[which]}`,
      import.meta.url,
    );
    return startArgus({
      env: {
        NODE_OPTIONS: `--import=${clock.href}`,
        ...settingsOf({ ...cluster, keyspace, replicationFactor: cluster.nodes.length }),
        ...(listen === undefined ? {} : { ARGUS_LISTEN: listen }),
      },
    });
  };
  const started = await Promise.allSettled(Array.from({ length: count }, (_, i) => start(i)));
  for (const one of started) if (one.status === "fulfilled") running.push(one.value);
  for (const one of started) if (one.status === "rejected") throw one.reason;
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
    complaints: () => {
      const times = new Map<string, number>();
      for (const line of running.flatMap(({ log }) => log)) {
        if (!line.includes('"level":"error"')) continue;
        const { message, error } = JSON.parse(line) as { message: string; error?: string };
        const text = error === undefined ? message : `${message}: ${error}`;
        times.set(text, (times.get(text) ?? 0) + 1);
      }
      return [...times].map(([text, count]) => `${count} times: ${text}`).concat(ended(running));
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Of those that ended by themselves, their last words. */
function ended(processes: readonly ArgusProcess[]): string[] {
  return processes.flatMap(({ child, log }, i) => {
    if (child.exitCode === null && child.signalCode === null) return [];
    const how = child.signalCode ?? `exit code ${child.exitCode}`;
    return [`process ${i + 1} has ended, ${how}: ${log.slice(-5).join(" ")}`];
  });
}
