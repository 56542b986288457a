/** The queries that count what stands in the gaps of a pattern. */
import { expect, test } from "vitest";
import { parsed } from "../query/parsed.ts";
import { gapsOf, kindOf } from "./gap-values.ts";
import { patternPlaceText, readPatternPlace } from "./pattern-place.ts";

test.each([
  {
    pattern: "GET /v1/<*> took <*> ms",
    after: ["GET /v1/", "took"],
    parse: ['"GET /v1/<value> took <_> ms"', '"GET /v1/<_> took <value> ms"'],
  },
  {
    pattern: "<*> provider=<*>",
    after: ["", "provider"],
    parse: ['"<value> provider=<_>"', '"<_> provider=<value>"'],
  },
  { pattern: 'said "<*>"', after: ['said "'], parse: ['"said \\"<value>\\""'] },
  { pattern: "a <tag> of <*>", after: [], parse: [] },
  { pattern: "no gap", after: [], parse: [] },
])("gaps of $pattern", ({ pattern, after, parse }) => {
  const gaps = gapsOf(pattern, 'pattern:"x"', "service:web OR host:a");
  expect(gaps.map((gap) => gap.after)).toEqual(after);
  expect(gaps.map(({ query }) => query)).toEqual(
    parse.map((own) => `(service:web OR host:a) pattern:"x" | parse ${own} | top 5 value`),
  );
  for (const { query } of gaps) expect(parsed(query).ok).toBe(true);
});

test("a pattern that no query can say has no values", () => {
  expect(gapsOf("a <*>", "", "")).toEqual([]);
});

test.each([
  { values: ["30000", "5000"], kind: "num" },
  { values: ["1.5s", "30ms"], kind: "time" },
  { values: ["northpay", "stella"], kind: "word" },
  { values: ["ord_8Kx1w", "ord_8Kx2p"], kind: "id" },
  { values: ["/v1/cart"], kind: "path" },
  { values: ["10.0.0.1:80"], kind: "address" },
  { values: [], kind: "any" },
])("values $values are called $kind", ({ values, kind }) => {
  expect(kindOf(values)).toBe(kind);
});

test.each([
  ["", { kind: "all", open: "" }],
  ["rising", { kind: "rising", open: "" }],
  ["all,job <*>, failed", { kind: "all", open: "job <*>, failed" }],
] as const)("the address %j is read and written", (text, place) => {
  expect(readPatternPlace(text)).toEqual(place);
  expect(patternPlaceText(place)).toBe(text);
});
