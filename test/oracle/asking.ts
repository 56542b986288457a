/**
 * Asks a query with pipes of a store that holds some entries, in rows and segments, and of the naive reading.
 * Invariant: whatever is merged, both give one answer, and a partial one only where that is expected.
 */
import { expect } from "vitest";
import { type Entry, compareEntryIds } from "../../src/domain/entry.ts";
import { parseAppId } from "../../src/domain/ids.ts";
import { bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { Filter, Pipe } from "../../src/query/ast.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { pageStartOf } from "../../src/search/prepare-query.ts";
import type { QueryResult } from "../../src/search/results.ts";
import { runQuery } from "../../src/search/run-query.ts";
import { Spending } from "../../src/search/spending.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { entryRows, mergeBucket } from "../support/stored-entries.ts";
import { BASE_NANOS } from "./arbitraries.ts";
import { entryMatches } from "./filter.ts";
import { type OracleRows, runPipes } from "./pipes.ts";
import type { OracleCell } from "./values.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const HOUR = 3_600_000_000_000n;
export const RANGE = { startNanos: BASE_NANOS - HOUR, endNanos: BASE_NANOS + 3n * HOUR };
const CONTEXT = { nowNanos: BASE_NANOS + 2n * HOUR, timeZone: "UTC" };

/** The filter, the pipes, and the columns they end with. */
export function parsed(text: string): {
  filter: Filter;
  pipes: readonly Pipe[];
  columns: readonly string[];
} {
  const result = parseQuery(text, CONTEXT);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  const { filter, pipes, columns } = result.query;
  return { filter, pipes, columns: (columns ?? []).map(({ name }) => name) };
}

/** Each batch is one commit; the first ones are merged hour by hour. */
async function store(logs: LogStore, entries: readonly Entry[], merged: number): Promise<void> {
  const batches = [...Map.groupBy(entries, (entry) => entry.id.batch).values()];
  const buckets = new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos))));
  let n = 0;
  for (const [i, held] of batches.entries()) {
    await logs.commit(entryRows(APP, held));
    // Two merges make two segments of each hour.
    if (i + 1 === merged || i + 3 === merged)
      for (const bucket of buckets) await mergeBucket(logs, APP, bucket, n++);
  }
}

export function expectRows(
  found: readonly (readonly OracleCell[])[],
  wanted: readonly (readonly OracleCell[])[],
): void {
  expect(found).toEqual(
    wanted.map((row) =>
      row.map((cell) =>
        typeof cell === "number" && !Number.isSafeInteger(cell) ? near(cell) : cell,
      ),
    ),
  );
}

/** Sums depend on the order of their rows in the last digits. */
export function near(value: number): unknown {
  return expect.toSatisfy(
    (own: unknown) => typeof own === "number" && Math.abs(own - value) <= Math.abs(value) * 1e-9,
  );
}

/** @returns what the engine answers to pipes as they are written. */
export async function ask(
  entries: readonly Entry[],
  filter: Filter,
  text: string,
  merged: number,
  range = RANGE,
): Promise<QueryResult> {
  const opened = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  await using _store = opened;
  await store(opened.logs, entries, merged);
  return await runQuery(
    {
      query: { filter, pipes: parsed(text).pipes, columns: null },
      warnings: [],
      range,
      shown: range,
      timeZone: "UTC",
      written: null,
    },
    { app: APP, limit: 10_000, start: pageStartOf(""), ascending: false },
    {
      store: opened.logs,
      opener: engineOpener,
      spending: new Spending(new FakeClock(), {}, undefined),
    },
  );
}

export async function expectNaive(
  entries: readonly Entry[],
  filter: Filter,
  text: string,
  merged: number,
  { range = RANGE, partial = false } = {},
): Promise<void> {
  const result = await ask(entries, filter, text, merged, range);
  expect(result.partial).toBe(partial);
  const wanted = naive(entries, filter, parsed(text).pipes, range);
  if (wanted.kind === "entries") {
    expect(result.entries).toEqual(wanted.entries);
    return;
  }
  expect(result.table?.columns.map(({ name, type }) => ({ name, type }))).toEqual(
    wanted.table.columns,
  );
  expectRows(result.table?.rows ?? [], wanted.table.rows);
}

export function naive(
  entries: readonly Entry[],
  filter: Filter,
  pipes: readonly Pipe[],
  shown: typeof RANGE,
): OracleRows {
  const matching = entries
    .filter((entry) => entry.timeNanos >= shown.startNanos && entry.timeNanos < shown.endNanos)
    .filter((entry) => entryMatches(filter, entry))
    .toSorted((a, b) => compareEntryIds(b.id, a.id));
  return runPipes(matching, pipes, shown, entries);
}
