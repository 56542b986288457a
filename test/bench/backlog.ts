/**
 * Whether merging keeps up: a steady stream into one server, and what waits to be merged, looked at every ten seconds.
 * `npm run bench -- backlog --seconds 600` is the long one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { makeApplication } from "../support/api-setup.ts";
import { startArgus } from "../support/server-process.ts";
import { protobufBodies } from "./bodies.ts";
import { runLoad } from "./load.ts";
import { costOf } from "./process-cost.ts";
import type { Row } from "./report.ts";

const ENTRIES_PER_SECOND = 100_000;
const ENTRIES_A_REQUEST = 1_000;
const CONNECTIONS = 16;
const LOOK_EVERY_MS = 10_000;

export async function benchBacklog(seconds: number): Promise<Row[]> {
  await using argus = await startArgus();
  const { secret } = await makeApplication(argus.url, "bench");
  const lines: Row[] = [];
  const startedMs = performance.now();
  let isRunning = true;
  const look = async (): Promise<void> => {
    const line = await lineOf(argus.url, argus.pid, performance.now() - startedMs);
    console.error(Object.values(line).join("  "));
    lines.push(line);
  };
  const looking = (async () => {
    for (let turn = 1; isRunning; turn++) {
      await sleep(Math.max(0, startedMs + turn * LOOK_EVERY_MS - performance.now()));
      await look();
    }
  })();
  const result = await runLoad({
    url: `${argus.url}/twirp/argus.v1.LogService/SendLogs`,
    headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/protobuf" },
    bodies: protobufBodies({
      bodies: 100,
      entriesEach: ENTRIES_A_REQUEST,
      seed: 2,
      endMs: Date.now(),
    }),
    connections: CONNECTIONS,
    durationMs: seconds * 1000,
    entriesPerSecond: ENTRIES_PER_SECOND,
  });
  isRunning = false;
  await looking;
  console.error(
    `${Math.round(result.entries / (result.durationMs / 1000)).toLocaleString("en")} entries/s sent, ${result.failures} requests failed ${result.firstFailure}`,
  );
  return lines;
}

async function lineOf(url: string, pid: number, afterMs: number): Promise<Row> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  return {
    "after s": (afterMs / 1000).toFixed(0),
    "entries taken": value("argus_ingest_entries_total").toLocaleString("en"),
    "rows waiting": value("argus_merge_waiting_blocks").toLocaleString("en"),
    "MB waiting": (value("argus_merge_waiting_bytes") / 1e6).toFixed(1),
    "oldest s": value("argus_merge_waiting_seconds").toFixed(0),
    "batches refused": value("argus_merge_refused_batches_total").toLocaleString("en"),
    "peak MB": (costOf(pid).peakBytes / 1e6).toFixed(0),
  };
}
