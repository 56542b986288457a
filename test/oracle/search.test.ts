/** Queries over a store, merged and not, against a naive scan of all entries. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Entry, compareEntryIds, entryIdText } from "../../src/domain/entry.ts";
import { parseAppId } from "../../src/domain/ids.ts";
import { LEVELS, levelOf } from "../../src/domain/level.ts";
import { type Bucket, bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { Filter, Pipe } from "../../src/query/ast.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { runHistogram } from "../../src/search/histogram.ts";
import { type Prepared, pageStartOf } from "../../src/search/prepare-query.ts";
import type { QueryResult } from "../../src/search/results.ts";
import { runQuery } from "../../src/search/run-query.ts";
import { Spending } from "../../src/search/spending.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { entryRows, mergeBucket } from "../support/stored-entries.ts";
import { BASE_NANOS, arbEntries, arbFilter } from "./arbitraries.ts";
import { entryMatches } from "./filter.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const HOUR = 3_600_000_000_000n;
const RANGE = { startNanos: BASE_NANOS - HOUR, endNanos: BASE_NANOS + 3n * HOUR };

interface Given {
  readonly entries: readonly Entry[];
  readonly filter: Filter;
  /** How many of the batches are committed before the merge. */
  readonly merged: number;
}

const arbGiven: fc.Arbitrary<Given> = fc.record({
  entries: arbEntries,
  filter: arbFilter,
  merged: fc.integer({ min: 0, max: 5 }),
});

/** Each batch is one commit; the first ones are merged hour by hour. */
async function store(logs: LogStore, { entries, merged }: Given): Promise<void> {
  const batches = [...Map.groupBy(entries, (entry) => entry.id.batch).values()];
  for (const held of batches.slice(0, merged)) await logs.commit(entryRows(APP, held));
  const buckets = new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos))));
  let n = 0;
  for (const bucket of buckets) await mergeBucket(logs, APP, bucket satisfies Bucket, n++);
  for (const held of batches.slice(merged)) await logs.commit(entryRows(APP, held));
}

async function ask(
  logs: LogStore,
  filter: Filter,
  options: { limit: number; cursor?: string; ascending?: boolean; pipes?: readonly Pipe[] },
): Promise<QueryResult> {
  const spending = new Spending(new FakeClock(), {}, undefined);
  return runQuery(
    prepared(filter, options.pipes ?? []),
    {
      app: APP,
      limit: options.limit,
      start: pageStartOf(options.cursor),
      ascending: options.ascending ?? false,
    },
    { store: logs, opener: engineOpener, spending },
  );
}

function prepared(filter: Filter, pipes: readonly Pipe[]): Prepared {
  const query = { filter, pipes, columns: null };
  return { query, warnings: [], range: RANGE, shown: RANGE, timeZone: "UTC", written: null };
}

function naive({ entries, filter }: Given): string[] {
  return entries
    .filter((entry) => entryMatches(filter, entry))
    .toSorted((a, b) => compareEntryIds(b.id, a.id))
    .map((entry) => entryIdText(entry.id));
}

const ids = (entries: readonly Entry[]): string[] => entries.map((entry) => entryIdText(entry.id));

test("pages of a query together are what a naive scan gives, both ways", async () => {
  await fc.assert(
    fc.asyncProperty(arbGiven, async (given) => {
      const opened = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
      await using _store = opened;
      await store(opened.logs, given);
      for (const ascending of [false, true]) {
        const found: string[] = [];
        let cursor = "";
        do {
          const page = await ask(opened.logs, given.filter, { limit: 7, cursor, ascending });
          expect(page.partial).toBe(false);
          expect(page.entries.length).toBeLessThanOrEqual(7);
          found.push(...ids(page.entries));
          cursor = page.nextCursor;
        } while (cursor !== "");
        const wanted = naive(given);
        expect(found).toEqual(ascending ? wanted.toReversed() : wanted);
      }
    }),
    { numRuns: 150 },
  );
});

test("entries come back whole", async () => {
  await fc.assert(
    fc.asyncProperty(arbGiven, async (given) => {
      const opened = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
      await using _store = opened;
      await store(opened.logs, given);
      const page = await ask(opened.logs, { kind: "all" }, { limit: 100 });
      const wanted = given.entries.toSorted((a, b) => compareEntryIds(b.id, a.id));
      expect(page.entries).toEqual(wanted);
    }),
    { numRuns: 50 },
  );
});

test("counts and histograms are those of a naive scan", async () => {
  const at = { start: 0, end: 0 };
  const pipes: Pipe[] = [
    {
      kind: "stats",
      functions: [{ fn: "count", field: null, name: "count", named: false, at }],
      keys: [],
      at,
    },
  ];
  const levels: fc.Arbitrary<Filter> = fc.constantFrom<Filter>(
    { kind: "all" },
    {
      kind: "field",
      field: { kind: "builtin", name: "level", at },
      test: { kind: "level", min: 9, max: 16, written: { op: ":", text: "" } },
      at,
    },
  );
  const arb = fc.tuple(arbGiven, fc.oneof(arbFilter, levels));
  await fc.assert(
    fc.asyncProperty(arb, async ([base, filter]) => {
      const given = { ...base, filter };
      const opened = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
      await using _store = opened;
      await store(opened.logs, given);
      const matching = given.entries.filter((entry) => entryMatches(filter, entry));
      const counted = await ask(opened.logs, filter, { limit: 100, pipes });
      expect(counted.table?.rows).toEqual([[matching.length]]);

      const spending = new Spending(new FakeClock(), {}, undefined);
      const deps = { store: opened.logs, opener: engineOpener, spending };
      const histogram = await runHistogram(APP, prepared(filter, []), 24, deps);
      for (const level of LEVELS) {
        for (const bucket of histogram.buckets) {
          const end = bucket.startNanos + histogram.bucketNanos;
          const wanted = matching.filter(
            (entry) =>
              levelOf(entry.severity) === level &&
              entry.timeNanos >= bucket.startNanos &&
              entry.timeNanos < end,
          );
          expect(bucket.counts[level]).toBe(wanted.length);
        }
      }
    }),
    { numRuns: 150 },
  );
});
