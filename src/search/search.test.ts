/** What a search answers beside plain queries, over a store with rows and segments. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Entry, entryIdText } from "../domain/entry.ts";
import { isFault } from "../domain/fault.ts";
import { parseAppId, parseBatchId } from "../domain/ids.ts";
import { bucketOfMs, msOf } from "../domain/time-range.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { until } from "../../test/support/until.ts";
import { FIXTURE_RANGE, loadEntries } from "../../test/support/language-fixture.ts";
import { entryWith } from "../../test/support/entry-with.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import type { LogStore } from "../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import { type Search, createSearch } from "./search.ts";
import type { TailEvent } from "./tail.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const RANGE = { startNanos: FIXTURE_RANGE.startNanos, endNanos: FIXTURE_RANGE.endNanos };
const entries = loadEntries().map(({ entry }) => entry);
const byKey = new Map(loadEntries().map(({ key, entry }) => [key, entry]));
const messages = (found: readonly Entry[]): string[] => found.map((entry) => entry.message);
const idOf = (key: string): string => {
  const entry = byKey.get(key);
  return entry === undefined ? "" : entryIdText(entry.id);
};

let clock: FakeClock;
let store: SqliteStore;
let search: Search;

beforeEach(async () => {
  clock = new FakeClock(FIXTURE_RANGE.nowMs);
  store = await openSqliteStore({ folder: ":memory:", clock });
  search = searchOver(store.logs);
  await store.logs.commit(entryRows(APP, entries.slice(0, 40)));
  for (const bucket of new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos)))))
    await mergeBucket(store.logs, APP, bucket, bucket);
  await store.logs.commit(entryRows(APP, entries.slice(40)));
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

function searchOver(logs: LogStore): Search {
  return createSearch({ store: logs, opener: engineOpener, clock });
}

test("finds an entry by its id, and no other", async () => {
  const entry = await search.getEntry(APP, idOf("e03"));
  expect(entry).toEqual(byKey.get("e03"));
  const other = `${idOf("e03").slice(0, -1)}7`;
  const error: unknown = await search.getEntry(APP, other).catch((reason: unknown) => reason);
  expect(isFault(error, "notFound")).toBe(true);
});

test("shows what stood before and after an entry of the same service and host", async () => {
  const request = {
    app: APP,
    id: idOf("e38"),
    before: 1,
    after: 2,
    sameService: true,
    sameHost: true,
  };
  const context = await search.getContext(request);
  expect(context.before).toEqual([byKey.get("e37")]);
  expect(context.after).toEqual([byKey.get("e39"), byKey.get("e40")]);
});

test("of large entries around one the nearest are given, and it is said", async () => {
  const batch = parseBatchId("019a0000-0000-7000-8000-0000000000ff");
  const large = Array.from({ length: 40 }, (_, index) =>
    entryWith(
      { timeNanos: RANGE.startNanos + BigInt(index) * 1_000_000n, batch, index },
      {
        message: `${index} ${"x".repeat(500_000)}`,
        service: "large",
        observedNanos: RANGE.startNanos,
      },
    ),
  );
  await store.logs.commit(entryRows(APP, large));
  const at = 30;
  const id = entryIdText({
    timeNanos: RANGE.startNanos + BigInt(at) * 1_000_000n,
    batch,
    index: at,
  });
  const context = await search.getContext({
    app: APP,
    id,
    before: 30,
    after: 5,
    sameService: true,
  });
  expect(context.after).toEqual(large.slice(at + 1, at + 6));
  expect(context.before).toEqual(large.slice(at - context.before.length, at).toReversed());
  expect(context.before.length).toBeGreaterThan(10);
  expect(context.before.length).toBeLessThan(20);
  expect(context.partial).toBe(true);
  expect(context.partialReason).toBe(
    `only the ${context.before.length} nearest entries before it are here, because they are large: ask for those around the last of them`,
  );
  const piped = await search.query({
    app: APP,
    ...RANGE,
    query: `id:"${id}" | context 30`,
    budget: { memoryBytes: 8_000_000 },
  });
  expect(piped.partialReason).toBe("the budget of 8000000 bytes of memory is spent");
  expect(piped.entries.length).toBeLessThan(12);
});

test("lists fields with their share and values with their counts", async () => {
  const { fields } = await search.listFields({ app: APP, ...RANGE, prefix: "DUR" });
  expect(fields).toEqual([{ name: "duration_ms", type: "number", share: 6 / 60 }]);
  const { values } = await search.listFieldValues({
    app: APP,
    ...RANGE,
    field: "level",
    query: "service:web",
  });
  expect(values).toEqual([
    { value: "info", count: 7 },
    { value: "error", count: 2 },
    { value: "warn", count: 1 },
  ]);
});

test("a spent budget gives a part, and a cursor that goes on behind it", async () => {
  const found: string[] = [];
  let cursor = "";
  let pages = 0;
  do {
    const page = await search.query({
      app: APP,
      ...RANGE,
      query: "",
      limit: 1000,
      cursor,
      budget: { rows: 1 },
    });
    expect(page.partial).toBe(page.nextCursor !== "");
    if (page.partial) expect(page.coveredStartNanos).toBeTypeOf("bigint");
    found.push(...messages(page.entries));
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== "" && pages < 50);
  const whole = await search.query({ app: APP, ...RANGE, query: "", limit: 1000 });
  expect(pages).toBeGreaterThan(1);
  expect(found).toEqual(messages(whole.entries));
});

test("a unit whose blob is gone is planned again; what stays unreadable is said", async () => {
  let gone = 2;
  const flaky: LogStore = {
    ...store.logs,
    readBlob: (...range) =>
      gone-- > 0 ? Promise.resolve(undefined) : store.logs.readBlob(...range),
  };
  const wanted = await search.query({ app: APP, ...RANGE, query: "", limit: 1000 });
  const again = await searchOver(flaky).query({ app: APP, ...RANGE, query: "", limit: 1000 });
  expect(again.entries).toEqual(wanted.entries);
  expect(again.partial).toBe(false);
  gone = 1000;
  const partial = await searchOver(flaky).query({ app: APP, ...RANGE, query: "", limit: 1000 });
  expect(partial.partial).toBe(true);
  expect(partial.partialReason).toContain("changed while it was read");
});

test("a damaged segment is named and the rest is answered", async () => {
  const damaged: LogStore = {
    ...store.logs,
    readBlob: async (...range) => {
      const bytes = await store.logs.readBlob(...range);
      return bytes?.fill(7);
    },
  };
  const page = await searchOver(damaged).query({ app: APP, ...RANGE, query: "", limit: 1000 });
  expect(page.partial).toBe(true);
  expect(page.partialReason).toContain("segment");
  expect(page.entries.length).toBe(21);
});

test("a query whose caller left ends", async () => {
  const left = AbortSignal.abort();
  const error: unknown = await search
    .query({ app: APP, query: "" }, left)
    .catch((reason: unknown) => reason);
  expect(isFault(error, "canceled")).toBe(true);
});

test("a tail gives what is committed, and resumes behind a position", async () => {
  const stop = new AbortController();
  const events = search.tail({ app: APP, query: "level:error" }, stop.signal);
  const first = await events.next();
  expect(first.value).toMatchObject({ kind: "position" });
  const start = positionOf(first.value);
  const fresh = entryRows(APP, fresher(entries.slice(5, 7)));
  await store.logs.commit(fresh);
  const second = await events.next();
  expect(second.value).toMatchObject({ kind: "entry", entry: { severity: 17 } });
  stop.abort();
  await events.return();

  const again = new AbortController();
  const resumed = search.tail({ app: APP, query: "level:error", position: start }, again.signal);
  const seen: string[] = [];
  for await (const event of resumed) {
    if (event.kind === "entry") seen.push(event.entry.message);
    if (seen.length === 2) again.abort();
  }
  expect(seen).toEqual(messages(entries.slice(5, 7)));
});

test("a quiet tail asks for one row a poll, and reads none", async () => {
  const calls: string[] = [];
  const watched: LogStore = {
    ...store.logs,
    l0After: (app, after, limit) => {
      calls.push(`rows ${limit}`);
      return store.logs.l0After(app, after, limit);
    },
    closedEpoch: () => {
      calls.push("epoch");
      return store.logs.closedEpoch();
    },
    readL0: (id) => {
      calls.push("bytes");
      return store.logs.readL0(id);
    },
  };
  const stop = new AbortController();
  const events = searchOver(watched).tail({ app: APP, query: "" }, stop.signal);
  await events.next();
  const next = events.next();
  const polled = async (): Promise<string[]> => {
    await clock.advance(1000);
    await until("the tail waits", () => clock.sleeping > 0);
    return calls.splice(0);
  };
  await until("the tail waits", () => clock.sleeping > 0);
  calls.splice(0);
  for (let i = 0; i < 9; i++) expect(await polled()).toEqual(["rows 1"]);
  expect(await polled()).toEqual(["epoch", "rows 512"]);
  await store.logs.commit(entryRows(APP, fresher(entries.slice(5, 6))));
  await clock.advance(1000);
  expect((await next).value).toMatchObject({ kind: "entry" });
  expect(calls).toEqual(["rows 1", "epoch", "rows 512", "bytes"]);
  stop.abort();
  await events.return();
});

/** The same entries as a later batch. */
function fresher(held: readonly Entry[]): Entry[] {
  return held.map((entry, index) => ({
    ...entry,
    id: { ...entry.id, batch: parseBatchId("019a0000-0000-7000-8000-00000000beef"), index },
  }));
}

function positionOf(event: TailEvent | void): string {
  return event?.kind === "position" ? event.position : "";
}
