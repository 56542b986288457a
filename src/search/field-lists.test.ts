/** Names of fields and their values: how they are named, and what reading them takes. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FIXTURE_RANGE, loadEntries } from "../../test/support/language-fixture.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import { parseAppId } from "../domain/ids.ts";
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
