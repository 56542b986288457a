import { readFileSync } from "node:fs";

import fc from "fast-check";
import { expect, test } from "vitest";

import { complete } from "./complete.ts";

type Case = {
  readonly id: string;
  readonly query: string;
  readonly cursor: number;
  readonly expect: unknown;
};

const file = new URL("../../test/fixtures/language/complete.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[];

test.each(cases)("$id: $query", ({ query, cursor, expect: want }) => {
  expect(complete(query, cursor)).toEqual(want);
});

test.each([
  ["-", { kind: "term", from: 1, prefix: "" }],
  ['"user name":bo', { kind: "value", from: 12, prefix: "bo", field: "user name" }],
  ["@level:er", { kind: "value", from: 7, prefix: "er", field: "@level" }],
  ["level:>=", { kind: "value", from: 8, prefix: "", field: "level" }],
  ["status > 5", { kind: "number", from: 9, prefix: "5", field: "status" }],
  ["status:(404, >=5", { kind: "number", from: 15, prefix: "5", field: "status" }],
  ["status:[400 TO 500 ", { kind: "keyword", from: 19, prefix: "", words: ["]"] }],
  ["path:/a|b/ x", { kind: "term", from: 11, prefix: "x" }],
  ['"a | b" |', { kind: "pipe", from: 9, prefix: "" }],
  ['| parse "x | <y>" f', { kind: "keyword", from: 18, prefix: "f", words: ["from", "as", "|"] }],
  [
    "| stats count_if(a) ",
    { kind: "keyword", from: 20, prefix: "", words: ["by", "as", ",", "|"] },
  ],
  ["| stats count() as n b", { kind: "keyword", from: 21, prefix: "b", words: ["by", ",", "|"] }],
  ["| stats count() by bin(5m), ho", { kind: "field", from: 28, prefix: "ho" }],
  ["| timechart 5m by host ", { kind: "keyword", from: 23, prefix: "", words: ["limit", "|"] }],
  ["| timechart count() by host limit ", { kind: "number", from: 34, prefix: "" }],
  ["| sort -a desc ", { kind: "keyword", from: 15, prefix: "", words: [",", "|"] }],
  ["| limit 5 ", { kind: "keyword", from: 10, prefix: "", words: ["offset", "|"] }],
  ["| parse json from message as ", { kind: "name", from: 29, prefix: "" }],
  ["| nonsense x | so", { kind: "pipe", from: 15, prefix: "so" }],
])("complete(%j)", (query, want) => {
  expect(complete(query, query.length)).toEqual(want);
});

test("only the text before the cursor counts, and the prefix ends at it", () => {
  const pieces = [
    "a",
    ":",
    "(",
    ")",
    "|",
    '"',
    "[",
    " TO ",
    "]",
    "/",
    "-",
    ">",
    ",",
    " ",
    "stats ",
    "count(",
    "by ",
    "*",
  ];
  const arbQuery = fc
    .array(fc.constantFrom(...pieces), { maxLength: 14 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(arbQuery, arbQuery, (before, after) => {
      const completion = complete(before + after, before.length);
      expect(completion).toEqual(complete(before, before.length));
      expect(completion.from + completion.prefix.length).toBe(before.length);
    }),
    { numRuns: 2000 },
  );
});
