/**
 * Exports of merged entries from a running server: what they cost it an entry, and how fast they come.
 * The reader only counts: it is in another process, on the same machine.
 */
import { parseAppId } from "../../src/domain/ids.ts";
import { bucketOfMs, bucketStartMs, type Bucket } from "../../src/domain/time-range.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { makeApplication } from "../support/api-setup.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { costOf } from "./process-cost.ts";
import type { Row } from "./report.ts";
import { commitHour, storeAlone } from "./store-alone.ts";

const HOURS = 4;
const ENTRIES_AN_HOUR = 300_000;
/** A busy one. */
const REQUESTS_A_COMMIT = 16;

const CASES: readonly { name: string; parameters: Record<string, string>; encoding?: string }[] = [
  { name: "NDJSON", parameters: {} },
  { name: "NDJSON, oldest first", parameters: { ascending: "true" } },
  { name: "NDJSON, gzip", parameters: {}, encoding: "gzip" },
  { name: "NDJSON, zstd", parameters: {}, encoding: "zstd" },
  { name: "NDJSON, level:>=warn", parameters: { query: "level:>=warn" } },
  {
    name: "NDJSON, fields time, level, service, message",
    parameters: { fields: "time, level, service, message" },
  },
  { name: "NDJSON, through parse", parameters: { query: '| parse "<first> <_>"' } },
  { name: "CSV", parameters: { format: "csv" } },
  {
    name: "CSV, fields time, level, service, message",
    parameters: { format: "csv", fields: "time, level, service, message" },
  },
];

export async function benchExport(): Promise<Row[]> {
  await using folder = await tempFolder();
  const data = `${folder.path}/data`;
  const first = await startArgus({ data });
  const { id, secret } = await makeApplication(first.url, "bench");
  await first[Symbol.asyncDispose]();
  const until = bucketOfMs(Date.now()) as number;
  await fillHours(data, id, (until - HOURS) as Bucket);
  await using argus = await startArgus({ data });
  const range = { start_time: new Date(bucketStartMs((until - HOURS) as Bucket)).toISOString() };
  // The first one compiles.
  await exported(argus, secret, range, "identity");
  const rows: Row[] = [];
  for (const { name, parameters, encoding = "identity" } of CASES)
    rows.push(rowOf(name, await exported(argus, secret, { ...range, ...parameters }, encoding)));
  return rows;
}

async function fillHours(folder: string, app: string, from: Bucket): Promise<void> {
  await using store = await storeAlone({ folder, app: parseAppId(app) });
  for (let hour = 0; hour < HOURS; hour++) {
    const bucket = (from + hour) as Bucket;
    await commitHour(store, bucket, ENTRIES_AN_HOUR, REQUESTS_A_COMMIT);
    const unit = { app: store.app, bucket, shard: 0 };
    while ((await mergeL0(unit, store.merging)) === "more");
  }
}

interface Exported {
  readonly entries: number;
  readonly bytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

async function exported(
  argus: ArgusProcess,
  secret: string,
  parameters: Record<string, string>,
  encoding: string,
): Promise<Exported> {
  const before = costOf(argus.pid);
  const startedMs = performance.now();
  const response = await fetch(
    `${argus.url}/api/v1/export?${new URLSearchParams(parameters).toString()}`,
    { headers: { Authorization: `Bearer ${secret}`, "Accept-Encoding": encoding } },
  );
  if (!response.ok || response.body === null) throw new Error(await response.text());
  let bytes = 0;
  let tail = "";
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    tail = (tail + Buffer.from(chunk.subarray(-2000)).toString()).slice(-2000);
  }
  const wallMs = performance.now() - startedMs;
  const after = costOf(argus.pid);
  const [, complete = "", entries = ""] =
    /"?"complete"?":(\w+),"?"entries"?":(\d+)/.exec(tail) ?? [];
  if (complete !== "true") throw new Error(`not complete: ${tail.slice(-300)}`);
  return {
    entries: Number(entries),
    bytes,
    wallMs,
    cpuMs: after.cpuMs - before.cpuMs,
    peakBytes: after.peakBytes,
  };
}

function rowOf(name: string, { entries, bytes, wallMs, cpuMs, peakBytes }: Exported): Row {
  return {
    case: name,
    entries: entries.toLocaleString("en"),
    "entries/s": Math.round(entries / (wallMs / 1000)).toLocaleString("en"),
    "MB/s": (bytes / 1e3 / wallMs).toFixed(0),
    "CPU µs/entry": ((cpuMs * 1000) / entries).toFixed(2),
    "bytes/entry": (bytes / entries).toFixed(0),
    "peak MB": (peakBytes / 1e6).toFixed(0),
  };
}
