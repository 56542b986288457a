/**
 * Processes of Argus on three nodes of Cassandra, under load, and what happens to them: one scenario after the other, then
 * all that was acknowledged against all that is there.
 * Costs: 25 s until all run, 20 to 60 s a scenario; 3 GB of memory.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { makeApplication } from "../../support/api-setup.ts";
import { type LocalCluster, startLocalCluster } from "../../support/cassandra/local-cluster.ts";
import { findJava } from "../../support/cassandra/node-process.ts";
import { serverJars } from "../../support/cassandra/server-jars.ts";
import { seeded } from "../../support/sample-logs.ts";
import { until } from "../../support/until.ts";
import { findFaults } from "../checker.ts";
import { type Course, judge, type Verdict } from "./judge.ts";
import { startProcesses } from "./processes.ts";
import { type Scenario, SCENARIOS, type World } from "./scenarios.ts";
import { type Senders, startSenders } from "./senders.ts";

export interface ClusterPlan {
  readonly seed: number;
  /** All scenarios once at least; then others by the seed until the time is over. */
  readonly minutes: number;
  /** Those alone whose names match. */
  readonly only: RegExp;
  readonly processes: number;
  readonly clients: number;
  readonly holdMs: number;
  readonly say: (line: string) => void;
}

export interface ScenarioReport extends Verdict {
  readonly name: string;
  readonly seconds: number;
  /** From when all nodes saw each other again until each process had acknowledged something. */
  readonly recoveredMs: number;
}

export interface ClusterReport {
  readonly seed: number;
  readonly scenarios: readonly ScenarioReport[];
  readonly batches: number;
  readonly entries: number;
  readonly tries: number;
  /** Lost, doubled, or kept though nobody sent them, in words. */
  readonly faults: readonly string[];
  /** What the processes' own logs call errors. */
  readonly complaints: readonly string[];
}

const RECOVERY_LIMIT_MS = 60_000;
const SETTLE_MS = 2_000;

export async function runCluster(plan: ClusterPlan): Promise<ClusterReport> {
  const java = findJava();
  if ("missing" in java) throw new Error(java.missing);
  await using cluster = await startLocalCluster(java, serverJars());
  return await tryCluster(cluster, plan);
}

/** The same upon a cluster that is there. */
export async function tryCluster(cluster: LocalCluster, plan: ClusterPlan): Promise<ClusterReport> {
  const { seed, say } = plan;
  const random = seeded(seed);
  const keyspace = `t_${randomBytes(8).toString("hex")}`;
  await using processes = await startProcesses(cluster, keyspace, plan.processes);
  const { urls } = processes;
  const { secret } = await makeApplication(urls[0] ?? "", "torture");
  const senders = startSenders({ urls, secret, clients: plan.clients, seed });
  const world: World = { cluster, processes, random, holdMs: plan.holdMs };
  await allAcknowledge(senders, urls, performance.now());

  const scenarios: ScenarioReport[] = [];
  const chosen = SCENARIOS.filter(({ name }) => plan.only.test(name));
  const end = performance.now() + plan.minutes * 60_000;
  while (scenarios.length < chosen.length || performance.now() < end) {
    const next = chosen[scenarios.length] ?? chosen[random.below(chosen.length)];
    if (next === undefined) throw new Error(`no scenario is called ${plan.only}`);
    const report = await play(next, world, senders);
    scenarios.push(report);
    say(lineOf(report));
    for (const { said, times } of report.told) say(`  ${times} times: ${said}`);
    for (const broken of report.broken) say(`  BROKEN ${broken}`);
  }
  await senders.finish();

  const faults: string[] = [];
  for (const [i, url] of urls.entries()) {
    const found = await findFaults(url, secret, senders.batches).catch((error: unknown) => [
      String(error),
    ]);
    for (const fault of found) faults.push(`through process ${i + 1}: ${fault}`);
  }
  return {
    seed,
    scenarios,
    batches: senders.batches.length,
    entries: senders.batches.reduce((sum, { size }) => sum + size, 0),
    tries: senders.attempts.length,
    faults,
    complaints: processes.complaints(),
  };
}

async function play(scenario: Scenario, world: World, senders: Senders): Promise<ScenarioReport> {
  const harmedMs = performance.now();
  const repair = await scenario.harm(world);
  await sleep(world.holdMs);
  const repairedMs = performance.now();
  await repair();
  await world.cluster.whole();
  const wholeMs = performance.now();
  const silent = await allAcknowledge(senders, world.processes.urls, wholeMs).then(
    () => [],
    () => silentSince(senders, world.processes.urls, wholeMs),
  );
  const recoveredMs = performance.now() - wholeMs;
  // A late failure would be seen now.
  await sleep(SETTLE_MS);
  const course: Course = { harmedMs, repairedMs, wholeMs, overMs: performance.now() };
  const attempts = senders.attempts.filter(({ endedMs }) => endedMs > harmedMs);
  const verdict = judge(scenario.promise, attempts, course);
  return {
    name: scenario.name,
    seconds: Math.round((course.overMs - harmedMs) / 100) / 10,
    recoveredMs: Math.round(recoveredMs),
    ...verdict,
    broken: [...verdict.broken, ...silent],
  };
}

/** In words, the processes that acknowledged nothing since then, with what they were asked and answered. */
function silentSince({ attempts }: Senders, urls: readonly string[], sinceMs: number): string[] {
  return urls.flatMap((_, i) => {
    const asked = attempts.filter(({ to, endedMs }) => to === i && endedMs > sinceMs);
    if (asked.some(({ startedMs, outcome }) => startedMs > sinceMs && outcome === "acknowledged"))
      return [];
    const last = asked.at(-1);
    const said = last === undefined ? "" : `, the last: ${last.outcome} ${last.said}`;
    return [`process ${i + 1} acknowledged none of ${asked.length} tries afterwards${said}`];
  });
}

async function allAcknowledge(
  { attempts }: Senders,
  urls: readonly string[],
  sinceMs: number,
): Promise<void> {
  await until(
    "each process acknowledges",
    () =>
      urls.every((_, i) =>
        attempts.some(
          ({ to, startedMs, outcome }) =>
            to === i && startedMs > sinceMs && outcome === "acknowledged",
        ),
      ),
    RECOVERY_LIMIT_MS,
  );
}

function lineOf(report: ScenarioReport): string {
  const { name, seconds, acknowledged, failed, failedBySecond, slowestMs, recoveredMs } = report;
  const when = failedBySecond
    .map((count, second) => (count === 0 ? "" : `${count} in second ${second + 1}`))
    .filter((text) => text !== "");
  return [
    name.padEnd(40),
    `${seconds.toFixed(0)} s`.padStart(5),
    `${acknowledged} acknowledged`.padStart(20),
    `slowest ${slowestMs} ms`.padStart(18),
    `recovered in ${recoveredMs} ms`.padStart(22),
    `  ${failed} failed${when.length === 0 ? "" : `: ${when.join(", ")}`}`,
  ].join("");
}
