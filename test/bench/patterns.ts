/**
 * What is answered about a query beside its rows, over a million merged entries of one hour: patterns, suggestions, an
 * explanation, and the look-ups of fields and values that completion makes.
 */
import type { Bucket } from "../../src/domain/time-range.ts";
import { NANOS_PER_MS, bucketStartMs } from "../../src/domain/time-range.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { type Search, createSearch } from "../../src/search/search.ts";
import { systemClock as clock, threadCpuMs } from "../../src/server/system-clock.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import type { Row } from "./report.ts";
import { type StoreAlone, commitHour, storeAlone } from "./store-alone.ts";

const BUCKET = 498_756 as Bucket;
const ENTRIES = 1_000_000;
/** The first run reads from the disk and compiles. */
const RUNS = 5;

interface Asked {
  readonly partial: boolean;
  /** How many things it answers. */
  readonly size: number;
}

export async function benchPatterns(): Promise<Row[]> {
  await using store = await storeAlone();
  await commitHour(store, BUCKET, ENTRIES, 16);
  const unit = { app: store.app, bucket: BUCKET, shard: 0 };
  while ((await mergeL0(unit, store.merging)) === "more");
  await mergeLevels(unit, store.merging);
  const lines: Row[] = [];
  for (const [name, ask] of Object.entries(questions(store))) lines.push(await measure(name, ask));
  return lines;
}

function questions({ logs, app }: StoreAlone): Record<string, () => Promise<Asked>> {
  const search: Search = createSearch({
    store: logs,
    opener: engineOpener,
    clock,
    cpuMs: threadCpuMs,
  });
  const start = BigInt(bucketStartMs(BUCKET)) * NANOS_PER_MS;
  const range = { app, startNanos: start, endNanos: start + 3_600_000n * NANOS_PER_MS };
  const patterns = async (query: string): Promise<Asked> => {
    const answer = await search.getPatterns({ ...range, query });
    return { partial: answer.partial, size: answer.patterns.length };
  };
  const suggest = async (query: string, timeMs?: number): Promise<Asked> => {
    const budget = timeMs === undefined ? {} : { timeMs };
    const answer = await search.suggestQueries({ ...range, query, budget });
    return { partial: answer.partial, size: answer.suggestions.length };
  };
  const explain = async (query: string): Promise<Asked> => {
    const answer = await search.explainQuery({ ...range, query });
    return { partial: answer.partial, size: answer.stages.length };
  };
  const count = async (query: string): Promise<Asked> => {
    const answer = await search.query({ ...range, query });
    return { partial: answer.partial, size: answer.table?.rows.length ?? 0 };
  };
  const values = async (field: string, prefix: string, query = ""): Promise<Asked> => {
    const answer = await search.listFieldValues({ ...range, field, prefix, query });
    return { partial: answer.partial, size: answer.values.length };
  };
  const fields = async (prefix: string): Promise<Asked> => {
    const answer = await search.listFields({ ...range, prefix });
    return { partial: answer.partial, size: answer.fields.length };
  };
  return {
    GetPatterns: () => patterns(""),
    "GetPatterns, level:error": () => patterns("level:error"),
    "SuggestQueries, a near value": () => suggest("service:wbe"),
    "SuggestQueries, absent words": () => suggest("nowhere service:wbe"),
    "SuggestQueries, absent words, counted to the end": () =>
      suggest("nowhere service:wbe", 10_000),
    "Query, an absent word, counted": () => count("nowhere | stats count()"),
    "ExplainQuery, an absent word, counted": () => explain("nowhere | stats count()"),
    "ExplainQuery, stats by service": () => explain("| stats count() by service"),
    ListFields: () => fields(""),
    "ListFields, a prefix": () => fields("us"),
    "ListFieldValues, service": () => values("service", ""),
    "ListFieldValues, user_id, a prefix": () => values("user_id", "u"),
    "ListFieldValues, service under level:error": () => values("service", "", "level:error"),
  };
}

async function measure(name: string, ask: () => Promise<Asked>): Promise<Row> {
  const times: number[] = [];
  let cpuMs = 0;
  let answer: Asked = { partial: false, size: 0 };
  for (let run = 0; run < RUNS; run++) {
    const [startedMs, startedCpuMs] = [performance.now(), threadCpuMs()];
    answer = await ask();
    times.push(performance.now() - startedMs);
    cpuMs = threadCpuMs() - startedCpuMs;
  }
  const [first = 0, ...later] = times;
  return {
    case: name,
    "first, ms": first.toFixed(0),
    "best of the others, ms": Math.min(...later).toFixed(0),
    "CPU of the last, ms": cpuMs.toFixed(0),
    answers: String(answer.size),
    partial: answer.partial ? "yes" : "no",
  };
}
