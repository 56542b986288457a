/** An export over a store with rows and segments: what it gives, each once, and what it says of the rest. */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { FIXTURE_RANGE, loadEntries } from "../../../test/support/language-fixture.ts";
import { entryRows, mergeBucket } from "../../../test/support/stored-entries.ts";
import { entryIdText } from "../../domain/entry.ts";
import { isFault } from "../../domain/fault.ts";
import { parseAppId } from "../../domain/ids.ts";
import { bucketOfMs, msOf } from "../../domain/time-range.ts";
import type { LogStore } from "../../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../../storage/sqlite/open-store.ts";
import { engineOpener } from "../engine-opener.ts";
import { type ExportChunk, exportRows } from "./export.ts";
import type { ExportRequest } from "./export-request.ts";
import { type Search, createSearch } from "../search.ts";
import { SharedMemory } from "../shared-memory.ts";
import { Turns } from "../turns.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const RANGE = { startNanos: FIXTURE_RANGE.startNanos, endNanos: FIXTURE_RANGE.endNanos };
const entries = loadEntries().map(({ entry }) => entry);
const buckets = [...new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos))))];

let clock: FakeClock;
let store: SqliteStore;
let search: Search;

beforeEach(async () => {
  clock = new FakeClock(FIXTURE_RANGE.nowMs);
  store = await openSqliteStore({ folder: ":memory:", clock });
  search = createSearch({ store: store.logs, opener: engineOpener, clock });
  await store.logs.commit(entryRows(APP, entries.slice(0, 40)));
  for (const bucket of buckets) await mergeBucket(store.logs, APP, bucket, bucket);
  await store.logs.commit(entryRows(APP, entries.slice(40)));
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

type Asked = Partial<ExportRequest> & { logs?: LogStore };

function open({ logs = store.logs, ...request }: Asked = {}, signal?: AbortSignal) {
  return exportRows(
    { app: APP, query: "", format: "ndjson", ...RANGE, ...request },
    { store: logs, opener: engineOpener, clock, memory: new SharedMemory(), turns: new Turns() },
    signal ?? new AbortController().signal,
  );
}

async function all(asked: Asked = {}): Promise<{ ids: string[]; last: ExportChunk }> {
  const texts: string[] = [];
  let last: ExportChunk | undefined;
  for await (const chunk of open(asked)) {
    texts.push(Buffer.from(chunk.lines).toString());
    last = chunk;
  }
  if (last === undefined) throw new Error("no chunk");
  const lines = texts.join("").split("\n");
  expect(lines.pop()).toBe("");
  const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
  expect(last.entries).toBe(ids.length);
  return { ids, last };
}

async function queried(query: string, ascending: boolean): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const page = await search.query({ app: APP, ...RANGE, query, ascending, limit: 7, cursor });
    ids.push(...page.entries.map(({ id }) => entryIdText(id)));
    cursor = page.nextCursor;
  } while (cursor !== "");
  return ids;
}

test.each([
  "",
  "level:error",
  "service:web",
  "nothing-like-this",
  "-service:web | where level:info",
  "| dedup service",
  "| limit 5",
  "| sample 2 | limit 3",
  '| parse "<first> <rest>" | where first:*',
])("%s gives what a query's pages give, either way round", async (query) => {
  for (const ascending of [false, true]) {
    const { ids, last } = await all({ query, ascending });
    expect(ids).toEqual(await queried(query, ascending));
    expect(last.reasons).toEqual([]);
  }
});

test("any part of the range gives what a query's pages give", () =>
  fc.assert(
    fc.asyncProperty(
      fc.subarray(entries, { minLength: 2, maxLength: 2 }),
      fc.boolean(),
      async ([a, b], ascending) => {
        const times = [a?.timeNanos ?? 0n, b?.timeNanos ?? 0n].toSorted((x, y) => (x < y ? -1 : 1));
        const range = { startNanos: times[0] ?? 0n, endNanos: times[1] ?? 0n };
        const page = await search.query({ app: APP, query: "", ...range, ascending, limit: 1000 });
        const { ids } = await all({ ...range, ascending });
        expect(ids).toEqual(page.entries.map(({ id }) => entryIdText(id)));
      },
    ),
    { numRuns: 40 },
  ));

test("goes on behind a cursor", async () => {
  const whole = (await all()).ids;
  const { ids } = await all({ cursor: whole[20] ?? "" });
  expect(ids).toEqual(whole.slice(21));
});

test("each entry once when units merge in the middle, and plans get old", async () => {
  const whole = (await all()).ids;
  let plans = 0;
  let merged = false;
  const merging: LogStore = {
    ...store.logs,
    plan: (...asked) => {
      plans++;
      return store.logs.plan(...asked);
    },
    // A block that is opened takes the time of a whole plan, and the rows of all units become segments meanwhile.
    readBlob: async (...range) => {
      if (!merged) {
        merged = true;
        for (const bucket of buckets) await mergeBucket(store.logs, APP, bucket, bucket + 1e9);
      }
      await clock.advance(30_000);
      return store.logs.readBlob(...range);
    },
  };
  for (const ascending of [false, true]) {
    const { ids, last } = await all({ logs: merging, ascending });
    expect(ids).toEqual(ascending ? whole.toReversed() : whole);
    expect(last.reasons).toEqual([]);
  }
  expect([merged, plans > 4]).toEqual([true, true]);
});

test("a damaged segment is named, and the rest is given", async () => {
  const damaged: LogStore = {
    ...store.logs,
    readBlob: async (...range) => (await store.logs.readBlob(...range))?.fill(7),
  };
  const { ids, last } = await all({ logs: damaged });
  expect(ids).toHaveLength(21);
  expect(last.reasons.join()).toContain("is damaged");
});

test("ends when its caller leaves", async () => {
  const stop = new AbortController();
  const chunks = open({}, stop.signal);
  await chunks.next();
  stop.abort();
  const error: unknown = await chunks.next().catch((reason: unknown) => reason);
  expect(isFault(error, "canceled")).toBe(true);
});
