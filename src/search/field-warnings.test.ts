/** Warnings that need the fields of the range: said when certain, and not otherwise. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAppId, parseBatchId } from "../domain/ids.ts";
import type { AttributeValue, Entry } from "../domain/entry.ts";
import { bucketOfMs, msOf } from "../domain/time-range.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { FIXTURE_RANGE, loadEntries } from "../../test/support/language-fixture.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import type { LogReads } from "../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import type { QueryWarning } from "./results.ts";
import { createSearch } from "./search.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const RANGE = { startNanos: FIXTURE_RANGE.startNanos, endNanos: FIXTURE_RANGE.endNanos };
const entries = loadEntries().map(({ entry }) => entry);
const clock = new FakeClock(FIXTURE_RANGE.nowMs);

let store: SqliteStore;

beforeAll(async () => {
  store = await openSqliteStore({ folder: ":memory:", clock });
  await store.logs.commit(entryRows(APP, entries.slice(0, 40)));
  for (const bucket of new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos)))))
    await mergeBucket(store.logs, APP, bucket, bucket);
  await store.logs.commit(entryRows(APP, entries.slice(40)));
  const nested: Record<string, AttributeValue> = {
    parcels: [{ weight_kg: 3, to: { city: "Ulm" } }],
  };
  await store.logs.commit(entryRows(APP, [withAttributes(nested)]));
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

function withAttributes(attributes: Record<string, AttributeValue>): Entry {
  const [first] = entries;
  if (first === undefined) throw new Error("the fixture is empty");
  const timeNanos = FIXTURE_RANGE.startNanos + 5n;
  const batch = parseBatchId("019a0000-0000-7000-8000-00000000beef");
  return {
    ...first,
    timeNanos,
    id: { timeNanos, batch, index: 0 },
    attributes: new Map(Object.entries(attributes)),
  };
}

async function warnings(
  query: string,
  options: { logs?: LogReads; cursor?: string; range?: typeof RANGE } = {},
): Promise<readonly QueryWarning[]> {
  const search = createSearch({ store: options.logs ?? store.logs, opener: engineOpener, clock });
  const { cursor = "", range = RANGE } = options;
  return (await search.query({ app: APP, ...range, query, cursor })).warnings;
}

test.each([
  { query: "duratio_ms:5", codes: ["unknown_field"], fix: "duration_ms:5" },
  { query: "_msg:timeout", codes: ["unknown_field"], fix: "message:timeout" },
  { query: "exception:refused", codes: ["unknown_field"], fix: "exception.*:refused" },
  { query: "| stats count() by nosuch", codes: ["unknown_field"], fix: undefined },
  { query: "| where nosuch:1", codes: ["unknown_field"], fix: '| where "nosuch:1"' },
  { query: "parcels.weight_kg:>2", codes: [], fix: undefined },
  { query: "parcels.to.city:Ulm", codes: [], fix: undefined },
  { query: "parcels.*:Ulm", codes: [], fix: undefined },
  { query: "parcels.to.*:Ulm", codes: [], fix: undefined },
  { query: "parcels.to:*", codes: [], fix: undefined },
  { query: "| fields parcels.to", codes: [], fix: undefined },
  { query: "parcels.weight_lb:3", codes: ["unknown_field"], fix: undefined },
  { query: "timeout", codes: [], fix: undefined },
  { query: "status:500 latency:>1s", codes: ["no_unit"], fix: undefined },
])("$query is warned of as $codes", async ({ query, codes, fix }) => {
  const found = await warnings(query);
  expect(found.map(({ code }) => code)).toEqual(codes);
  if (fix !== undefined) expect(found[0]?.fixes).toContain(fix);
});

test.each([
  { query: "duratio_ms:5", codes: ["unknown_field"] },
  { query: "service:web nosuch:1 | stats count() by nosuch2", codes: ["unknown_field"] },
  { query: "latency:>1s", codes: ["no_unit"] },
  { query: "level:error", codes: [] },
])("a histogram of $query is warned of as its entries are", async ({ query, codes }) => {
  const search = createSearch({ store: store.logs, opener: engineOpener, clock });
  const histogram = await search.getHistogram({ app: APP, ...RANGE, query });
  expect(histogram.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  expect(histogram.warnings).toEqual(await warnings(query));
});

test("what no entry has is not said of a range that cannot be read whole", async () => {
  const damaged: LogReads = {
    ...store.logs,
    readBlob: async (...range) => (await store.logs.readBlob(...range))?.fill(7),
  };
  expect(await warnings("nosuch:1", { logs: damaged })).toEqual([]);
  expect((await warnings("status:>1s", { logs: damaged })).map(({ code }) => code)).toEqual([
    "no_unit",
  ]);
});

test("a range without entries has no fields", async () => {
  const day = 86_400_000_000_000n;
  const before = { startNanos: RANGE.startNanos - day, endNanos: RANGE.endNanos - day };
  expect((await warnings("status:500", { range: before })).map(({ code }) => code)).toEqual([
    "unknown_field",
  ]);
});

test("a further page does not judge the rest of the range", async () => {
  const cursor = `${RANGE.startNanos + 1n}.019a0000-0000-7000-8000-00000000beef.0`;
  expect(await warnings("status:500", { cursor })).toEqual([]);
});
