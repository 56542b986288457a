/**
 * What finding out who sends costs of a small durable ingest request: 30 entries, protobuf, one key.
 * Method: the whole server runs under load with V8's sampling profiler on; a sample is authentication's when a function of
 * `src/auth` is on its stack, so hashing, looking up and permission are in it, whoever does them. Their share of the main
 * thread's samples, times that thread's CPU by the operating system's accounts, is compared with the CPU of the whole process.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeApplication } from "../support/api-setup.ts";
import { startArgus } from "../support/server-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { protobufBodies } from "./bodies.ts";
import { runLoad } from "./load.ts";
import { costOf, threadCosts } from "./process-cost.ts";
import type { Row } from "./report.ts";

const WARM_MS = 2_000;
const SAMPLE_EVERY_US = 200;
const OWN = "/src/auth/";

export async function benchAuth(seconds: number): Promise<Row[]> {
  await using folder = await tempFolder();
  const argus = await startArgus({
    data: join(folder.path, "data"),
    env: {
      NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(folder.path, "profiles")} --cpu-prof-interval=${SAMPLE_EVERY_US}`,
    },
  });
  await using stop = new AsyncDisposableStack();
  stop.use(argus);
  const { secret } = await makeApplication(argus.url, "bench");
  const plan = {
    url: `${argus.url}/twirp/argus.v1.LogService/SendLogs`,
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/protobuf" },
    bodies: protobufBodies({ bodies: 500, entriesEach: 30, seed: 4, endMs: Date.now() }),
    connections: 16,
  };
  await runLoad({ ...plan, durationMs: WARM_MS });
  const mainMs = (): number => threadCosts(argus.pid).get(argus.pid)?.cpuMs ?? 0;
  const before = { all: costOf(argus.pid).cpuMs, main: mainMs(), atUs: nowUs() };
  const { requests, failures, firstFailure } = await runLoad({
    ...plan,
    durationMs: seconds * 1000,
  });
  if (failures > 0) throw new Error(firstFailure);
  const after = { all: costOf(argus.pid).cpuMs, main: mainMs(), atUs: nowUs() };
  // The profile is written when the process ends.
  await stop.disposeAsync();
  const { own, busy } = samplesOf(join(folder.path, "profiles"), before.atUs, after.atUs);
  const perRequest = (ms: number): number => (ms * 1000) / requests;
  const all = perRequest(after.all - before.all);
  const main = perRequest(after.main - before.main);
  const auth = (main * own) / busy;
  return [
    {
      case: "SendLogs protobuf, 30 a request",
      "CPU µs/request": all.toFixed(1),
      "of the main thread": main.toFixed(1),
      authentication: auth.toFixed(2),
      "share of all": `${((100 * auth) / all).toFixed(2)} %`,
      samples: `${own} of ${busy}`,
    },
  ];
}

/** As profiles count: microseconds of the machine's monotonic clock. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

interface Profile {
  readonly startTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Samples of the main thread between two instants: those with a function of ours, and all in which it worked. */
function samplesOf(folder: string, fromUs: number, toUs: number): { own: number; busy: number } {
  const name = readdirSync(folder).find((file) => /^CPU\.\d+\.\d+\.\d+\.0\./.test(file));
  if (name === undefined) throw new Error("the main thread left no profile");
  const profile = JSON.parse(readFileSync(join(folder, name), "utf8")) as Profile;
  const owned = new Set<number>();
  const idle = new Set<number>();
  // Parents stand before their children.
  for (const { id, callFrame, children = [] } of profile.nodes) {
    if (callFrame.url.includes(OWN)) owned.add(id);
    if (callFrame.functionName === "(idle)") idle.add(id);
    if (owned.has(id)) for (const child of children) owned.add(child);
  }
  let atUs = profile.startTime;
  let own = 0;
  let busy = 0;
  profile.samples.forEach((node, i) => {
    atUs += profile.timeDeltas[i] ?? 0;
    if (atUs < fromUs || atUs >= toUs || idle.has(node)) return;
    busy++;
    if (owned.has(node)) own++;
  });
  return { own, busy };
}
