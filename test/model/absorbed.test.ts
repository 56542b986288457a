/** Id ranges: they may say yes too often, never no to an id that is there. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rangesOf } from "./absorbed.ts";

test("at most eight ranges hold every id, in order and apart", () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 60 }), (ids) => {
      const ranges = rangesOf(new Set(ids));
      expect(ranges.length).toBeLessThanOrEqual(8);
      for (const id of ids) {
        expect(ranges.filter(([first, last]) => id >= first && id <= last)).toHaveLength(1);
      }
      const flat = ranges.flat();
      expect(flat).toEqual([...flat].sort((a, b) => a - b));
    }),
  ));

test.each([
  { ids: [], want: [] },
  { ids: [5], want: [[5, 5]] },
  { ids: [1, 2, 3, 900, 901], want: 5 },
  // One wrong clock among neighbours gets a range of its own.
  { ids: [1, 3, 5, 7, 9, 11, 13, 15, 17, 1e9], want: 8 },
])("ranges of $ids", ({ ids, want }) => {
  const ranges = rangesOf(new Set(ids));
  if (typeof want === "number") expect(ranges).toHaveLength(want);
  else expect(ranges).toEqual(want);
  if (ids.length > 8) expect(ranges.at(-1)).toEqual([1e9, 1e9]);
});
