/**
 * A process that keeps one application of the distributed store fit, and stops itself before a statement of its work:
 * `node upkeep-process.ts <UpkeepVictim as JSON>`. It says `step <statement> <nth>` before each statement that counts,
 * `stops` before it is stopped or killed, `wrote <blob>` of each blob, and `idle` whenever its work has come to an end.
 * Invariant: of a merge, retention or garbage only that task runs, so that the same statements come in each life.
 */
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";

import { systemClock } from "../../../src/server/system-clock.ts";
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";
import { runUpkeep } from "../../../src/upkeep/upkeep.ts";
import { openForTests } from "./keyspace.ts";
import { watched } from "./log-world.ts";
import { type UpkeepTask, upkeepDeps } from "./upkeep-one-task.ts";

export interface UpkeepVictim {
  readonly options: CassandraOptions;
  readonly task: UpkeepTask;
  /** Leases of other cases have other names. */
  readonly locks: string;
  readonly app: string;
  readonly leaseMs: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
  /** Left out: it is never stopped. */
  readonly before?: { readonly statement: string; readonly nth: number };
}

// Written at once, so that a killed process has said all it did.
const say = (line: string): void => void writeSync(1, `${line}\n`);

const victim = JSON.parse(process.argv[2] ?? "{}") as UpkeepVictim;
const store = await openForTests(victim.options);
let isWorking = false;
const counts = new Map<string, number>();
const session = watched(store.session, ({ name }) => {
  if (!isWorking) return;
  const nth = counts.get(name) ?? 0;
  counts.set(name, nth + 1);
  say(`step ${name} ${nth}`);
  if (victim.before?.statement !== name || victim.before.nth !== nth) return;
  say("stops");
  // The statement is sent when, and if, the process goes on.
  process.kill(process.pid, victim.signal);
});
const deps = await upkeepDeps({
  ...victim,
  store: { session, locks: store.locks },
  owner: randomUUID(),
  onWork: (now) => {
    if (isWorking && !now) say("idle");
    isWorking = now;
  },
  onBlob: (id) => say(`wrote ${id}`),
});
await runUpkeep({ ...deps, clock: systemClock }, new AbortController().signal);
