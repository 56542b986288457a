/**
 * Durable ingest over HTTP against the calibration of the same run: CPU an entry, entries a second, peak memory.
 */
import { jsonBodies, ndjsonBodies, protobufBodies } from "./bodies.ts";
import { type LoadPlan, type LoadResult, runLoad } from "./load.ts";
import { costOf, threadCosts } from "./process-cost.ts";
import { makeApplication } from "../support/api-setup.ts";
import { startArgus, startScript } from "../support/server-process.ts";
import type { Row } from "./report.ts";

const CONNECTIONS = 16;
/** As `server/start.ts` starts them. */
const OWN_THREADS = ["store", "encode", "search", "upkeep"];

/** @param seconds of load for each line of the report. */
export async function benchIngest(seconds: number): Promise<Row[]> {
  const now = Date.now();
  const json = jsonBodies({ bodies: 60, entriesEach: 1000, seed: 1, endMs: now });
  const rows: Row[] = [];
  let unit = 0;
  {
    await using server = await startScript(new URL("./calibration-server.ts", import.meta.url));
    const measured = await measure(server.pid, plan(server.url, json, seconds, {}));
    unit = measured.cpuUs;
    rows.push(rowOf("calibration: node:http + JSON.parse", measured, unit, server.pid));
  }
  const cases = [
    {
      name: "SendLogs protobuf, 1,000 a request",
      kind: "protobuf",
      bodies: protobufBodies({ bodies: 60, entriesEach: 1000, seed: 2, endMs: now }),
    },
    { name: "SendLogs JSON, 1,000 a request", kind: "json", bodies: json },
    {
      name: "NDJSON, 1,000 a request",
      kind: "ndjson",
      bodies: ndjsonBodies({ bodies: 60, entriesEach: 1000, seed: 3, endMs: now }),
    },
    {
      name: "SendLogs protobuf, 30 a request",
      kind: "protobuf",
      bodies: protobufBodies({ bodies: 500, entriesEach: 30, seed: 4, endMs: now }),
    },
  ] as const;
  for (const { name, kind, bodies } of cases) {
    await using argus = await startArgus();
    const { secret } = await makeApplication(argus.url, "bench");
    const headers = {
      Authorization: `Bearer ${secret}`,
      "Content-Type":
        kind === "json"
          ? "application/json"
          : kind === "protobuf"
            ? "application/protobuf"
            : "application/x-ndjson",
    };
    const url =
      kind === "ndjson"
        ? `${argus.url}/ingest/ndjson`
        : `${argus.url}/twirp/argus.v1.LogService/SendLogs`;
    const measured = await measure(argus.pid, plan(url, bodies, seconds, headers));
    rows.push(rowOf(name, measured, unit, argus.pid));
  }
  return rows;
}

function plan(
  url: string,
  bodies: LoadPlan["bodies"],
  seconds: number,
  headers: Record<string, string>,
): LoadPlan {
  return { url, headers, bodies, connections: CONNECTIONS, durationMs: seconds * 1000 };
}

async function measure(
  pid: number,
  load: LoadPlan,
): Promise<{ cpuUs: number; result: LoadResult; threads: string }> {
  // A warm-up of its own: the first second compiles.
  await runLoad({ ...load, durationMs: Math.min(2000, load.durationMs / 4) });
  const before = costOf(pid);
  const threadsBefore = threadCosts(pid);
  const result = await runLoad(load);
  const after = costOf(pid);
  const entries = Math.max(1, result.entries);
  const threads = [...threadCosts(pid)].map(([id, { name, cpuMs }]) => ({
    name,
    us: ((cpuMs - (threadsBefore.get(id)?.cpuMs ?? 0)) * 1000) / entries,
  }));
  return {
    cpuUs: ((after.cpuMs - before.cpuMs) * 1000) / entries,
    result,
    threads: threadText(threads),
  };
}

/** Threads of one name that are not ours (V8's, libuv's) as one sum; ours in the order they are started. */
function threadText(threads: readonly { name: string; us: number }[]): string {
  const sums = new Map<string, number>();
  let own = 0;
  for (const { name, us } of threads) {
    const key = name === "WorkerThread" ? (OWN_THREADS[own++] ?? name) : name;
    sums.set(key, (sums.get(key) ?? 0) + us);
  }
  return [...sums]
    .filter(([, us]) => us >= 0.01)
    .map(([name, us]) => `${name} ${us.toFixed(2)}`)
    .join(", ");
}

function rowOf(
  name: string,
  { cpuUs, result, threads }: Awaited<ReturnType<typeof measure>>,
  unit: number,
  pid: number,
): Row {
  return {
    case: name,
    "CPU µs/entry": cpuUs.toFixed(2),
    "× calibration": (cpuUs / unit).toFixed(2),
    "entries/s": Math.round(result.entries / (result.durationMs / 1000)).toLocaleString("en"),
    "p50 ms": result.p50Ms.toFixed(1),
    "p99 ms": result.p99Ms.toFixed(1),
    "peak MB": (costOf(pid).peakBytes / 1e6).toFixed(0),
    "threads, CPU µs/entry": threads,
    failures: result.failures === 0 ? "0" : `${result.failures} (${result.firstFailure})`,
  };
}
