/**
 * Asks a query with pipes of a store that holds some entries, in rows and segments, and of the naive reading.
 * Invariant: whatever is merged, both give one answer, and a partial one only where that is expected.
 */
import { expect } from "vitest";
import { type Entry, compareEntryIds } from "../../src/domain/entry.ts";
import type { Filter, Pipe } from "../../src/query/ast.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { pageStartOf } from "../../src/search/prepare-query.ts";
import type { QueryResult } from "../../src/search/results.ts";
import { runQuery } from "../../src/search/run-query.ts";
import { Spending } from "../../src/search/spending.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { BASE_NANOS } from "./arbitraries.ts";
import { entryMatches } from "./filter.ts";
import { type OracleRows, runPipes } from "./pipes.ts";
import type { OracleCell } from "./values.ts";
import { fill, inMemory, type OpenWorld } from "./worlds.ts";

const HOUR = 3_600_000_000_000n;
const NOW_NANOS = BASE_NANOS + 2n * HOUR;
export const RANGE = { startNanos: BASE_NANOS - HOUR, endNanos: BASE_NANOS + 3n * HOUR };

export interface Asked {
  readonly range?: typeof RANGE;
  readonly zone?: string;
  /** The embedded store in memory unless said otherwise. */
  readonly open?: OpenWorld;
}

/** The filter, the pipes, and the columns they end with. */
export function parsed(
  text: string,
  timeZone = "UTC",
): {
  filter: Filter;
  pipes: readonly Pipe[];
  columns: readonly string[];
} {
  const result = parseQuery(text, { nowNanos: NOW_NANOS, timeZone });
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  const { filter, pipes, columns } = result.query;
  return { filter, pipes, columns: (columns ?? []).map(({ name }) => name) };
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
  { range = RANGE, zone = "UTC", open = inMemory }: Asked = {},
): Promise<QueryResult> {
  await using world = await open();
  await fill(world, entries, merged);
  const asked = parsed(text, zone);
  return await runQuery(
    {
      query: { filter, pipes: asked.pipes, columns: null },
      warnings: [],
      range,
      shown: range,
      timeZone: zone,
      written: null,
    },
    { app: world.app, limit: 10_000, start: pageStartOf(""), ascending: false },
    {
      store: world.logs,
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
  { partial = false, ...asked }: Asked & { partial?: boolean } = {},
): Promise<void> {
  const { range = RANGE, zone = "UTC" } = asked;
  const result = await ask(entries, filter, text, merged, asked);
  expect(result.partial).toBe(partial);
  const wanted = naive(entries, filter, parsed(text, zone).pipes, range, zone);
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
  zone = "UTC",
): OracleRows {
  const matching = entries
    .filter((entry) => entry.timeNanos >= shown.startNanos && entry.timeNanos < shown.endNanos)
    .filter((entry) => entryMatches(filter, entry))
    .toSorted((a, b) => compareEntryIds(b.id, a.id));
  return runPipes(matching, pipes, shown, entries, zone);
}
