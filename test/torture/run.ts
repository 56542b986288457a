/**
 * The long runs of what the tests do in small. Prints its report.
 * - `npm run torture -- [--kills N] [--seed N]`: a server killed and started again, under load.
 * - `npm run torture -- --cluster [--seed N] [--minutes N] [--only PATTERN]`: processes of Argus on three nodes of Cassandra, each of
 *   which is killed, stopped and cut off; the last line is the report as JSON. Wants Java, Maven and 3 GB of memory.
 * - `npm run torture -- --upkeep [--only PATTERN]`: upkeep on Cassandra, killed and stopped before each of its statements.
 * - `npm run torture -- --model-steps N [--seed N]`: the model of the distributed store.
 * - `npm run torture -- --model-seed N [--model-traffic NAME] [--model-off RULE,RULE]`: one of its seeds again.
 * - `npm run torture -- --fuzz N [--seed N] [--first N]`: N hostile requests to every endpoint, and a look at memory after each 20,000.
 * - `npm run torture -- --fuzz-replay SEED:NUMBER`: one of them again, with its bytes and its answer.
 */
import { parseArgs } from "node:util";
import { replay, tortureModel } from "../model/torture.ts";
import { runCluster } from "./cluster/run-cluster.ts";
import { replay as replayFuzz, tortureFuzz } from "./fuzz.ts";
import { runKills } from "./kills.ts";
import { tortureUpkeep } from "./upkeep.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    cluster: { type: "boolean", default: false },
    upkeep: { type: "boolean", default: false },
    minutes: { type: "string", default: "0" },
    only: { type: "string", default: "" },
    fuzz: { type: "string" },
    "fuzz-replay": { type: "string" },
    first: { type: "string", default: "0" },
    "model-steps": { type: "string" },
    "model-seed": { type: "string" },
    "model-traffic": { type: "string", default: "baseline" },
    "model-off": { type: "string", default: "" },
  },
});
const say = (line: string): void => console.log(line);
const steps = values["model-steps"];
const modelSeed = values["model-seed"];

// What is ended by a signal tells nobody: its servers would go on.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

let faults: number;
if (modelSeed !== undefined) {
  const off = values["model-off"].split(",").filter((name) => name !== "");
  faults = replay({ seed: Number(modelSeed), traffic: values["model-traffic"], off, say });
} else if (values["fuzz-replay"] !== undefined) {
  faults = await replayFuzz(values["fuzz-replay"], say);
} else if (values.fuzz !== undefined) {
  faults = await fuzz(Number(values.fuzz));
} else if (values.cluster) {
  faults = await cluster();
} else if (values.upkeep) {
  faults = await upkeep();
} else if (steps === undefined) {
  faults = await kills();
} else {
  faults = tortureModel({ steps: Number(steps), firstSeed: Number(values.seed), say });
  say(faults === 0 ? "every invariant held" : `${faults} seeds failed`);
}
process.exitCode = faults === 0 ? 0 : 1;

async function kills(): Promise<number> {
  const report = await runKills({
    kills: Number(values.kills),
    seed: Number(values.seed),
    clients: 4,
    say,
  });
  say(
    `${report.kills} kills (seed ${values.seed}): ${report.acknowledgedBatches} batches, ${report.acknowledgedEntries} entries acknowledged, ${report.retries} retries`,
  );
  for (const fault of report.faults.slice(0, 100)) say(`FAULT ${fault}`);
  say(
    report.faults.length === 0 ? "nothing lost, nothing doubled" : `${report.faults.length} faults`,
  );
  return report.faults.length;
}

async function cluster(): Promise<number> {
  const report = await runCluster({
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    only: new RegExp(values.only),
    processes: 3,
    clients: 12,
    holdMs: 15_000,
    say,
  });
  say(
    `${report.batches} batches, ${report.entries} entries acknowledged in ${report.tries} tries (seed ${values.seed})`,
  );
  for (const fault of report.faults.slice(0, 100)) say(`FAULT ${fault}`);
  for (const complaint of report.complaints) say(`LOG ${complaint}`);
  const broken = report.scenarios.reduce((sum, one) => sum + one.broken.length, 0);
  say(
    report.faults.length === 0 ? "nothing lost, nothing doubled" : `${report.faults.length} faults`,
  );
  say(broken === 0 ? "every promise kept" : `${broken} promises broken`);
  say(JSON.stringify({ ...report, faults: report.faults.length }));
  return report.faults.length + broken;
}

async function fuzz(requests: number): Promise<number> {
  const { seed, first } = values;
  const report = await tortureFuzz({
    count: requests,
    seed: Number(seed),
    first: Number(first),
    say,
  });
  for (const [name, statuses] of [...report.answers].toSorted(([a], [b]) => a.localeCompare(b)))
    say(`${name}: ${[...statuses].map(([status, n]) => `${status} ${n}x`).join(", ")}`);
  for (const { ms, request } of report.slowest) say(`${ms} ms ${request}`);
  say(`resident MiB after each round: ${report.residentMiB.map(Math.round).join(" ")}`);
  for (const line of report.found.slice(0, 100)) say(`FOUND ${line}`);
  say(
    report.found.length === 0
      ? `${requests} requests (seed ${seed}): nothing found`
      : `${report.found.length} found`,
  );
  return report.found.length;
}

async function upkeep(): Promise<number> {
  const report = await tortureUpkeep({ only: values.only, say });
  say(
    `${report.cases} cases, ${report.stopped} of them stopped where they should be; the longest takeover took ${Math.round(report.longestTakeoverMs)} ms`,
  );
  for (const fault of report.faults) say(`FAULT ${fault}`);
  say(report.faults.length === 0 ? "every step held" : `${report.faults.length} faults`);
  return report.faults.length;
}
