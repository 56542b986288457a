/** LogService through the Twirp handler, over a store with the language's entries. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { entryIdText } from "../../domain/entry.ts";
import { parseApiKeyId, parseAppId } from "../../domain/ids.ts";
import type { Principal, Scope } from "../../domain/principal.ts";
import { engineOpener } from "../../search/engine-opener.ts";
import { type Search, createSearch } from "../../search/search.ts";
import { type SqliteStore, openSqliteStore } from "../../storage/sqlite/open-store.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { FIXTURE_RANGE, loadEntries } from "../../../test/support/language-fixture.ts";
import { entryRows } from "../../../test/support/stored-entries.ts";
import { JSON_TYPE } from "../../../test/support/twirp-calls.ts";
import { type TwirpRig, startTwirp } from "../../../test/support/twirp-rig.ts";
import { explainQuery } from "./explain-query.ts";
import { compareWindows } from "./compare-windows.ts";
import { getContext } from "./get-context.ts";
import { getEntry } from "./get-entry.ts";
import { getFacets } from "./get-facets.ts";
import { getHistogram } from "./get-histogram.ts";
import { getPatterns } from "./get-patterns.ts";
import { listFieldValues } from "./list-field-values.ts";
import { listFields } from "./list-fields.ts";
import { query } from "./query.ts";
import { suggestQueries } from "./suggest-queries.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const RANGE = { start_time: "2026-11-24T14:00:00Z", end_time: "2026-11-24T15:00:00Z" };
const entries = loadEntries();
const idOf = (key: string): string =>
  entries.filter((own) => own.key === key).map(({ entry }) => entryIdText(entry.id))[0] ?? "";

let store: SqliteStore;
let rig: TwirpRig;
let scope: Scope = "read";

beforeAll(async () => {
  const clock = new FakeClock(FIXTURE_RANGE.nowMs);
  store = await openSqliteStore({ folder: ":memory:", clock });
  await store.logs.commit(
    entryRows(
      APP,
      entries.map(({ entry }) => entry),
    ),
  );
  const search: Search = createSearch({ store: store.logs, opener: engineOpener, clock });
  const deps = { search };
  rig = await startTwirp({
    log: {
      Query: query(deps),
      GetEntry: getEntry(deps),
      GetContext: getContext(deps),
      GetHistogram: getHistogram(deps),
      ListFields: listFields(deps),
      ListFieldValues: listFieldValues(deps),
      GetPatterns: getPatterns(deps),
      SuggestQueries: suggestQueries(deps),
      ExplainQuery: explainQuery(deps),
      GetFacets: getFacets(deps),
      CompareWindows: compareWindows(deps),
    },
    twirp: {
      authenticate: (): Principal => ({
        kind: "key",
        keyId: parseApiKeyId("019a0000-0000-7000-8000-0000000000bb"),
        appId: APP,
        scopes: new Set([scope]),
      }),
    },
  });
});

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function call(method: string, request: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${rig.url}/twirp/argus.v1.LogService/${method}`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify(request),
  });
  return (await answer.json()) as Record<string, unknown>;
}

test("Query answers entries with a cursor that goes on", async () => {
  const first = await call("Query", { query: "level:error", ...RANGE, limit: 2 });
  expect(first["entries"]).toHaveLength(2);
  expect(first).toMatchObject({ partial: false, partial_reason: "", warnings: [] });
  const all = await call("Query", { query: "level:error", ...RANGE });
  const rest = await call("Query", {
    query: "level:error",
    ...RANGE,
    cursor: first["next_cursor"],
  });
  expect([...(first["entries"] as object[]), ...(rest["entries"] as object[])]).toEqual(
    all["entries"],
  );
  expect(all["next_cursor"]).toBe("");
});

test("Query answers a table, and warnings with their fixes", async () => {
  const answer = await call("Query", {
    query: "durationms:5 | stats count(), min(time) by level",
    ...RANGE,
  });
  expect(answer["table"]).toEqual({
    columns: [
      { name: "level", type: "level", approximate: false },
      { name: "count", type: "mixed", approximate: false },
      { name: "min_time", type: "time", approximate: false },
    ],
    rows: [],
  });
  expect(answer["warnings"]).toMatchObject([
    {
      code: "unknown_field",
      start: 0,
      end: 10,
      fixes: expect.arrayContaining([expect.stringContaining("duration_ms:5")]) as unknown,
    },
  ]);
  const counted = await call("Query", {
    query: "service:web | stats count(), min(time)",
    ...RANGE,
  });
  expect(counted["table"]).toMatchObject({
    rows: [[10, expect.stringMatching(/^2026-11-24T14:/) as unknown]],
  });
});

test("Query names the place of a fault in the query", async () => {
  expect(await call("Query", { query: "status:>=5oo", ...RANGE })).toMatchObject({
    code: "invalid_argument",
    meta: { start: "9", end: "12", fix_1: 'status:>="5oo"' },
  });
});

test("Query refuses a budget below nothing", async () => {
  const both = await call("Query", { query: "nothing", ...RANGE, budget: { rows: "-1" } });
  expect(both).toMatchObject({ code: "invalid_argument" });
});

test("GetEntry answers one entry whole, and not_found", async () => {
  expect(await call("GetEntry", { id: idOf("e06") })).toMatchObject({
    entry: { id: idOf("e06"), level: "LEVEL_ERROR", service: "web" },
  });
  const other = `${idOf("e06").slice(0, -1)}9`;
  expect(await call("GetEntry", { id: other })).toMatchObject({ code: "not_found" });
  expect(await call("GetEntry", { id: "e06" })).toMatchObject({ code: "invalid_argument" });
});

test("GetContext answers what stood around an entry", async () => {
  const answer = await call("GetContext", {
    id: idOf("e38"),
    before: 1,
    after: 2,
    same_service: true,
    same_host: true,
  });
  const ids = (list: unknown): unknown[] => (list as { id: string }[]).map(({ id }) => id);
  expect(ids(answer["before"])).toEqual([idOf("e37")]);
  expect(ids(answer["after"])).toEqual([idOf("e39"), idOf("e40")]);
  expect(answer["entry"]).toMatchObject({ id: idOf("e38") });
});

test("GetHistogram answers buckets with counts by level", async () => {
  const answer = await call("GetHistogram", { query: "service:web", ...RANGE, max_buckets: 6 });
  expect(answer["bucket"]).toBe("600s");
  const buckets = answer["buckets"] as { start: string; counts: Record<string, string> }[];
  expect(buckets[0]?.start).toBe("2026-11-24T14:00:00Z");
  expect(buckets).toHaveLength(6);
  const sum = (level: string): number =>
    buckets.reduce((total, { counts }) => total + Number(counts[level]), 0);
  expect([sum("info"), sum("error"), sum("warn")]).toEqual([7, 2, 1]);
});

test("ListFields and ListFieldValues go by pages", async () => {
  expect(await call("ListFields", { ...RANGE, prefix: "dur" })).toEqual({
    fields: [{ name: "duration_ms", type: "number", share: expect.closeTo(0.1) as unknown }],
    next_page_token: "",
    partial: false,
    partial_reason: "",
  });
  const first = await call("ListFieldValues", {
    ...RANGE,
    field: "level",
    query: "service:web",
    page_size: 2,
  });
  expect(first).toMatchObject({
    values: [
      { value: "info", count: "7" },
      { value: "error", count: "2" },
    ],
    next_page_token: "2",
  });
  const rest = await call("ListFieldValues", {
    ...RANGE,
    field: "level",
    query: "service:web",
    page_size: 1000,
    page_token: "2",
  });
  expect(rest).toMatchObject({ values: [{ value: "warn", count: "1" }], next_page_token: "" });
});

test("GetPatterns answers shapes of messages with their figures", async () => {
  const answer = await call("GetPatterns", { query: "service:worker", ...RANGE, limit: 1 });
  const [pattern] = answer["patterns"] as Record<string, unknown>[];
  expect(pattern).toMatchObject({
    pattern: expect.any(String) as unknown,
    query: expect.stringMatching(/^pattern:/) as unknown,
    first_time: expect.stringMatching(/^2026-11-24T14:/) as unknown,
  });
  const found = await call("Query", {
    query: `service:worker ${String(pattern?.["query"])}`,
    ...RANGE,
  });
  const ids = (found["entries"] as { id: string }[]).map(({ id }) => id);
  expect(ids).toHaveLength(Number(pattern?.["count"]));
  expect(pattern?.["example_id"]).toBe(ids[0]);
});

test.each([
  "Query",
  "GetEntry",
  "GetContext",
  "GetHistogram",
  "ListFields",
  "ListFieldValues",
  "GetPatterns",
  "SuggestQueries",
  "ExplainQuery",
  "GetFacets",
  "CompareWindows",
])("%s refuses a key that only sends", async (method) => {
  scope = "ingest";
  const answer = await call(method, {}).finally(() => {
    scope = "read";
  });
  expect(answer).toMatchObject({ code: "permission_denied" });
});
