/** Each answer of the language's cases, exported: the same rows, in both formats, whole or as chosen columns. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeClock } from "../support/fake-clock.ts";
import {
  FIXTURE_RANGE,
  loadCases,
  loadEntries,
  mapIds,
  nanosOfIso,
} from "../support/language-fixture.ts";
import { parseCsv } from "../support/parse-csv.ts";
import { entryRows, mergeBucket } from "../support/stored-entries.ts";
import { compareEntryIds, entryIdText } from "../../src/domain/entry.ts";
import { type FaultError, isFault } from "../../src/domain/fault.ts";
import { parseAppId } from "../../src/domain/ids.ts";
import { bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { Cell, TableColumn } from "../../src/engine/pipe/cell.ts";
import { entryJson } from "../../src/rpc/log/messages.ts";
import { type SqliteStore, openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import type { QueryResult } from "../../src/search/results.ts";
import { type Search, createSearch } from "../../src/search/search.ts";
import type { ExportChunk } from "../../src/search/export/export.ts";
import type { ExportRequest } from "../../src/search/export/export-request.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const RANGE = { startNanos: FIXTURE_RANGE.startNanos, endNanos: FIXTURE_RANGE.endNanos };
const entries = loadEntries().map(({ entry }) => entry);

let store: SqliteStore;
let search: Search;

beforeAll(async () => {
  const clock = new FakeClock(FIXTURE_RANGE.nowMs);
  store = await openSqliteStore({ folder: ":memory:", clock });
  search = createSearch({ store: store.logs, opener: engineOpener, clock });
  await store.logs.commit(entryRows(APP, entries.slice(0, 40)));
  const buckets = new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos))));
  for (const bucket of buckets) await mergeBucket(store.logs, APP, bucket, bucket);
  await store.logs.commit(entryRows(APP, entries.slice(40)));
});
afterAll(() => store[Symbol.asyncDispose]());

async function exported(
  request: Partial<ExportRequest> & { query: string },
): Promise<{ text: string; last: ExportChunk }> {
  const parts: Uint8Array[] = [];
  let last: ExportChunk | undefined;
  const asked = { app: APP, format: "ndjson", ...RANGE, ...request } as const;
  for await (const chunk of search.export(asked, new AbortController().signal)) {
    parts.push(chunk.lines);
    last = chunk;
  }
  if (last === undefined) throw new Error("no chunk");
  return { text: Buffer.concat(parts).toString(), last };
}

function jsonLines(text: string): unknown[] {
  const lines = text.split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** As JSON has it. */
function plainCell(cell: Cell, { type }: TableColumn): unknown {
  if (Array.isArray(cell))
    return (cell as Cell[]).map((own) => plainCell(own, { type } as TableColumn));
  if (typeof cell !== "bigint") return cell;
  return type === "time" ? isoOf(cell) : String(cell);
}

function isoOf(nanos: bigint): string {
  const rest = String(nanos % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/(000){1,3}$/, "");
  const second = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${second}${rest === "" ? "" : `.${rest}`}Z`;
}

function csvCell(cell: Cell, column: TableColumn): string {
  const plain = plainCell(cell, column);
  if (plain === null) return "";
  const text = typeof plain === "string" ? plain : JSON.stringify(plain);
  return typeof cell === "string" && /^'*[=+@#\t\r-]/.test(text) && !/^-?[\d.]/.test(text)
    ? `'${text}`
    : text;
}

const cases = loadCases().filter(({ expect: wanted }) => wanted.error === undefined);

describe.each(cases)("$id: $query", ({ query, range }) => {
  const asked = {
    query: mapIds(query),
    ...(range === undefined
      ? RANGE
      : { startNanos: nanosOfIso(range.start), endNanos: nanosOfIso(range.end) }),
  };
  const answer = (): Promise<QueryResult> => search.query({ app: APP, ...asked, limit: 10_000 });

  test("as NDJSON", async () => {
    const { table, entries: found } = await answer();
    const { text, last } = await exported(asked);
    const wanted =
      table === undefined
        ? found.map((entry) => JSON.parse(entryJson(entry)) as unknown)
        : table.rows.map((row) =>
            Object.fromEntries(
              table.columns.map((column, i) => [column.name, plainCell(row[i] ?? null, column)]),
            ),
          );
    expect(jsonLines(text)).toEqual(wanted);
    expect(last).toMatchObject({ entries: wanted.length, reasons: [], width: 0 });
  });

  test("as CSV", async () => {
    const { table, entries: found } = await answer();
    const { text, last } = await exported({ ...asked, format: "csv" });
    const [head = [], ...rows] = parseCsv(text);
    expect(last).toMatchObject({ entries: rows.length, width: head.length });
    if (table !== undefined) {
      expect(head).toEqual(table.columns.map(({ name }) => name));
      expect(rows).toEqual(
        table.rows.map((row) => table.columns.map((column, i) => csvCell(row[i] ?? null, column))),
      );
      return;
    }
    const at = head.indexOf("id");
    expect(rows.map((row) => row[at])).toEqual(found.map(({ id }) => entryIdText(id)));
    const attributes = head.indexOf("attributes");
    expect(rows.map((row) => JSON.parse(row[attributes] ?? "") as unknown)).toEqual(
      found.map((entry) => (JSON.parse(entryJson(entry)) as { attributes: unknown }).attributes),
    );
  });
});

const FIELDS =
  "time, level, service, message as text, status, @level as own, items.sku, exception.*, tags, id";

test.each(["", "level:>=warn", '| parse "<first> <rest>"', "| sort status", "| limit 7"])(
  "%j: fields are those of the pipe `fields`",
  async (query) => {
    for (const format of ["ndjson", "csv"] as const)
      for (const ascending of [false, true]) {
        const chosen = await exported({ query, fields: FIELDS, format, ascending });
        const piped = await exported({ query: `${query} | fields ${FIELDS}`, format, ascending });
        expect(chosen.text).toBe(piped.text);
        const { table } = await search.query({
          app: APP,
          ...RANGE,
          ascending,
          limit: 10_000,
          query: `${query} | fields ${FIELDS}`,
        });
        const rows = table?.rows ?? [];
        expect(rows.length).toBeGreaterThan(5);
        if (format === "csv")
          expect(parseCsv(chosen.text).slice(1)).toEqual(
            rows.map((row) =>
              row.map((cell, i) => csvCell(cell, table?.columns[i] as TableColumn)),
            ),
          );
        else expect(jsonLines(chosen.text)).toHaveLength(rows.length);
      }
  },
);

test("fields choose among the columns of a table, and of other fields, and go on behind a cursor", async () => {
  const counted = await exported({ query: "| stats count() as n by level", fields: "n, level" });
  expect(Object.keys(jsonLines(counted.text)[0] as object)).toEqual(["n", "level"]);
  const twice = { query: "| fields service as s, host, message", fields: "s, host as h" };
  const whole = await exported(twice);
  expect(Object.keys(jsonLines(whole.text)[0] as object)).toEqual(["s", "h"]);
  const newestFirst = entries.toSorted((a, b) => compareEntryIds(b.id, a.id));
  const cursor = newestFirst.map(({ id }) => entryIdText(id))[9] ?? "";
  const lines = await exported({ ...twice, cursor });
  expect(whole.text.endsWith(lines.text)).toBe(true);
  const records = await exported({ ...twice, format: "csv", cursor });
  expect(parseCsv(records.text)[0]).not.toEqual(["s", "h"]);
});

test("estimates are named, and what pipes leave out is a reason", async () => {
  const { last } = await exported({ query: "| context 1" });
  expect(last.reasons.join()).toContain("20");
  expect(last.cursor).toBe("");
});

test.each<[Partial<ExportRequest> & { query: string }, Record<string, string>]>([
  [{ query: "level:(" }, { field: "query" }],
  [
    { query: "", fields: "a,, b" },
    { field: "fields", code: "missing_name" },
  ],
  [{ query: "", fields: "message | stats count()" }, { field: "fields" }],
  [{ query: "foo\\", fields: "a | limit 3" }, { field: "fields" }],
  [
    { query: "| stats count()", fields: "host" },
    { field: "fields", code: "unknown_column" },
  ],
  [{ query: "", fields: "complete" }, { field: "fields" }],
  [{ query: "| stats count() as complete" }, { field: "fields" }],
  [
    { query: "| stats count()", cursor: "1.019a0000-0000-7000-8000-000000000001.0" },
    { field: "cursor" },
  ],
])("%j is refused", async (request, { field, ...meta }) => {
  const error = await exported(request).then(
    () => undefined,
    (reason: unknown) => reason as FaultError,
  );
  expect(isFault(error, "invalid") && error.fault).toMatchObject({
    field,
    ...(Object.keys(meta).length === 0 ? {} : { meta }),
  });
});
