/**
 * Every step of upkeep on Cassandra, one at a time: a process is killed, then another one stopped past its lease, before each
 * statement of a merge, of retention and of garbage. Invariant: the steps are those that an undisturbed process takes.
 */
import { findJava } from "../support/cassandra/node-process.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { startLocalNode } from "../support/cassandra/local-node.ts";
import { serverJars } from "../support/cassandra/server-jars.ts";
import {
  CRASH_LEASE_MS,
  type CrashCase,
  type CrashReport,
  type CrashWorld,
  crashWorld,
} from "../support/cassandra/upkeep-crash.ts";

/** Cases on their way at one time; each is two processes. */
const AT_ONCE = 3;
/** Garbage asks the same of each chunk of epochs there ever was. */
const SAME_STATEMENTS = 10;
/** Scenes made together. */
const PREPARED = 24;
/** 1.1 leases and a poll of a third, and what a busy machine takes to start a statement. */
const TAKEOVER_MS = CRASH_LEASE_MS * (1.1 + 1 / 3) + 1_500;

export interface UpkeepReport {
  readonly cases: number;
  readonly stopped: number;
  readonly longestTakeoverMs: number;
  readonly faults: readonly string[];
}

/** @param only cases whose name holds it. */
export async function tortureUpkeep(of: {
  readonly only: string;
  readonly say: (line: string) => void;
}): Promise<UpkeepReport> {
  await using undo = new AsyncDisposableStack();
  const options = newKeyspace(await cassandra(undo));
  const store = undo.use(await openForTests(options));
  const world = crashWorld(store, options);
  const cases = (await allCases(world)).filter((one) => nameOf(one).includes(of.only));
  of.say(`${cases.length} cases, each takes about four seconds`);
  const reports: { readonly one: CrashCase; readonly report: CrashReport }[] = [];
  for (let from = 0; from < cases.length; from += PREPARED) {
    const some = cases.slice(from, from + PREPARED);
    const scenes = await world.prepare(some.map(({ task }) => task));
    const left = some.map((one, i) => ({ one, scene: scenes[i] }));
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const { one, scene } = next;
        if (scene === undefined) throw new Error("no scene was prepared");
        const report = await judged(world.crash(one, scene));
        reports.push({ one, report });
        of.say(`${nameOf(one)}: ${report.faults.join("; ") || "ok"}${tookText(report)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  return {
    cases: reports.length,
    stopped: reports.filter(({ report }) => report.wasStopped).length,
    longestTakeoverMs: Math.max(0, ...reports.map(({ report }) => report.takeoverMs ?? 0)),
    faults: reports.flatMap(({ one, report }) =>
      report.faults.map((fault) => `${nameOf(one)}: ${fault}`),
    ),
  };
}

async function cassandra(undo: AsyncDisposableStack): Promise<Parameters<typeof newKeyspace>[0]> {
  const given = process.env["ARGUS_TEST_CASSANDRA"];
  if (given !== undefined && given !== "") {
    const [contactPoint = "", localDataCenter = "datacenter1"] = given.split("/");
    return { contactPoint, localDataCenter };
  }
  const java = findJava();
  if ("missing" in java) throw new Error(java.missing);
  return undo.use(await startLocalNode(java, serverJars()));
}

/** Runs each task once undisturbed, to see its steps. */
async function allCases(world: CrashWorld): Promise<CrashCase[]> {
  const tasks = ["merge", "retention", "garbage"] as const;
  const scenes = await world.prepare(tasks);
  const cases: CrashCase[] = [];
  for (const [i, task] of tasks.entries()) {
    const scene = scenes[i];
    if (scene === undefined) throw new Error("no scene was prepared");
    const { steps, faults } = await world.crash({ task, signal: "SIGKILL" }, scene);
    if (faults.length > 0) throw new Error(`undisturbed ${task}: ${faults.join("; ")}`);
    for (const before of steps.filter(({ nth }) => nth < SAME_STATEMENTS))
      for (const signal of ["SIGKILL", "SIGSTOP"] as const) cases.push({ task, signal, before });
  }
  return cases;
}

async function judged(crash: Promise<CrashReport>): Promise<CrashReport> {
  try {
    const report = await crash;
    const tookMs = report.takeoverMs ?? 0;
    if (tookMs <= TAKEOVER_MS) return report;
    return { ...report, faults: [...report.faults, `the takeover took ${Math.round(tookMs)} ms`] };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { steps: [], wasStopped: false, takeoverMs: undefined, faults: [fault] };
  }
}

function nameOf({ task, signal, before }: CrashCase): string {
  return `${task}, ${signal} before ${before?.statement} ${before?.nth}`;
}

function tookText({ wasStopped, takeoverMs }: CrashReport): string {
  if (!wasStopped) return ", it did not come there";
  return takeoverMs === undefined ? "" : `, taken over after ${Math.round(takeoverMs)} ms`;
}
