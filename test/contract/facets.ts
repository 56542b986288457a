/**
 * Facets against a naive reading.
 * Invariant: whatever is merged, a facet counts what the filter finds without the filter's own terms on its field.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBatchId } from "../../src/domain/ids.ts";
import type { TimeRange } from "../../src/domain/time-range.ts";
import type { FieldRef, Filter } from "../../src/query/ast.ts";
import { runFacets } from "../../src/search/facets.ts";
import type { Prepared } from "../../src/search/prepare-query.ts";
import { BASE_NANOS, NAMES, arbEntries, arbFilter } from "../oracle/arbitraries.ts";
import { attribute, builtin, naiveFacet, naiveFields } from "../oracle/facets.ts";
import { entryWith } from "../support/entry-with.ts";
import type { OverAsked } from "./over-stored.ts";

const HOUR = 3_600_000_000_000n;
const RANGE = { startNanos: BASE_NANOS - HOUR, endNanos: BASE_NANOS + 3n * HOUR };

export const arbFields: fc.Arbitrary<FieldRef[]> = fc.subarray([
  ...[...NAMES, "items.a", "nosuch"].map(attribute),
  ...(["level", "service", "host", "trace_id", "span_id", "message", "pattern"] as const).map(
    builtin,
  ),
]);

/** Terms side by side, as people write them: many of them on fields that have facets. */
const arbTerms: fc.Arbitrary<Filter> = fc
  .array(arbFilter, { maxLength: 4 })
  .map((parts) => ({ kind: "and" as const, parts }));

/** The whole, hours cut anywhere, or nothing. */
const arbRange: fc.Arbitrary<TimeRange> = fc.oneof(
  fc.constant(RANGE),
  fc.tuple(fc.integer({ min: 0, max: 7200 }), fc.integer({ min: 0, max: 7200 })).map(([a, b]) => ({
    startNanos: BASE_NANOS + BigInt(Math.min(a, b)) * 1_000_000_000n,
    endNanos: BASE_NANOS + BigInt(Math.max(a, b)) * 1_000_000_000n,
  })),
);

export function prepared(filter: Filter, range: TimeRange): Prepared {
  const query = { filter, pipes: [], columns: null };
  return { query, warnings: [], range, shown: range, timeZone: "UTC", written: null };
}

/** As a request names a field. */
export function named({ kind, name }: FieldRef): string {
  return kind === "attribute" ? `@${name}` : name;
}

export function describeFacets(over: OverAsked): void {
  const arbGiven = fc.record({
    entries: arbEntries,
    filter: fc.oneof(arbTerms, arbFilter),
    fields: arbFields,
    range: arbRange,
    values: fc.integer({ min: 1, max: 6 }),
  });

  test("facets are those of a naive scan", async () => {
    await over(60, arbGiven, async ({ app, entries, filter, fields, range, values, deps }) => {
      const request = { app, query: "", fields: fields.map(named), values };
      const answer = await runFacets(request, prepared(filter, range), deps());
      expect(answer.partial).toBe(false);
      const wanted = fields.length > 0 ? fields : naiveFields(entries, filter, range);
      expect(answer.facets).toEqual(
        wanted.map((field) => ({
          field: field.name,
          ...naiveFacet(entries, filter, field, range, values),
          approximate: false,
        })),
      );
    });
  });

  test("a facet that nobody named counts what stands in lists, too", async () => {
    const entries = [[{ sku: "hat" }, { sku: "shoe" }], "hat"].map((held, i) => {
      const timeNanos = BASE_NANOS + BigInt(i);
      const batch = parseBatchId(`019a0000-0000-7000-8000-00000000000${i}`);
      const attributes = new Map([[typeof held === "string" ? "items.sku" : "items", held]]);
      return entryWith({ timeNanos, batch, index: 0 }, { attributes });
    });
    const arb = fc.constant({ entries });
    await over(6, arb, async ({ app, deps }) => {
      const request = { app, query: "", fields: [] };
      const { facets } = await runFacets(request, prepared({ kind: "all" }, RANGE), deps());
      expect(facets.find(({ field }) => field === "items.sku")).toMatchObject({
        present: 2,
        distinct: 2,
        values: [
          { value: "hat", count: 2 },
          { value: "shoe", count: 1 },
        ],
      });
    });
  });

  test("facets that nobody named are those of a naive scan", async () => {
    await over(40, arbGiven, async ({ app, entries, filter, range, values, deps }) => {
      const request = { app, query: "", fields: [], values };
      const { facets } = await runFacets(request, prepared(filter, range), deps());
      expect(facets).toEqual(
        naiveFields(entries, filter, range).map((field) => ({
          field: field.name,
          ...naiveFacet(entries, filter, field, range, values),
          approximate: false,
        })),
      );
    });
  });
}
