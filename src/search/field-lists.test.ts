/** Names of fields and their values: how they are named, and what reading them takes. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FIXTURE_RANGE, loadEntries } from "../../test/support/language-fixture.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import { parseAppId, parseBatchId } from "../domain/ids.ts";
import { bucketOfMs, msOf } from "../domain/time-range.ts";
import type { LogReads } from "../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import { type Search, createSearch } from "./search.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const RANGE = { startNanos: FIXTURE_RANGE.startNanos, endNanos: FIXTURE_RANGE.endNanos };
const entries = loadEntries().map(({ entry }, i) => ({
  ...entry,
  attributes: new Map([
    ...entry.attributes,
    ["level", i] as const,
    ["service", `own-${i % 2}`] as const,
    ["@odd", true] as const,
  ]),
}));

const clock = new FakeClock(FIXTURE_RANGE.nowMs);
let store: SqliteStore;

beforeEach(async () => {
  store = await openSqliteStore({ folder: ":memory:", clock });
  await store.logs.commit(entryRows(APP, entries));
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

function searchOver(logs: LogReads): Search {
  return createSearch({ store: logs, opener: engineOpener, clock });
}

async function namesOf(prefix: string): Promise<string[]> {
  const { fields } = await searchOver(store.logs).listFields({ app: APP, ...RANGE, prefix });
  return fields.map(({ name }) => name);
}

test("an attribute that is called as a built-in field is named as queries name it", async () => {
  expect(await namesOf("LEV")).toEqual(["@level"]);
  expect(await namesOf("serv")).toEqual(["@service", "service"]);
  expect(await namesOf("@serv")).toEqual(["@service"]);
  expect(await namesOf("@odd")).toEqual(["@@odd"]);
});

test("an attribute and the built-in field of its name have values of their own", async () => {
  const valuesOf = async (field: string) => {
    const request = { app: APP, ...RANGE, field };
    const { values } = await searchOver(store.logs).listFieldValues(request);
    return values.map(({ value }) => value);
  };
  expect(await valuesOf("@service")).toEqual(["own-0", "own-1"]);
  expect(await valuesOf("service")).toContain("web");
  const [first] = await namesOf("@odd");
  expect(await valuesOf(first ?? "")).toEqual([true]);
});

test("values of a field are counted without reading what else entries have", async () => {
  const buckets = new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos))));
  for (const bucket of buckets) await mergeBucket(store.logs, APP, bucket, bucket, entries.length);
  const read = async (field: string, query = ""): Promise<number> => {
    let bytes = 0;
    const logs: LogReads = {
      ...store.logs,
      readBlob: (app, bucket, id, offset, length) => {
        bytes += length;
        return store.logs.readBlob(app, bucket, id, offset, length);
      },
    };
    await searchOver(logs).listFieldValues({ app: APP, ...RANGE, field, query });
    return bytes;
  };
  const all = await read("status", "timeout");
  expect(await read("host")).toBeLessThan(await read("status"));
  expect(await read("status")).toBeLessThan(all);
});

test("fields of a block that has nothing within the range are not asked for", async () => {
  const times = new Set(entries.map(({ timeNanos }) => timeNanos));
  const before =
    [...times].toSorted((a, b) => Number(a - b)).find((nanos) => !times.has(nanos + 1n)) ?? 0n;
  const between = { startNanos: before + 1n, endNanos: before + 2n };
  const bucket = bucketOfMs(msOf(before));
  await mergeBucket(store.logs, APP, bucket, bucket, entries.length);
  const answer = await searchOver(store.logs).listFields({ app: APP, ...between, prefix: "" });
  expect(answer).toMatchObject({ fields: [], partial: false });
});

/** Entries of one block with so many names, each with another one below it; an entry has a thousand at most. */
async function sendNames(count: number): Promise<void> {
  const [first] = entries;
  if (first === undefined) throw new Error("no entry");
  const batch = parseBatchId("019a0000-0000-7000-8000-0000000000cc");
  const timeNanos = RANGE.endNanos - 1n;
  const many = Array.from({ length: count / 1000 }, (_, index) => {
    const names = Array.from({ length: 500 }, (_own, n) => {
      const name = `many.${500 * index + n}`;
      return [name, `${name}.below`];
    });
    const attributes = new Map(names.flat().map((name, n) => [name, n]));
    return { ...first, timeNanos, id: { timeNanos, batch, index }, attributes };
  });
  await store.logs.commit(entryRows(APP, many));
}

test("of tens of thousands of names ten thousand are told apart, and it is said", async () => {
  await sendNames(30_000);
  const { fields, partial, partialReason } = await searchOver(store.logs).listFields({
    app: APP,
    ...RANGE,
  });
  expect([fields.length, partial]).toEqual([10_000, true]);
  expect(partialReason).toBe("more than 10000 names are not told apart");
  expect(await namesOf("many.14999.")).toEqual(["many.14999.below"]);
});

test("names of one block are looked at for two seconds, with turns for others", async () => {
  await sendNames(30_000);
  const slow = new FakeClock(FIXTURE_RANGE.nowMs);
  let looks = 0;
  slow.monotonicMs = () => 20 * looks++;
  const search = createSearch({ store: store.logs, opener: engineOpener, clock: slow });
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; turns++) await new Promise((resolve) => void setImmediate(resolve));
  })();
  const { fields, partialReason } = await search.listFields({ app: APP, ...RANGE, prefix: "many" });
  isOver = true;
  await others;
  expect(partialReason).toMatch(/of 30000 names in one block \d+ were looked at/);
  expect(fields.length).toBeGreaterThan(500);
  expect(fields.length).toBeLessThan(10_000);
  // Each look is followed by a turn.
  expect(turns).toBeGreaterThan(10);
});
