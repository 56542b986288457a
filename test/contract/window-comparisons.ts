/**
 * Comparisons of windows of time against a naive reading.
 * Invariant: whatever is merged, both windows are counted as a naive scan counts them, and ranked by its scores.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../src/domain/entry.ts";
import type { FieldRef, Filter } from "../../src/query/ast.ts";
import { compareWindows } from "../../src/search/compare-windows.ts";
import { BASE_NANOS, arbEntries, arbFilter } from "../oracle/arbitraries.ts";
import { naiveComparison } from "../oracle/window-comparison.ts";
import { arbFields, named, prepared } from "./facets.ts";
import type { OverAsked } from "./over-stored.ts";

const SECOND_NANOS = 1_000_000_000n;
const HOUR = 3600n * SECOND_NANOS;
const FIRST = { startNanos: BASE_NANOS, endNanos: BASE_NANOS + HOUR };
const SECOND = { startNanos: FIRST.endNanos, endNanos: FIRST.endNanos + HOUR };
const WHOLE = { startNanos: FIRST.startNanos, endNanos: SECOND.endNanos };
const INNER = {
  startNanos: SECOND.startNanos + 7n * SECOND_NANOS,
  endNanos: SECOND.startNanos + 31n * SECOND_NANOS,
};

/** Entries of two hours whose values differ from hour to hour and come again within one, so that there is something to tell. */
const arbUneven: fc.Arbitrary<Entry[]> = fc
  .tuple(arbEntries, arbEntries, fc.integer({ min: 1, max: 6 }))
  .map(([first, second, times]) =>
    [first, second].flatMap((entries, hour) =>
      Array.from({ length: times }, (_, time) =>
        entries.slice(0, 10).map((entry, i): Entry => {
          const n = time * 10 + i;
          const timeNanos = BASE_NANOS + BigInt(hour) * HOUR + BigInt(n) * SECOND_NANOS;
          return {
            ...entry,
            timeNanos,
            id: { ...entry.id, timeNanos, index: hour * 1000 + n },
          };
        }),
      ).flat(),
    ),
  );

const arbGiven = fc.record({
  entries: fc.oneof({ weight: 3, arbitrary: arbUneven }, arbEntries),
  filter: fc.oneof({ weight: 2, arbitrary: fc.constant<Filter>({ kind: "all" }) }, arbFilter),
  fields: fc.oneof(fc.constant<FieldRef[]>([]), arbFields),
  windows: fc.constantFrom(
    { window: SECOND, baseline: FIRST },
    { window: FIRST, baseline: SECOND },
    { window: SECOND, baseline: WHOLE },
    { window: INNER, baseline: WHOLE },
    { window: INNER, baseline: FIRST },
    { window: WHOLE, baseline: SECOND },
  ),
});

export function describeComparisons(over: OverAsked): void {
  test("a comparison of windows is that of two naive scans", async () => {
    await over(60, arbGiven, async ({ app, entries, filter, fields, windows, deps }) => {
      const { window, baseline } = windows;
      const request = {
        app,
        query: "",
        baselineStartNanos: baseline.startNanos,
        baselineEndNanos: baseline.endNanos,
        fields: fields.map(named),
        limit: 1000,
      };
      const answer = await compareWindows(request, prepared(filter, window), deps());
      const wanted = naiveComparison(entries, filter, fields, window, baseline);
      expect(answer).toMatchObject({
        window: { ...window, ...wanted.window },
        baseline: { ...baseline, ...wanted.baseline },
        skippedFields: [],
        partial: false,
      });
      expect(answer.differences).toEqual(
        wanted.differences.map(({ field, ...difference }) => {
          const share = difference.count / wanted.window.entries;
          const baselineShare = difference.baselineCount / wanted.baseline.entries;
          const both = difference.count > 0 && difference.baselineCount > 0;
          const lift = both ? share / baselineShare : 0;
          return { field: field.name, ...difference, share, baselineShare, lift };
        }),
      );
    });
  });
}
