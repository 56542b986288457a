/** Every case of the language, through a query over a store. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entryIdText } from "../domain/entry.ts";
import { FaultError } from "../domain/fault.ts";
import { parseAppId } from "../domain/ids.ts";
import { bucketOfMs, msOf } from "../domain/time-range.ts";
import {
  FIXTURE_RANGE,
  type LanguageCase,
  loadCases,
  loadEntries,
  mapIds,
  nanosOfIso,
} from "../../test/support/language-fixture.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import type { Cell } from "../engine/pipe/cell.ts";
import { engineOpener } from "./engine-opener.ts";
import type { QueryResult } from "./results.ts";
import { type Search, createSearch } from "./search.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const fixture = loadEntries();
const HOURS = new Set(fixture.map(({ entry }) => bucketOfMs(msOf(entry.timeNanos))));
const keyOf = new Map(fixture.map(({ key, entry }) => [entryIdText(entry.id), key]));

let store: SqliteStore;
let search: Search;

beforeAll(async () => {
  const clock = new FakeClock(FIXTURE_RANGE.nowMs);
  store = await openSqliteStore({ folder: ":memory:", clock });
  // Three commits whose times overlap.
  for (let part = 0; part < 3; part++) {
    const entries = fixture
      .map(({ entry }) => entry)
      .filter((entry) => Number(entry.id.batch.slice(-2)) % 3 === part);
    await store.logs.commit(entryRows(APP, entries));
    // Two of the three are merged, so segments and rows answer together.
    if (part === 1) for (const bucket of HOURS) await mergeBucket(store.logs, APP, bucket, bucket);
  }
  search = createSearch({ store: store.logs, opener: engineOpener, clock });
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

/** A sample goes by ids, which the fixture names differently: see sample.test.ts. */
const OTHERS = /\| sample 1\/4/;
const cases = loadCases().filter(
  (given) => given.expect.error !== undefined || !OTHERS.test(given.query),
);

describe.each(cases)("$id: $query", (given) => {
  if (given.expect.error !== undefined) {
    test("is refused with the place and the fault", async () => {
      const fault = await run(given).then(
        () => undefined,
        (error: unknown) => (error instanceof FaultError ? error.fault : undefined),
      );
      const { code, start, end } = given.expect.error ?? {};
      expect(fault).toMatchObject({
        kind: "invalid",
        field: "query",
        meta: { code, start: String(start), end: String(end) },
      });
    });
    return;
  }
  test("answers", async () => {
    const result = await run(given);
    expect(result.partial).toBe(false);
    // A worker answers by a structured clone.
    expect(structuredClone(result)).toEqual(result);
    if (given.expect.ids !== undefined)
      expect(result.entries.map((entry) => keyOf.get(entryIdText(entry.id)))).toEqual(
        given.expect.ids,
      );
    if (given.expect.table !== undefined) expectTable(result, given.expect.table);
    expect(result.warnings.map((warning) => warning.code)).toEqual(given.expect.warnings ?? []);
  });
});

function run(given: LanguageCase): Promise<QueryResult> {
  return search.query({
    app: APP,
    query: mapIds(given.query),
    startNanos:
      given.range === undefined ? FIXTURE_RANGE.startNanos : nanosOfIso(given.range.start),
    endNanos: given.range === undefined ? FIXTURE_RANGE.endNanos : nanosOfIso(given.range.end),
  });
}

function expectTable(
  result: QueryResult,
  wanted: NonNullable<LanguageCase["expect"]["table"]>,
): void {
  const { table } = result;
  expect(table?.columns.map((column) => column.name)).toEqual(wanted.columns);
  expect(
    table?.rows.map((row) => row.map((cell, i) => shown(cell, table.columns[i]?.type ?? "value"))),
  ).toEqual(
    wanted.rows.map((row) =>
      row.map((cell) =>
        typeof cell === "number" && !Number.isInteger(cell)
          ? (expect.closeTo(cell, 9) as unknown)
          : cell,
      ),
    ),
  );
}

/** As the fixture writes times: RFC 3339 with nine digits. */
function shown(cell: Cell, type: string): unknown {
  if (type !== "time" || typeof cell !== "bigint") return cell;
  const ms = cell / 1_000_000n;
  return new Date(Number(ms))
    .toISOString()
    .replace(
      /\.(\d{3})Z$/,
      (_all, digits: string) => `.${digits}${String(cell % 1_000_000n).padStart(6, "0")}Z`,
    );
}
