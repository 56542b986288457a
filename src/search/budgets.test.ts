/** What a query may spend, what damage costs it, and what it need not open. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FakeClock } from "../../test/support/fake-clock.ts";
import {
  APP,
  FIRST_BUCKET,
  HOUR,
  RANGE,
  START,
  openTwoHours,
} from "../../test/support/two-hours.ts";
import type { Entry } from "../domain/entry.ts";
import type { Clock } from "../domain/clock.ts";
import { corrupt } from "../domain/fault.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import { QUERY_BUDGET } from "../domain/limits.ts";
import type { LogReads } from "../storage/log-store.ts";
import type { SqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import { listFields } from "./field-lists.ts";
import { pageStartOf, prepareQuery } from "./prepare-query.ts";
import type { QueryLimits, QueryResult } from "./results.ts";
import { type Search, createSearch } from "./search.ts";
import { runQuery } from "./run-query.ts";
import { SharedMemory } from "./shared-memory.ts";
import { Spending } from "./spending.ts";

let store: SqliteStore;
let clock: FakeClock;

beforeAll(async () => {
  ({ store, clock } = await openTwoHours());
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

function searchOver(logs: LogReads): Search {
  return createSearch({ store: logs, opener: engineOpener, clock });
}

function ask(query: string, budget: QueryLimits = {}, range = RANGE): Promise<QueryResult> {
  return searchOver(store.logs).query({ app: APP, ...range, query, budget, limit: 10_000 });
}

test.each([
  "| stats uniq(user)",
  "| stats count() by user",
  "| stats values(user)",
  "| stats p99(time_ms), uniq(user) by user",
  "| timechart 1m count() by user",
  "| top 1000 user",
  "| sort user",
  "| dedup user",
  "| fields user",
  "",
])("%s ends, and says so, when it has filled its memory", async (query) => {
  const whole = await ask(query);
  expect(whole.partial).toBe(false);
  const part = await ask(query, { memoryBytes: 100_000 });
  expect(part.partial).toBe(true);
  expect(part.partialReason).toContain("100000 bytes of memory");
  const rows = part.table?.rows.length ?? part.entries.length;
  expect(rows).toBeGreaterThan(0);
});

test("a table whose memory was spent counts all that is newer than where it ended", async () => {
  const part = await ask("| stats uniq(user), count_if(service:web) as web", {
    memoryBytes: 100_000,
  });
  const covered = part.coveredStartNanos ?? 0n;
  expect(covered).toBeGreaterThan(RANGE.startNanos);
  const same = await ask(
    "| stats uniq(user), count_if(service:web) as web",
    {},
    { ...RANGE, startNanos: covered },
  );
  // What is older than the end and shares a block with what is newer was counted, too.
  for (const column of [0, 1])
    expect(Number(part.table?.rows[0]?.[column])).toBeGreaterThanOrEqual(
      Number(same.table?.rows[0]?.[column]),
    );
});

test.each([
  { query: "| timechart 10m count(), uniq(user)", ascending: false },
  { query: "| timechart 10m count(), rate(), max(user) by service", ascending: false },
  { query: "request | timechart 10m count() by service", ascending: true },
  { query: "| dedup user | timechart 10m count()", ascending: false },
])("$query: steps that were not read to their end have no values, and are named", async (asked) => {
  const { query, ascending } = asked;
  const read = (budget: QueryLimits): Promise<QueryResult> =>
    searchOver(store.logs).query({ app: APP, ...RANGE, query, ascending, budget });
  const named = ({ table }: QueryResult): Map<string, readonly unknown[]> => {
    const keys = table?.columns.findIndex(({ name }) => name === "count") ?? 0;
    return new Map(
      table?.rows.map((row) => [row.slice(0, keys).join(" "), row.slice(keys)] as const),
    );
  };
  const whole = named(await read({}));
  const part = await read({ rows: 500 });
  const covered = part.coveredStartNanos ?? 0n;
  expect(part.partialReason).toContain("500 rows");
  expect(part.partialReason).toMatch(
    /steps before 2026-11-24T1[45]:\d0:00Z were not read to their end/,
  );
  let unread = 0;
  for (const [name, values] of named(part)) {
    const isRead = BigInt(name.split(" ")[0] ?? 0) >= covered;
    if (!isRead) unread++;
    expect(values).toEqual(isRead ? whole.get(name) : values.map(() => null));
  }
  expect(unread).toBeGreaterThan(2);
  expect(unread).toBeLessThan(part.table?.rows.length ?? 0);
});

test("what turns out unreadable around an entry is left out, and named", async () => {
  const damaged = (block: BlockReader): BlockReader => {
    const read = block.entry.bind(block);
    const value = (row: number): Entry => {
      const entry = read(row);
      if (entry.message.startsWith("request 1190 ")) throw corrupt("a column", "not JSON");
      return entry;
    };
    return Object.defineProperty(block, "entry", { value });
  };
  const search = createSearch({
    store: store.logs,
    opener: {
      ...engineOpener,
      openL0: (...given) => damaged(engineOpener.openL0(...given)),
    },
    clock,
  });
  const answer = await search.query({ app: APP, ...RANGE, query: '"request 1196 of" | context 3' });
  expect(answer.partialReason).toBe("a column is damaged: not JSON");
  expect(answer.entries.map(({ message }) => message.split(" ")[1])).toEqual([
    "1198",
    "1196",
    "1194",
    "1192",
  ]);
});

test("a page that fills its memory goes on behind its last entry", async () => {
  const found: string[] = [];
  let cursor = "";
  do {
    const page = await searchOver(store.logs).query({
      app: APP,
      ...RANGE,
      query: "",
      cursor,
      limit: 10_000,
      budget: { memoryBytes: 400_000 },
    });
    found.push(...page.entries.map((entry) => entry.message));
    cursor = page.nextCursor;
  } while (cursor !== "");
  expect(found).toEqual((await ask("")).entries.map((entry) => entry.message));
});

test.each(["", "| fields user", "| sort user", "| stats count() by user"])(
  "an answer to %j that fills up is a page, and the pages are all there is",
  async (query) => {
    const whole = await ask(query);
    const found: unknown[] = [];
    let cursor = "";
    let pages = 0;
    do {
      const page: QueryResult = await runQuery(
        prepareQuery({ query, ...RANGE }, RANGE.endNanos),
        { app: APP, limit: 10_000, start: pageStartOf(cursor), ascending: false, bytes: 50_000 },
        { store: store.logs, opener: engineOpener, spending: new Spending(clock, {}, undefined) },
      );
      expect(page.partial).toBe(false);
      found.push(...(page.table?.rows ?? page.entries));
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== "");
    expect(pages).toBeGreaterThan(1);
    expect(found).toEqual(whole.table?.rows ?? whole.entries);
  },
);

async function sharing(memory: SharedMemory, query: string): Promise<QueryResult> {
  using spending = new Spending(clock, {}, undefined, QUERY_BUDGET, undefined, memory.share());
  return await runQuery(
    prepareQuery({ query, ...RANGE }, RANGE.endNanos),
    { app: APP, limit: 10_000, start: pageStartOf(""), ascending: false },
    { store: store.logs, opener: engineOpener, spending },
  );
}

test("entries of a page take of the memory of all, too", async () => {
  const whole = await ask("");
  const memory = new SharedMemory({ ownBytes: 1000, sharedBytes: 2000 });
  const part = await sharing(memory, "");
  expect(part.partialReason).toContain("the 2000 bytes of memory");
  expect(part.entries).toEqual(whole.entries.slice(0, part.entries.length));
});

test("queries that run at one time share memory, and one that ends gives it back", async () => {
  const memory = new SharedMemory({ ownBytes: 1000, sharedBytes: 3_000_000 });
  const other = memory.share();
  const run = (): Promise<QueryResult> => sharing(memory, "| stats count() by user");
  expect(other.change(3_000_000)).toBeUndefined();
  expect((await run()).partialReason).toContain("that all running queries and exports may take");
  other[Symbol.dispose]();
  expect((await run()).partial).toBe(false);
  expect((await run()).partial).toBe(false);
});

test("each may keep some memory for itself, whatever the others keep", () => {
  const memory = new SharedMemory({ ownBytes: 100, sharedBytes: 1000 });
  using large = memory.share();
  using small = memory.share();
  expect(large.change(1100)).toBeUndefined();
  expect(small.change(100)).toBeUndefined();
  expect(small.change(1)).toContain("1000 bytes of memory");
  expect(small.change(-1)).toBeUndefined();
  large[Symbol.dispose]();
  expect(small.change(1000)).toBeUndefined();
});

test("names of fields end, and say so, when they have filled their memory", async () => {
  const list = (memoryBytes: number) =>
    listFields({ app: APP, ...RANGE }, prepareQuery({ query: "", ...RANGE }, RANGE.endNanos), {
      store: store.logs,
      opener: engineOpener,
      spending: new Spending(clock, { memoryBytes }, undefined),
    });
  const whole = await list(100_000);
  expect(whole.partial).toBe(false);
  expect(whole.fields.map(({ name }) => name).toSorted()).toEqual(["route", "service", "user"]);
  const part = await list(100);
  expect(part.partial).toBe(true);
  expect(part.partialReason).toContain("100 bytes of memory");
  expect(part.coveredStartNanos).toBeGreaterThan(RANGE.startNanos);
});

test("names of fields are those of the newest entries when time passes, and it is said", async () => {
  let ms = 0;
  const slow: Clock = {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => (ms += 100),
    sleep: (...asked) => clock.sleep(...asked),
  };
  const { fields, partialReason, coveredStartNanos } = await listFields(
    { app: APP, ...RANGE },
    prepareQuery({ query: "", ...RANGE }, RANGE.endNanos),
    { store: store.logs, opener: engineOpener, spending: new Spending(slow, {}, undefined) },
  );
  expect(fields.map(({ name }) => name).toSorted()).toEqual(["route", "service", "user"]);
  expect(partialReason).toMatch(/^the newest \d+ entries were looked at$/);
  expect(coveredStartNanos).toBeGreaterThan(RANGE.startNanos);
});

test("a sort before a small limit lets go of what cannot be in the answer", async () => {
  const top = await ask("| sort user | limit 3", { memoryBytes: 200_000 });
  expect(top.partial).toBe(false);
  expect(top.entries).toEqual((await ask("| sort user")).entries.slice(0, 3));
});

test("the budget of bytes is of decompressed ones", async () => {
  const whole = await ask("message:nothing");
  expect(whole.partial).toBe(false);
  const { bytesRead } = whole.stats;
  const part = await ask("message:nothing user:nothing | stats count()", { bytes: bytesRead });
  expect(part.partial).toBe(true);
  expect(part.partialReason).toContain("decompressed");
});

test.each([
  "| stats count()",
  "| stats count(), rate() by level",
  "| stats count() by service",
  "| stats count() by bin(5m)",
  "| stats count() by bin(1h), level",
  "level:error | stats count()",
  "service:web | stats count()",
  "-service:web | stats count() by service",
  "service:* | stats count() by bin(1m)",
  "-service:nobody | stats count() by level",
  "level:error OR level:warn | timechart 5m count()",
  "| timechart 10m count() by level",
  "| timechart 1d count()",
])("%s opens no block of hours that lie in the range", async (query) => {
  const counted = await ask(query);
  expect(counted.stats.blocksRead).toBe(0);
  // A test of every message makes it read them all.
  const read = await ask(
    query.replace("|", "message:request |").replace(/^(.*) OR (.*) message/, "($1 OR $2) message"),
  );
  expect(read.stats.blocksRead).toBeGreaterThan(0);
  expect(counted.table).toEqual(read.table);
  expect(counted.stats.matched).toBe(read.stats.matched);
});

test.each([
  "| stats count() by bin(30s)",
  "| stats count() by level, service",
  "level:error | stats count() by service",
  "service:web | stats count() by level",
  "service:web | timechart 5m count()",
  "| stats count() by host",
  "| stats uniq(service)",
])("%s needs the rows", async (query) => {
  expect((await ask(query)).stats.blocksRead).toBeGreaterThan(0);
});

test("only what crosses the ends of the range is opened", async () => {
  const range = { startNanos: START + 1n, endNanos: START + HOUR };
  const counted = await ask("| stats count()", {}, range);
  expect(counted.table?.rows).toEqual([[599]]);
  expect(counted.stats.blocksRead).toBeGreaterThan(0);
  expect(counted.stats.blocksRead).toBeLessThan(3);
});

test("values of a field come from what can be read of a damaged segment", async () => {
  let calls = 0;
  const damaged: LogReads = {
    ...store.logs,
    readBlob: async (...range) => {
      const bytes = await store.logs.readBlob(...range);
      return ++calls % 7 === 6 ? bytes?.fill(7, 3) : bytes;
    },
  };
  const request = { app: APP, ...RANGE, field: "route", limit: 10 };
  const values = await searchOver(damaged).listFieldValues(request);
  expect(values.partial).toBe(true);
  expect(values.partialReason).toContain("segment");
  expect(values.values.length).toBe(7);
});

test("a segment whose list of batches is damaged hides only what may be in it twice", async () => {
  // A copy of a merged batch in a row of its own, as a retry through another process leaves it.
  const [unit] = await store.logs.plan(APP, FIRST_BUCKET, FIRST_BUCKET);
  const part = unit?.manifest.segments[0]?.parts[1];
  const first = unit?.manifest.segments[0]?.batchRanges[0]?.first;
  const logs: LogReads = {
    ...store.logs,
    plan: async (...range) =>
      (await store.logs.plan(...range)).map((own) => ({
        manifest: own.manifest,
        // As if the first row held a merged batch, too.
        l0: own.l0.map((row, i) =>
          i === 0 && first !== undefined ? { ...row, batches: [first, ...row.batches] } : row,
        ),
      })),
    readBlob: async (app, bucket, id, offset, length) => {
      const bytes = await store.logs.readBlob(app, bucket, id, offset, length);
      return offset === part?.offset ? bytes?.fill(7) : bytes;
    },
  };
  const answer = await searchOver(logs).query({ app: APP, ...RANGE, query: "", limit: 10_000 });
  expect(answer.partial).toBe(true);
  expect(answer.partialReason).toContain("batches");
  expect(answer.entries.length).toBe(1200);
});

test.each(["message:nothing | top 3 user", "message:nothing | stats uniq(user)"])(
  "%s needs no part of blocks without a match",
  async (query) => {
    const answer = await ask(query);
    expect(answer.partial).toBe(false);
    expect(answer.table?.rows).toEqual(query.includes("top") ? [] : [[0]]);
  },
);
