/** Suggestions against a naive reading: each was counted, and finds more than the query. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { prepareQuery } from "../../src/search/prepare-query.ts";
import { suggestQueries } from "../../src/search/suggest/suggest-queries.ts";
import { BASE_NANOS, arbEntries } from "../oracle/arbitraries.ts";
import { parsed } from "../oracle/asking.ts";
import { entryMatches } from "../oracle/filter.ts";
import type { OverStored, Stored } from "./over-stored.ts";

const MINUTE = 60_000_000_000n;
const NOW = BASE_NANOS + 180n * MINUTE;
/** The entries lie in two hours. */
const RANGES = [
  { startNanos: BASE_NANOS + 40n * MINUTE, endNanos: BASE_NANOS + 70n * MINUTE },
  { startNanos: BASE_NANOS + 60n * MINUTE },
  { startNanos: BASE_NANOS + 200n * MINUTE },
  { startNanos: BASE_NANOS + 15n * 1440n * MINUTE, endNanos: BASE_NANOS + 16n * 1440n * MINUTE },
];
const QUERIES = [
  "",
  "service:wbe",
  "service:wbe timeout",
  "service:(wbe order)",
  "user:=Task",
  "usr:task level:error",
  "/^OK/",
  '"task ok"',
  "ok -service:web",
  "tim",
  "error",
  "web 12",
  "status:500 user:task OR nothing",
  "level:trace time:<2026-11-24T14:50 | stats count() by service",
  "items.sku:* | where nothing",
];

export function describeSuggestions(over: OverStored): void {
  test("a suggestion finds as many entries as it says, and more than the query", async () => {
    await over(25, arbEntries, async (stored) => {
      for (const query of QUERIES)
        for (const range of RANGES) {
          const answer = await suggestQueries(
            stored.app,
            prepareQuery({ query, ...range }, NOW),
            stored.deps(),
          );
          const own = countOf(stored, query, range);
          expect([query, answer.count]).toEqual([query, Math.min(own, 10)]);
          expect([answer.partial, answer.partialReason]).toEqual([false, ""]);
          expect(answer.suggestions.length).toBeLessThanOrEqual(8);
          if (own >= 10) expect(answer.suggestions).toEqual([]);
          for (const suggestion of answer.suggestions) {
            const counted = countOf(stored, suggestion.query, suggestion.range ?? range);
            expect([suggestion, suggestion.count]).toEqual([suggestion, counted]);
            expect(suggestion.count).toBeGreaterThan(own);
            expect(suggestion.exact).toBe(true);
          }
          const texts = answer.suggestions.map((one) =>
            [one.query, one.range?.startNanos, one.range?.endNanos].join(" "),
          );
          expect(new Set(texts).size).toBe(texts.length);
          if (own < 10) expect(answer.newestNanos).toBe(newestOutside(stored, query, range));
        }
    });
  });

  test("what a budget cuts short is a lower bound and says so", async () => {
    await over(
      10,
      fc.tuple(arbEntries).map(([entries]) => entries),
      async (stored) => {
        const deps = stored.deps();
        const spending = deps.spending.aside({ rows: 6 });
        const [range = { startNanos: 0n }] = RANGES;
        const prepared = prepareQuery({ query: "service:wbe timeout", ...range }, NOW);
        const answer = await suggestQueries(stored.app, prepared, { ...deps, spending });
        for (const suggestion of answer.suggestions) {
          const counted = countOf(stored, suggestion.query, suggestion.range ?? range);
          expect(suggestion.count).toBeGreaterThan(0);
          expect(suggestion.count).toBeLessThanOrEqual(counted);
          if (suggestion.exact) expect(suggestion.count).toBe(counted);
          else expect(answer.partial).toBe(true);
        }
      },
    );
  });
}

interface Span {
  readonly startNanos: bigint;
  readonly endNanos?: bigint | undefined;
}

function matching(stored: Stored, query: string): bigint[] {
  const filters = query.split("|").flatMap((part, i) => {
    if (i === 0) return [parsed(part).filter];
    return part.trim().startsWith("where ") ? [parsed(part.trim().slice(6)).filter] : [];
  });
  return stored.entries
    .filter((entry) => filters.every((filter) => entryMatches(filter, entry)))
    .map(({ timeNanos }) => timeNanos);
}

const isIn = (time: bigint, { startNanos, endNanos }: Span): boolean =>
  time >= startNanos && (endNanos === undefined || time < endNanos);

function countOf(stored: Stored, query: string, range: Span): number {
  return matching(stored, query).filter((time) => isIn(time, range)).length;
}

function newestOutside(stored: Stored, query: string, range: Span): bigint | undefined {
  const outside = matching(stored, query).filter((time) => !isIn(time, range));
  return outside.toSorted((a, b) => (a < b ? -1 : 1)).at(-1);
}
