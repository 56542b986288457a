/** The engine's filters against a naive reading, over every kind of column. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareEntryIds, entryIdText } from "../../src/domain/entry.ts";
import { Bitmap } from "../../src/engine/bitmap.ts";
import { compileBlockFilter } from "../../src/engine/filter/block-filter.ts";
import { BlockScan } from "../../src/engine/filter/block-scan.ts";
import { compileEntryFilter } from "../../src/engine/filter/entry-filter.ts";
import { entryBlock } from "../support/entry-block.ts";
import { arbEntries, arbFilter } from "./arbitraries.ts";
import { entryMatches } from "./filter.ts";

test("filtering a block gives the entries that a naive reading gives", () => {
  fc.assert(
    fc.property(arbEntries, arbFilter, (entries, filter) => {
      const sorted = entries.toSorted((a, b) => compareEntryIds(a.id, b.id));
      const block = entryBlock(entries);
      const rows = compileBlockFilter(filter)(new BlockScan(block), Bitmap.all(block.rows));
      const found = [...rows.rows()].map((row) => entryIdText(block.entry(row).id));
      const wanted = sorted
        .filter((entry) => entryMatches(filter, entry))
        .map((entry) => entryIdText(entry.id));
      expect(found).toEqual(wanted);
    }),
    { numRuns: 2000 },
  );
});

test("filtering entries one by one gives the same", () => {
  fc.assert(
    fc.property(arbEntries, arbFilter, (entries, filter) => {
      const matches = compileEntryFilter(filter);
      expect(entries.map(matches)).toEqual(entries.map((entry) => entryMatches(filter, entry)));
    }),
    { numRuns: 1000 },
  );
});
