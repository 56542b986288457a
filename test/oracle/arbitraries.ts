/**
 * Generated entries and filters over few words, names and values, so that they meet often.
 * Invariant: an entry's id is (its time, one of few batches, its index), unique among those generated.
 */
import fc from "fast-check";
import type { AttributeValue, Entry } from "../../src/domain/entry.ts";
import { parseBatchId } from "../../src/domain/ids.ts";
import { foldText, tokensOf } from "../../src/domain/text.ts";
import type {
  Bound,
  FieldRef,
  FieldTest,
  Filter,
  NumberLiteral,
  TextTest,
} from "../../src/query/ast.ts";
import { parseDuration, parseNumber, parseSize } from "../../src/query/literals.ts";

const NOWHERE = { start: 0, end: 0 };

const WORDS = [
  "ok",
  "time",
  "timeout",
  "Timeout",
  "TASK",
  "task",
  "k",
  "s",
  "500",
  "12",
  "1.5s",
  "10kB",
  "a",
  "ab",
  "aab",
  "\u212a",
  "\u017fs",
  "É",
  "é",
  "Σ",
  "ς",
  "ß",
  "连接",
  "超",
  "ー",
  "🚀",
  "=>",
  "-",
  "/api/v1",
  "user_id",
  "x-1",
  "true",
  "null",
  "",
  "00f067aa0ba902b7",
  "\u001b[1mok\u001b[0m",
  "A-1001",
  "\n",
  "5e2",
];
const arbWord = fc.constantFrom(...WORDS);
export const arbText = fc.oneof(
  arbWord,
  fc
    .array(fc.tuple(arbWord, fc.constantFrom(" ", " ", "-", "", ": ", "\n", "\t")), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.flat().join("")),
);
const arbNumber = fc.constantFrom(
  0,
  1,
  2,
  12,
  500,
  -5,
  1.5,
  1e21,
  1500,
  10_000,
  9_007_199_254_740_992,
);
const arbScalar = fc.oneof(
  { weight: 4, arbitrary: arbText },
  { weight: 3, arbitrary: arbNumber },
  fc.boolean(),
  fc.constantFrom(9_007_199_254_740_993n, -9_223_372_036_854_775_808n),
);
const arbMap = fc.dictionary(fc.constantFrom("sku", "qty", "a.b", "a"), arbScalar, {
  minKeys: 1,
  maxKeys: 2,
});
const arbValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 8, arbitrary: arbScalar },
  fc.constant(null),
  fc.constant({}),
  fc.array(
    fc.oneof(
      arbScalar,
      arbMap,
      fc.array(arbScalar, { maxLength: 2 }),
      arbMap.map((inner) => ({ a: inner })),
    ),
    {
      maxLength: 3,
    },
  ),
);

export const NAMES = [
  "status",
  "user",
  "user.name",
  "items",
  "items.sku",
  "duration_ms",
  "size_kb",
  "exception.a",
  "tags",
];
const arbName = fc.constantFrom(...NAMES);

const BATCHES = Array.from({ length: 5 }, (_, i) =>
  parseBatchId(`019a0000-0000-7000-8000-00000000000${i}`),
);
/** 2026-11-24T14:00:00Z. */
export const BASE_NANOS = 1_795_528_800_000_000_000n;

const arbEntryBody = fc.record({
  offset: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 7_200_000_000 })),
  severity: fc.integer({ min: 1, max: 24 }),
  message: arbText,
  service: fc.constantFrom("", "web", "web-frontend", "order service", "Web"),
  host: fc.constantFrom("", "web-1", "db 1"),
  traceId: fc.constantFrom("", "4bf92f3577b34da6a3ce929d0e0e4736"),
  spanId: fc.constantFrom("", "00f067aa0ba902b7"),
  attributes: fc.uniqueArray(fc.tuple(arbName, arbValue), {
    selector: ([name]) => name,
    maxLength: 5,
  }),
  batch: fc.constantFrom(...BATCHES),
});

/** Entries within two hours from BASE_NANOS; microseconds apart at the least, or of one instant. */
export const arbEntries: fc.Arbitrary<Entry[]> = fc
  .array(arbEntryBody, { maxLength: 40, size: "max" })
  .map((bodies) =>
    bodies.map(({ offset, batch, attributes, ...rest }, index) => {
      const timeNanos = BASE_NANOS + BigInt(offset) * 1000n;
      return {
        ...rest,
        id: { timeNanos, batch, index },
        timeNanos,
        observedNanos: BASE_NANOS,
        attributes: new Map(attributes),
        truncated: [],
      };
    }),
  );

const arbWords = arbText.chain((text) =>
  fc.boolean().map((quoted) => ({
    kind: "words" as const,
    text,
    folded: foldText(text),
    tokens: tokensOf(text),
    number: quoted ? null : parseNumber(text),
  })),
);
const arbWild = fc
  .array(
    arbText.filter((text) => text !== ""),
    { minLength: 1, maxLength: 3 },
  )
  .chain((texts) =>
    fc.tuple(fc.boolean(), fc.boolean()).map(([openStart, openEnd]) => {
      const pieces = [
        ...(openStart ? [""] : []),
        ...texts,
        ...(openEnd || (texts.length === 1 && !openStart) ? [""] : []),
      ];
      return { kind: "wild" as const, pieces, folded: pieces.map(foldText) };
    }),
  );
const arbRegex = fc.record({
  kind: fc.constant("regex" as const),
  source: fc.constantFrom(
    "time",
    "^ok",
    "ok$",
    "[tT]ime(out)?",
    "t.*k",
    "a+b?",
    "\\d+ms|task",
    "task",
    "",
    "x-1\\b",
    "(?:500|12)$",
    "É",
    "k{2}",
    "a*",
    "\\.",
    "连接",
  ),
  flags: fc.constantFrom("", "i", "s", "m", "im", "is"),
});
export const arbTextTest: fc.Arbitrary<TextTest> = fc.oneof(arbWords, arbWild, arbRegex);

function numberBound(text: string): Bound {
  const literal: NumberLiteral | null = parseNumber(text);
  if (literal === null) throw new Error(`${text} is no number`);
  return { kind: "number", text, ...literal };
}
const arbBound: fc.Arbitrary<Bound> = fc.oneof(
  fc
    .constantFrom("0", "1", "1.5", "500", "-5", "9007199254740992", "9007199254740993", "1e21")
    .map(numberBound),
  fc
    .constantFrom("1ms", "1.5s", "12ms", "1h")
    .map((text) => ({ kind: "duration" as const, text, nanos: parseDuration(text) ?? 0 })),
  fc
    .constantFrom("10kB", "1B", "1KiB")
    .map((text) => ({ kind: "size" as const, text, bytes: parseSize(text) ?? 0 })),
  arbText.map((text) => ({ kind: "text" as const, text, folded: foldText(text) })),
);
const arbComparison: fc.Arbitrary<FieldTest> = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    op: fc.constantFrom(">", ">=", "<", "<="),
    bound: arbBound,
  }),
  fc.record({
    kind: fc.constant("range" as const),
    low: arbBound,
    lowIncluded: fc.boolean(),
    high: arbBound,
    highIncluded: fc.boolean(),
  }),
);
const arbValueTest: fc.Arbitrary<FieldTest> = fc.oneof(
  { weight: 3, arbitrary: arbTextTest },
  fc.record({
    kind: fc.constant("exact" as const),
    text: fc.oneof(arbText, arbNumber.map(String)),
  }),
  fc.constant({ kind: "exists" as const }),
  arbComparison,
  fc
    .array(fc.oneof(arbTextTest, arbComparison), { minLength: 1, maxLength: 3 })
    .map((items) => ({ kind: "anyOf" as const, items })),
);

const arbField: fc.Arbitrary<FieldRef> = fc.oneof(
  fc
    .constantFrom(
      ...NAMES,
      "items.a",
      "items.a.b",
      "items.a.sku",
      "exception",
      "nosuch",
      "user.sku",
    )
    .map((name) => ({ kind: "attribute" as const, name, at: NOWHERE })),
  fc
    .constantFrom("user", "items", "items.a", "exception", "status")
    .map((name) => ({ kind: "below" as const, name, at: NOWHERE })),
  fc
    .constantFrom("message", "service", "host", "trace_id", "span_id")
    .map((name) => ({ kind: "builtin" as const, name, at: NOWHERE })),
);

const WRITTEN = { op: ":" as const, text: "" };
const arbTest: fc.Arbitrary<Filter> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("text" as const),
      test: arbTextTest,
      at: fc.constant(NOWHERE),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("field" as const),
      field: arbField,
      test: arbValueTest,
      at: fc.constant(NOWHERE),
    }),
  },
  fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })).map(([min, max]) => ({
    kind: "field" as const,
    field: { kind: "builtin" as const, name: "level" as const, at: NOWHERE },
    test: { kind: "level" as const, min, max, written: WRITTEN },
    at: NOWHERE,
  })),
  fc
    .tuple(
      fc.option(fc.integer({ min: 0, max: 7200 })),
      fc.option(fc.integer({ min: 0, max: 7200 })),
    )
    .map(([from, to]) => ({
      kind: "field" as const,
      field: { kind: "builtin" as const, name: "time" as const, at: NOWHERE },
      test: {
        kind: "time" as const,
        from: from === null ? null : BASE_NANOS + BigInt(from) * 1_000_000_000n,
        to: to === null ? null : BASE_NANOS + BigInt(to) * 1_000_000_000n,
        written: WRITTEN,
      },
      at: NOWHERE,
    })),
  arbWords.map((test) => ({
    kind: "field" as const,
    field: { kind: "builtin" as const, name: "pattern" as const, at: NOWHERE },
    test,
    at: NOWHERE,
  })),
);

export const arbFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    arbTest,
    fc.constant({ kind: "all" as const }),
    fc
      .array(tie("filter"), { minLength: 2, maxLength: 3 })
      .map((parts) => ({ kind: "and" as const, parts })),
    fc
      .array(tie("filter"), { minLength: 2, maxLength: 3 })
      .map((parts) => ({ kind: "or" as const, parts })),
    tie("filter").map((part) => ({ kind: "not" as const, part })),
  ),
})).filter;
