/** Patterns of messages against a naive reading: what a pattern counts is what its query finds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Entry, compareEntryIds, entryIdText } from "../../src/domain/entry.ts";
import { LEVELS, levelOf } from "../../src/domain/level.ts";
import { compareCodePoints } from "../../src/domain/text-order.ts";
import { foldText } from "../../src/domain/text.ts";
import { msOf } from "../../src/domain/time-range.ts";
import type { Filter } from "../../src/query/ast.ts";
import { runPatterns } from "../../src/search/message-patterns.ts";
import { prepareQuery } from "../../src/search/prepare-query.ts";
import type { PatternsRequest } from "../../src/search/results.ts";
import { pageStartOf } from "../../src/search/prepare-query.ts";
import { runQuery } from "../../src/search/run-query.ts";
import { RANGE, naive, parsed } from "../oracle/asking.ts";
import { entryMatches } from "../oracle/filter.ts";
import { type OverStored, type Stored, arbSaying } from "./over-stored.ts";

const NOW = RANGE.endNanos;
/** Of the range: what lies before is the baseline. */
const MIDDLE = (RANGE.startNanos + RANGE.endNanos) / 2n;
const PARTS = 7;
const FILTERS = ["", "job", "level:>=warn", "service:web OR -failed", 'pattern:"job <*> failed"'];
const arbWord = fc.constantFrom(
  "job",
  "Job",
  "task",
  "failed",
  "FAILED",
  "<*>",
  "12ms",
  "a-1:b-2",
  "é",
  '"quoted"',
  "error",
  "of\\n",
);
const arbMessage = fc
  .tuple(fc.constantFrom("job", "Job", "12", "<*>"), fc.array(arbWord, { maxLength: 7 }))
  .map(([first, words]) => [first, ...words].join(" "));

export function describePatterns(over: OverStored): void {
  test("a pattern counts exactly the entries that its query finds", async () => {
    await over(25, arbSaying(arbMessage), async (stored) => {
      for (const query of FILTERS) {
        const { filter } = parsed(query);
        const matching = stored.entries.filter((entry) => entryMatches(filter, entry));
        const answer = await patternsOf(stored, query, 1000);
        expect(answer).toMatchObject({ entries: matching.length, otherEntries: 0 });
        expect([answer.approximate, answer.partial]).toEqual([false, false]);
        expect(answer.patterns.map(({ text }) => foldText(text)).toSorted()).toEqual(
          naiveTexts(stored.entries, filter),
        );
        for (const pattern of answer.patterns) {
          const own = matching
            .filter((entry) => entryMatches(parsed(pattern.query).filter, entry))
            .toSorted((a, b) => compareEntryIds(a.id, b.id));
          const latest = own.at(-1);
          expect(pattern).toMatchObject({
            count: own.length,
            share: own.length / matching.length,
            firstNanos: own[0]?.timeNanos,
            lastNanos: latest?.timeNanos,
            exampleId: latest === undefined ? "" : entryIdText(latest.id),
          });
          for (const level of LEVELS) {
            const ofLevel = own.filter(({ severity }) => levelOf(severity) === level);
            expect(pattern.counts[level]).toBe(ofLevel.length);
          }
        }
        const [most] = answer.patterns;
        if (most !== undefined) expect(await found(stored, query, most.query)).toBe(most.count);
      }
    });
  });

  test("the most frequent patterns are listed, and what has none of them is counted", async () => {
    await over(15, arbSaying(arbMessage), async (stored) => {
      const all = await patternsOf(stored, "", 1000);
      const few = await patternsOf(stored, "", 2);
      expect(few.patterns).toEqual(all.patterns.slice(0, 2));
      const filters = few.patterns.map(({ query }) => parsed(query).filter);
      const others = stored.entries.filter(
        (entry) => !filters.some((filter) => entryMatches(filter, entry)),
      );
      expect(few).toMatchObject({ entries: stored.entries.length, otherEntries: others.length });
    });
  });

  test("patterns are counted by parts of the window, and beside the window before", async () => {
    await over(10, arbSaying(arbMessage), async (stored) => {
      const window = stored.entries.filter(({ timeNanos }) => timeNanos >= MIDDLE);
      const baseline = stored.entries.filter(({ timeNanos }) => timeNanos < MIDDLE);
      const answer = await patternsOf(stored, "", 1000, {
        parts: PARTS,
        startNanos: MIDDLE,
        baselineStartNanos: RANGE.startNanos,
      });
      expect(answer).toMatchObject({
        entries: window.length,
        baseline: { entries: baseline.length, partial: false },
      });
      const alone = await patternsOf(stored, "", 1000, { startNanos: MIDDLE });
      expect(alone.gone).toEqual([]);
      expect(alone.patterns.map(({ text, count }) => [text, count])).toEqual(
        answer.patterns.map(({ text, count }) => [text, count]),
      );
      for (const pattern of answer.patterns) {
        const { filter } = parsed(pattern.query);
        const own = window
          .filter((entry) => entryMatches(filter, entry))
          .toSorted((a, b) => compareEntryIds(a.id, b.id));
        expect(pattern).toMatchObject({
          parts: Array.from(
            { length: PARTS },
            (_, part) => own.filter((entry) => partOf(entry, PARTS) === part).length,
          ),
          service: mostCommon(own.map(({ service }) => service)),
          baselineCount: baseline.filter((entry) => entryMatches(filter, entry)).length,
        });
      }
      const before = await patternsOf(stored, "", 1000, { endNanos: MIDDLE });
      const gone = before.patterns.filter(
        ({ query }) => !window.some((entry) => entryMatches(parsed(query).filter, entry)),
      );
      expect(
        answer.gone.map(({ text, count, baselineCount }) => [text, count, baselineCount]),
      ).toEqual(gone.map(({ text, count }) => [text, count, count]));
    });
  });
}

/** The entry's part of the window, counted by whole numbers. */
function partOf(entry: Entry, parts: number): number {
  const at = msOf(entry.timeNanos) - msOf(MIDDLE);
  return Math.floor((at * parts) / (msOf(RANGE.endNanos) - msOf(MIDDLE)));
}

/** Of equals the first by name. */
function mostCommon(texts: readonly string[]): string | undefined {
  const groups = [...Map.groupBy(texts, (text) => text)];
  return groups.toSorted(
    ([a, m], [b, n]) => n.length - m.length || compareCodePoints(a, b),
  )[0]?.[0];
}

function patternsOf(stored: Stored, query: string, limit: number, more: Compared = {}) {
  const request = { app: stored.app, query, ...RANGE, limit, ...more };
  return runPatterns(request, prepareQuery(request, NOW), stored.deps());
}

type Compared = Pick<
  PatternsRequest,
  "parts" | "startNanos" | "endNanos" | "baselineStartNanos" | "baselineEndNanos"
>;

/** How many entries a filter and a pattern's query find together, when the engine is asked. */
async function found(stored: Stored, query: string, pattern: string): Promise<number> {
  const together = query === "" ? pattern : `(${query}) ${pattern}`;
  const { entries } = await runQuery(
    prepareQuery({ query: together, ...RANGE }, NOW),
    { app: stored.app, limit: 1000, start: pageStartOf(""), ascending: false },
    stored.deps(),
  );
  return entries.length;
}

/** Patterns of the pipe, those that differ in case alone taken as one. */
function naiveTexts(entries: readonly Entry[], filter: Filter): string[] {
  const rows = naive(entries, filter, parsed("| patterns 1000").pipes, RANGE);
  if (rows.kind !== "table") throw new Error("patterns make a table");
  return [...new Set(rows.table.rows.map(([text]) => foldText(String(text))))].toSorted();
}
