/** Facets and comparisons of windows: what they cost, what they may spend, and what damage costs them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FakeClock } from "../../test/support/fake-clock.ts";
import { APP, HOUR, RANGE, START, openTwoHours } from "../../test/support/two-hours.ts";
import { entryWith } from "../../test/support/entry-with.ts";
import { entryRows } from "../../test/support/stored-entries.ts";
import type { AttributeValue, Entry } from "../domain/entry.ts";
import { isFault } from "../domain/fault.ts";
import { parseBatchId } from "../domain/ids.ts";
import type { LogReads } from "../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import type { CompareRequest, Facet, FacetsRequest, FacetsResult } from "./results.ts";
import { type Search, createSearch } from "./search.ts";

const SECOND_HOUR = { startNanos: START + HOUR, endNanos: START + 2n * HOUR };

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

function facets(
  query: string,
  fields: readonly string[],
  more: Partial<FacetsRequest> = {},
  logs: LogReads = store.logs,
): Promise<FacetsResult> {
  return searchOver(logs).getFacets({ app: APP, ...RANGE, query, fields, ...more });
}

function compare(more: Partial<CompareRequest> = {}, logs: LogReads = store.logs) {
  return searchOver(logs).compareWindows({
    app: APP,
    ...SECOND_HOUR,
    query: "",
    fields: [],
    ...more,
  });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isFault(error, "invalid") || error.fault.kind !== "invalid") throw error;
  return `${error.fault.field}: ${error.message}`;
}

test("a comparison that has to count again spends what is left of its budget, and no more", async () => {
  const own = await openSqliteStore({ folder: ":memory:", clock });
  await using _ = own;
  const entryOf = (index: number, attributes: Record<string, AttributeValue>): Entry => {
    const batch = parseBatchId(`019a0000-0000-7000-8000-00000000000${index < 50 ? 1 : 2}`);
    const id = { timeNanos: START + BigInt(index), batch, index };
    return entryWith(id, { attributes: new Map(Object.entries(attributes)) });
  };
  // Newest first: that lists hold `tags.x`, too, is learnt when they are counted already.
  const older = Array.from({ length: 50 }, (_, i) => entryOf(i, { "tags.x": i % 2 }));
  const newer = Array.from({ length: 50 }, (_, i) => entryOf(50 + i, { tags: [{ x: i % 2 }] }));
  for (const entries of [older, newer]) await own.logs.commit(entryRows(APP, entries));
  const asked = (rows: number) =>
    compare({ startNanos: START, endNanos: START + 100n, budget: { rows } }, own.logs);
  const whole = await asked(1000);
  expect(whole.partial).toBe(false);
  expect(whole.stats.rowsScanned).toBe(200);
  const part = await asked(200);
  expect(part.partial).toBe(true);
  expect(part.stats.rowsScanned).toBeLessThanOrEqual(200);
});

describe("facets", () => {
  test.each([
    { query: "", fields: ["level", "service"] },
    { query: "level:error", fields: ["level"] },
    { query: "-level:error service:web", fields: ["service"], reads: true },
    { query: "service:web", fields: ["service"] },
    { query: "service:web", fields: ["level"], reads: true },
    { query: "level:fatal", fields: ["level", "host", "route"] },
    { query: "service:nobody", fields: [] },
    { query: "", fields: ["level", "route"], reads: true },
  ])("of $fields under `$query` open only blocks whose summaries do not tell", async (given) => {
    const counted = await facets(given.query, given.fields);
    expect(counted.stats.blocksRead > 0).toBe(given.reads ?? false);
    // A test of every message makes it read them all.
    const read = await facets(`message:request ${given.query}`, given.fields);
    expect(counted.facets).toEqual(read.facets);
    expect(counted.stats.matched).toBe(read.stats.matched);
    expect(counted.partial).toBe(false);
  });

  test("that nobody named are few, and of few values", async () => {
    const found = await facets("", []);
    // `user` has 1,200 values.
    expect(found.facets.map(({ field }) => field)).toEqual(["level", "service", "host", "route"]);
    const [level, , host, route] = found.facets;
    expect(level).toMatchObject({ type: "level", entries: 1200, present: 1200, distinct: 2 });
    expect(host).toEqual({
      field: "host",
      type: "mixed",
      entries: 1200,
      present: 0,
      distinct: 0,
      values: [],
      approximate: false,
    });
    expect(route).toMatchObject({
      distinct: 7,
      values: [{ value: "/r/0", count: 172 }, {}, {}, {}, {}],
    });
    // One value is no choice, unless the query is what leaves one.
    const one = await facets("route:/r/0 message:request", []);
    expect(one.facets.map(({ field }) => field)).toEqual([
      "level",
      "service",
      "host",
      "route",
      "user",
    ]);
    expect(one.facets[3]).toEqual(route);
  });

  test("cover all that is newer than where a spent budget ended", async () => {
    const part = await facets("", ["service", "route"], { budget: { rows: 300 } });
    expect(part.partial).toBe(true);
    expect(part.partialReason).toContain("300 rows");
    const covered = part.coveredStartNanos ?? 0n;
    expect(covered).toBeGreaterThan(RANGE.startNanos);
    const newer = await facets("", ["service", "route"], { startNanos: covered });
    // What is older and shares a block with what is newer was counted, too.
    for (const [i, { entries, present }] of newer.facets.entries()) {
      expect(part.facets[i]?.entries).toBeGreaterThanOrEqual(entries);
      expect(part.facets[i]?.present).toBeGreaterThanOrEqual(present);
    }
    expect(part.stats.matchedExact).toBe(false);
  });

  test("end, and say so, when they have filled the memory of a query", async () => {
    const part = await facets("", ["user"], { budget: { memoryBytes: 100_000 } });
    expect(part.partial).toBe(true);
    expect(part.partialReason).toContain("100000 bytes of memory");
    expect(part.coveredStartNanos).toBeGreaterThan(RANGE.startNanos);
    expect(part.facets[0]?.distinct).toBeGreaterThan(0);
  });

  test("count a unit once that is planned again", async () => {
    const whole = await facets("", ["level", "service", "user"]);
    let calls = 0;
    const flaky: LogReads = {
      ...store.logs,
      readBlob: (...range) =>
        ++calls % 9 === 8 && calls < 20
          ? Promise.resolve(undefined)
          : store.logs.readBlob(...range),
    };
    const again = await facets("", ["level", "service", "user"], {}, flaky);
    expect(calls).toBeGreaterThan(20);
    expect(again.facets).toEqual(whole.facets);
    expect(again.partial).toBe(false);
  });

  test("come from what can be read of a damaged segment", async () => {
    let calls = 0;
    const damaged: LogReads = {
      ...store.logs,
      readBlob: async (...range) => {
        const bytes = await store.logs.readBlob(...range);
        return ++calls % 7 === 6 ? bytes?.fill(7, 3) : bytes;
      },
    };
    const found = await facets("", ["route"], { values: 10 }, damaged);
    expect(found.partial).toBe(true);
    expect(found.partialReason).toContain("segment");
    expect(found.facets[0]?.values.length).toBe(7);
  });

  test("keep the names they were asked for, each once, and read back what they name", async () => {
    const found = await facets("", ["service.name", "@level", "route", "service", "@route"]);
    expect(found.facets.map(({ field }: Facet) => field)).toEqual(["service", "@level", "route"]);
  });

  test.each([
    { fields: ["time"], says: /^fields: .*`time`/ },
    { fields: ["id"], says: /^fields: .*`id`/ },
    { fields: [""], says: /^fields: / },
    { fields: Array.from({ length: 51 }, (_, n) => `f${n}`), says: /^fields: .*50/ },
    { fields: [], values: 101, says: /^values: .*100/ },
    { fields: [], query: "level:eror", says: /^query: / },
  ])("are refused in words: $says", async ({ fields, says, query = "", ...more }) => {
    expect(await refusal(facets(query, fields, more))).toMatch(says);
  });
});

describe("a comparison of windows", () => {
  test("of what goes on as before finds nothing", async () => {
    const found = await compare();
    const levels = { trace: 0, debug: 0, info: 480, warn: 0, error: 120, fatal: 0 };
    const counts = { entries: 600, levels, coveredStartNanos: undefined };
    expect(found.window).toEqual({ ...SECOND_HOUR, ...counts });
    expect(found.baseline).toEqual({ startNanos: START, endNanos: START + HOUR, ...counts });
    expect(found.differences).toEqual([]);
    expect(found.skippedFields).toEqual(["user"]);
    expect(found.partial).toBe(false);
  });

  test("opens no block for levels and services of whole hours", async () => {
    const found = await compare({ fields: ["level", "service"] });
    expect(found.stats.blocksRead).toBe(0);
    expect(found.stats.matched).toBe(1200);
  });

  test("names a field that is asked for and has too many values in no other way", async () => {
    const found = await compare({ fields: ["user", "route"] });
    expect(found.skippedFields).toEqual([]);
  });

  test("leaves out of the baseline what lies in the window", async () => {
    const inner = { startNanos: START + HOUR / 2n, endNanos: START + HOUR };
    const around = { baselineStartNanos: RANGE.startNanos, baselineEndNanos: RANGE.endNanos };
    const found = await compare({ ...inner, ...around, fields: ["service"] });
    expect([found.window.entries, found.baseline.entries]).toEqual([300, 900]);
  });

  test("spends half of its budget on the window and the rest on the baseline, and says what was covered", async () => {
    const found = await compare({ fields: ["route"], budget: { rows: 600 } });
    expect(found.partial).toBe(true);
    // The window's last block was read whole: 312 rows.
    expect(found.partialReason).toMatch(/^window: .*300 rows.*; baseline: .*288 rows/);
    for (const { startNanos, endNanos, coveredStartNanos, entries } of [
      found.window,
      found.baseline,
    ]) {
      expect(coveredStartNanos).toBeGreaterThan(startNanos);
      expect(coveredStartNanos).toBeLessThan(endNanos);
      expect(entries).toBeGreaterThan(0);
    }
  });

  test("counts what is in the second window once, too, when it is planned again", async () => {
    const whole = await compare({ fields: ["level", "route"], limit: 1 });
    let calls = 0;
    const flaky: LogReads = {
      ...store.logs,
      readBlob: (...range) =>
        ++calls === 9 ? Promise.resolve(undefined) : store.logs.readBlob(...range),
    };
    const again = await compare({ fields: ["level", "route"], limit: 1 }, flaky);
    expect({ ...again, stats: {} }).toEqual({ ...whole, stats: {} });
  });

  test("warns of a field that neither window has", async () => {
    const { warnings } = await compare({ query: "rout:/r/1 OR level:error" });
    expect(warnings).toMatchObject([{ code: "unknown_field", start: 0 }]);
    expect((await compare({ query: "route:/r/1" })).warnings).toEqual([]);
  });

  test.each([
    { more: { endNanos: SECOND_HOUR.startNanos }, says: /^end_time: .*empty/ },
    {
      more: { baselineStartNanos: START + HOUR, baselineEndNanos: START + HOUR },
      says: /^baseline_end_time: .*empty/,
    },
    { more: { limit: 1001 }, says: /^limit: .*1000/ },
    { more: { fields: ["id"] }, says: /^fields: .*`id`/ },
  ])("is refused in words: $says", async ({ more, says }) => {
    expect(await refusal(compare(more))).toMatch(says);
  });
});
