/**
 * What facets and comparisons of windows cost over merged entries: CPU and wall time of one question, its first run and
 * the median of the next.
 */
import { bucketStartMs } from "../../src/domain/time-range.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import type { QueryStats } from "../../src/search/results.ts";
import { createSearch } from "../../src/search/search.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import type { Row } from "./report.ts";
import { type StoreAlone, commitHour, storeAlone } from "./store-alone.ts";

const FIRST = 498_756 as Bucket;
const HOURS = 2;
const ENTRIES = 1_000_000;
const REPEATS = 5;

/** @param entries in all; fewer for a trial. */
export async function benchFacets(entries = ENTRIES): Promise<Row[]> {
  await using store = await storeAlone();
  for (let hour = 0; hour < HOURS; hour++) {
    const bucket = (FIRST + hour) as Bucket;
    await commitHour(store, bucket, entries / HOURS, 16);
    const unit = { app: store.app, bucket, shard: 0 };
    while ((await mergeL0(unit, store.merging)) === "more");
  }
  const rows: Row[] = [];
  for (const [name, ask] of questions(store)) rows.push(await measured(name, ask));
  return rows;
}

type Ask = () => Promise<{ readonly stats: QueryStats; readonly partial: boolean }>;

function questions({ logs, app }: StoreAlone): [string, Ask][] {
  const search = createSearch({ store: logs, opener: engineOpener, clock: systemClock });
  const startNanos = BigInt(bucketStartMs(FIRST)) * 1_000_000n;
  const hour = 3_600_000_000_000n;
  const range = { startNanos, endNanos: startNanos + BigInt(HOURS) * hour };
  const second = { startNanos: startNanos + hour, endNanos: range.endNanos };
  const facets = (query: string, fields: readonly string[]): Ask => {
    return () => search.getFacets({ app, ...range, query, fields });
  };
  const compare = (query: string, fields: readonly string[]): Ask => {
    return () => search.compareWindows({ app, ...second, query, fields });
  };
  return [
    ["facets of level and service, from summaries", facets("", ["level", "service"])],
    ["facets that nobody named", facets("", [])],
    ["facets that nobody named, level:error", facets("level:error", [])],
    ["facets that nobody named, of a word", facets("timeout", [])],
    ["facets of method, status, path", facets("", ["method", "status", "path"])],
    ["facets of ids: trace_id, user_id", facets("", ["trace_id", "user_id"])],
    ["two hours compared", compare("", [])],
    ["two hours compared, level:error", compare("level:error", [])],
    ["two hours compared by level and service", compare("", ["level", "service"])],
  ];
}

async function measured(name: string, ask: Ask): Promise<Row> {
  const runs: { cpuMs: number; wallMs: number }[] = [];
  let last: Awaited<ReturnType<Ask>> | undefined;
  for (let run = 0; run < REPEATS; run++) {
    const before = process.cpuUsage();
    const startedMs = performance.now();
    last = await ask();
    const { user, system } = process.cpuUsage(before);
    runs.push({ cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs });
  }
  const [first] = runs;
  const median = (of: (run: { cpuMs: number; wallMs: number }) => number): string =>
    (runs.map(of).toSorted((a, b) => a - b)[REPEATS >> 1] ?? 0).toFixed(1);
  return {
    case: name,
    "first, wall ms": (first?.wallMs ?? 0).toFixed(1),
    "CPU ms": median(({ cpuMs }) => cpuMs),
    "wall ms": median(({ wallMs }) => wallMs),
    "blocks read": String(last?.stats.blocksRead),
    "rows scanned": (last?.stats.rowsScanned ?? 0).toLocaleString("en"),
    partial: last?.partial === true ? "yes" : "no",
  };
}
