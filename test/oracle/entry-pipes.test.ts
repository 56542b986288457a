/** The pipes that read, choose or surround entries, against a naive reading: over what is made for them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../src/domain/entry.ts";
import { foldText, tokensOf } from "../../src/domain/text.ts";
import type { Filter } from "../../src/query/ast.ts";
import { BASE_NANOS, arbEntries, arbFilter } from "./arbitraries.ts";
import { RANGE, ask, expectNaive } from "./asking.ts";
import { entryMatches } from "./filter.ts";

const ALL: Filter = { kind: "all" };
const MINUTE = 60_000_000_000n;
const arbMerged = fc.integer({ min: 0, max: 5 });
const arbMatching = fc.oneof(fc.constant(ALL), arbFilter);

/** Entries whose messages, or whose attribute `user`, are texts of a kind. */
function arbSaying(arbText: fc.Arbitrary<string>): fc.Arbitrary<Entry[]> {
  return fc
    .tuple(arbEntries, fc.array(arbText, { minLength: 40, maxLength: 40 }), fc.boolean())
    .map(([entries, texts, inMessage]) =>
      entries.map((entry, i) => {
        const text = texts[i] ?? "";
        return inMessage
          ? { ...entry, message: text }
          : { ...entry, attributes: new Map([...entry.attributes, ["user", text]]) };
      }),
    );
}

const arbKey = fc.constantFrom("a", "b", "a.b", "status", "tags", "level", "é");
const arbLeaf = fc.oneof(
  fc.constantFrom<unknown>("x", "", "12", 1, 1.5, true, null, "big"),
  fc.array(fc.constantFrom<unknown>("x", 1, 2, null), { maxLength: 2 }),
);
const { map: arbMap } = fc.letrec<{ map: unknown; value: unknown }>((tie) => ({
  map: fc.dictionary(arbKey, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  value: fc.oneof({ depthSize: "small" }, arbLeaf, tie("map")),
}));
const arbJson = fc
  .tuple(
    arbMap.map((map) => JSON.stringify(map).replaceAll('"big"', "9007199254740993")),
    fc.constantFrom("", "event ", "{ "),
    fc.constantFrom("", " at 12", "}", "\n"),
  )
  .map(([text, before, after]) => before + text + after);

const arbBare = fc.constantFrom("x", "12", "30ms", "é", "a=b", "");
const arbQuoted = fc
  .constantFrom("two words", 'a "quote"', "back\\slash", "line\nbreak", "=", "")
  .map((value) => JSON.stringify(value));
const arbPair = fc.tuple(fc.constantFrom("", "-"), fc.oneof(arbBare, arbQuoted)).map(
  ([sign, value]) =>
    (name: string) =>
      `${sign}${name}=${value}`,
);
const arbLogfmt = fc
  .tuple(
    fc.subarray(["a", "status", "took", "user.name", "é"]),
    fc.array(
      fc.oneof(
        arbPair,
        fc.constantFrom("word", "=x", "").map((text) => () => text),
      ),
      {
        minLength: 5,
        maxLength: 5,
      },
    ),
    fc.constantFrom(" ", "  ", "\t"),
  )
  .map(([names, made, gap]) => names.map((name, i) => made[i]?.(name) ?? "").join(gap));

const arbPieces = fc
  .array(fc.constantFrom("a", "b", " ", "=", "é", "order ", "\n", "\r\n", "x"), { maxLength: 8 })
  .map((parts) => parts.join(""));
const PATTERNS = [
  "<x>",
  "<x> <y>",
  "a<x>",
  "a <x>b",
  "order <x>: <y>",
  "<x>=<y>",
  "=<_> <y>",
  "a<_>b<status>",
  "<x>order ",
];

const arbFrom = fc.constantFrom("", " from user", " from message", " from tags");
const arbAs = fc.constantFrom("", " as p", " as status");
const AFTER = [
  "",
  " | where a:*",
  " | where status:12 OR p.a:x",
  " | stats count() by a, status",
  " | top 5 x",
  " | sort y desc",
  " | fields a, a.b, p.a, tags, x, @level",
];

test.each([
  { name: "json", texts: arbJson, how: fc.constant("json") },
  { name: "logfmt", texts: arbLogfmt, how: fc.constant("logfmt") },
  { name: "a pattern", texts: arbPieces, how: fc.constantFrom(...PATTERNS.map((p) => `"${p}"`)) },
])(
  "parse $name gives what a naive reading gives",
  async ({ texts, how }) => {
    const arb = fc.record({
      entries: arbSaying(texts),
      how,
      from: arbFrom,
      as: arbAs,
      after: fc.constantFrom(...AFTER),
      merged: arbMerged,
    });
    await fc.assert(
      fc.asyncProperty(arb, async ({ entries, how: kind, from, as, after, merged }) => {
        await expectNaive(entries, ALL, `| parse ${kind}${from}${as}${after}`, merged);
      }),
      { numRuns: 150 },
    );
  },
  60_000,
);

test("sample takes the same entries whatever is merged, by their ids", async () => {
  const arb = fc.record({
    entries: arbEntries,
    filter: arbMatching,
    of: fc.integer({ min: 1, max: 7 }),
    after: fc.constantFrom("", " | limit 2", " | stats count() by level", " | sort status"),
    merged: arbMerged,
  });
  await fc.assert(
    fc.asyncProperty(arb, async ({ entries, filter, of, after, merged }) => {
      await expectNaive(entries, filter, `| sample 1/${of}${after}`, merged);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("context surrounds entries with what stands beside them, an hour beyond the range", async () => {
  const arb = fc.record({
    entries: arbEntries,
    filter: arbMatching,
    // The entries lie in two hours: an hour around these holds some of them, or all.
    range: fc.constantFrom(
      RANGE,
      { startNanos: BASE_NANOS + 70n * MINUTE, endNanos: BASE_NANOS + 80n * MINUTE },
      { startNanos: BASE_NANOS, endNanos: BASE_NANOS + 20n * MINUTE },
    ),
    before: fc.constantFrom("", "limit 3 | ", "where level:>=warn | ", 'parse "<x>-" | '),
    count: fc.integer({ min: 1, max: 6 }),
    after: fc.constantFrom("", " | limit 5", " | stats count() by service", " | sort time"),
    merged: arbMerged,
  });
  await fc.assert(
    fc.asyncProperty(arb, async ({ entries, filter, range, before, count, after, merged }) => {
      const asked = await ask(entries, filter, `| ${before}limit 100`, merged, { range });
      await expectNaive(entries, filter, `| ${before}context ${count}${after}`, merged, {
        range,
        partial: asked.entries.length > 20,
      });
    }),
    { numRuns: 100 },
  );
}, 120_000);

const arbLine = fc
  .array(
    fc.constantFrom("job", "task", "failed", "took", "12ms", "7", "a-1:b-2", "é", "error", "of"),
    { maxLength: 9 },
  )
  .map((words) => words.join(" "));

test("patterns are those of a naive reading; each finds its own messages, and their counts add up", async () => {
  const arb = fc.record({
    entries: arbSaying(fc.oneof(arbLine, arbLine, arbPieces)),
    filter: arbMatching,
    merged: arbMerged,
  });
  await fc.assert(
    fc.asyncProperty(arb, async ({ entries, filter, merged }) => {
      await expectNaive(entries, filter, "| patterns 3", merged);
      await expectNaive(entries, filter, "| patterns 1000", merged);
      const { table } = await ask(entries, filter, "| patterns 1000", merged);
      const rows = (table?.rows ?? []).map(([text, count]) => ({
        text: String(text),
        count: Number(count),
      }));
      const matching = entries.filter((entry) => entryMatches(filter, entry));
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(matching.length);
      const found = new Set<Entry>();
      for (const { text, count } of rows) {
        const own = matching.filter((entry) => entryMatches(ofPattern(text), entry));
        expect(own.length).toBeGreaterThanOrEqual(count);
        for (const entry of own) found.add(entry);
      }
      expect(found.size).toBe(matching.length);
    }),
    { numRuns: 100 },
  );
}, 120_000);

function ofPattern(text: string): Filter {
  const at = { start: 0, end: 0 };
  return {
    kind: "field",
    field: { kind: "builtin", name: "pattern", at },
    test: { kind: "words", text, folded: foldText(text), tokens: tokensOf(text), number: null },
    at,
  };
}
