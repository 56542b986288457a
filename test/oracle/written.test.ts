/** Filters as they are written, through the parser and the engine, against a naive reading; and what is printed of them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareEntryIds, entryIdText } from "../../src/domain/entry.ts";
import { parseBatchId } from "../../src/domain/ids.ts";
import { Bitmap } from "../../src/engine/bitmap.ts";
import { compileBlockFilter } from "../../src/engine/filter/block-filter.ts";
import { BlockScan } from "../../src/engine/filter/block-scan.ts";
import { compileEntryFilter } from "../../src/engine/filter/entry-filter.ts";
import type { Filter } from "../../src/query/ast.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { printQuery } from "../../src/query/print.ts";
import { entryBlock } from "../support/entry-block.ts";
import { entryWith } from "../support/entry-with.ts";
import { BASE_NANOS, arbEntries } from "./arbitraries.ts";
import { expectNaive } from "./asking.ts";
import { entryMatches } from "./filter.ts";
import { arbWritten } from "./written.ts";

const CONTEXT = { nowNanos: BASE_NANOS + 7_200_000_000_000n, timeZone: "UTC" };

function filterOf(text: string): Filter | undefined {
  const result = parseQuery(text, CONTEXT);
  return result.ok ? result.query.filter : undefined;
}

test("most of what is written parses", () => {
  const texts = fc.sample(arbWritten, { numRuns: 1000, seed: 1 });
  expect(texts.filter((text) => filterOf(text) !== undefined).length).toBeGreaterThan(700);
});

test("a list that holds a presence is the presence, of fields below, too", () => {
  const filter = filterOf("user:(* [0 TO 500])");
  if (filter === undefined) throw new Error("does not parse");
  const timeNanos = BASE_NANOS;
  const entry = entryWith(
    { timeNanos, batch: parseBatchId("019a0000-0000-7000-8000-000000000000"), index: 0 },
    { attributes: new Map([["user.name", "x"]]) },
  );
  const block = entryBlock([entry]);
  expect(compileEntryFilter(filter)(entry)).toBe(true);
  const rows = compileBlockFilter(filter)(new BlockScan(block), Bitmap.all(block.rows));
  expect([...rows.rows()]).toEqual([0]);
});

test("a filter finds in a block, and one by one, what a naive reading finds, and so does its canonical form", () => {
  fc.assert(
    fc.property(arbEntries, arbWritten, (entries, text) => {
      const filter = filterOf(text);
      fc.pre(filter !== undefined);
      const sorted = entries.toSorted((a, b) => compareEntryIds(a.id, b.id));
      const wanted = sorted
        .filter((entry) => entryMatches(filter, entry))
        .map((entry) => entryIdText(entry.id));
      const block = entryBlock(entries);
      const rows = compileBlockFilter(filter)(new BlockScan(block), Bitmap.all(block.rows));
      expect([...rows.rows()].map((row) => entryIdText(block.entry(row).id))).toEqual(wanted);
      const matches = compileEntryFilter(filter);
      expect(sorted.filter(matches).map((entry) => entryIdText(entry.id))).toEqual(wanted);
      const canonical = printQuery({ filter, pipes: [], columns: null });
      const again = filterOf(canonical);
      if (again === undefined) throw new Error(`${canonical} does not parse`);
      expect(
        sorted.filter((entry) => entryMatches(again, entry)).map((entry) => entryIdText(entry.id)),
      ).toEqual(wanted);
    }),
    { numRuns: 1500 },
  );
}, 60_000);

test("a query finds in a store, in rows and segments, what a naive reading finds", async () => {
  const merged = fc.integer({ min: 0, max: 5 });
  await fc.assert(
    fc.asyncProperty(arbEntries, arbWritten, merged, async (entries, text, n) => {
      const filter = filterOf(text);
      fc.pre(filter !== undefined);
      await expectNaive(entries, filter, "| limit 100", n);
    }),
    { numRuns: 300 },
  );
}, 60_000);
