/**
 * What merging costs an entry: rows into segments, and segments into larger ones.
 */
import type { Bucket } from "../../src/domain/time-range.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import type { Row } from "./report.ts";
import { commitHour, type StoreAlone, storeAlone } from "./store-alone.ts";

const BUCKET = 498_756 as Bucket;
/** Of one hour; twice as much as one merge of rows takes. */
const ENTRIES = 500_000;
/** Requests of 1,000 in a group commit: a trickle, a usual tick, a busy one. */
const COMMITS = [1, 4, 16] as const;

export async function benchMerge(): Promise<Row[]> {
  const lines: Row[] = [];
  // The first one compiles.
  await measure(1, 50_000);
  for (const requests of COMMITS) lines.push(...(await measure(requests, ENTRIES)));
  return lines;
}

async function measure(requestsACommit: number, entries: number): Promise<Row[]> {
  await using store = await storeAlone();
  const l0Bytes = await commitHour(store, BUCKET, entries, requestsACommit);
  const unit = { app: store.app, bucket: BUCKET, shard: 0 };
  const name = `${(requestsACommit * 1000).toLocaleString("en")} entries a row`;
  const rows = await costOf(async () => {
    // Eight segments, so that there is a level to merge.
    for (let merged = "more"; merged === "more";)
      merged = await mergeL0(unit, store.merging, entries / 8);
  });
  const after = await segmentsOf(store);
  const levels = await costOf(async () => {
    await mergeLevels(unit, store.merging);
  });
  const line = (what: string, cost: Cost, sizeBytes: number, segments: number): Row => ({
    case: `${what}, ${name}`,
    "CPU µs/entry": ((cost.cpuMs * 1000) / entries).toFixed(2),
    "entries/s": Math.round(entries / (cost.wallMs / 1000)).toLocaleString("en"),
    "bytes/entry": (sizeBytes / entries).toFixed(1),
    segments: String(segments),
  });
  const left = await segmentsOf(store);
  return [
    line("rows", rows, after.sizeBytes, after.count),
    line("a level of eight", levels, left.sizeBytes, left.count),
    {
      case: `stored before, ${name}`,
      "CPU µs/entry": "",
      "entries/s": "",
      "bytes/entry": (l0Bytes / entries).toFixed(1),
      segments: "0",
    },
  ];
}

interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs };
}

async function segmentsOf({
  logs,
  app,
}: StoreAlone): Promise<{ count: number; sizeBytes: number }> {
  const { segments } = (await logs.planUnit({ app, bucket: BUCKET, shard: 0 })).manifest;
  return {
    count: segments.length,
    sizeBytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}
