/** What parsing takes from texts as they come, and what of hostile ones. */
import { expect, test } from "vitest";
import { entryWith } from "../../../test/support/entry-with.ts";
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { parseBatchId } from "../../domain/ids.ts";
import { parseQuery } from "../../query/parse.ts";
import { parseFields } from "./parse-fields.ts";

function entry(message: string): Entry {
  const batch = parseBatchId("019a0000-0000-7000-8000-000000000001");
  return entryWith({ timeNanos: 1n, batch, index: 0 }, { message });
}

function parsed(message: string, how: string): Record<string, AttributeValue> {
  const query = parseQuery(`| parse ${how}`, { nowNanos: 0n, timeZone: "UTC" });
  const [pipe] = query.ok ? query.query.pipes : [];
  if (pipe?.kind !== "parse") throw new Error("no such pipe");
  return Object.fromEntries(parseFields(entry(message), pipe).attributes);
}

test.each([
  { text: '{"a":{"b":1},"a.b":2}', want: { "a.b": [2, 1] } },
  { text: '{"a":{"b":[1,2]},"a.b":2}', want: { "a.b": [2, 1] } },
  { text: '{"a":{"b":1},"a.b":1}', want: { "a.b": 1 } },
  { text: '{"n":9007199254740993}', want: { n: 9007199254740993n } },
  { text: 'x {"a":null,"b":{},"c":[]} y', want: { a: null, b: {}, c: [] } },
  { text: "{", want: {} },
  { text: "[1]", want: {} },
])("JSON $text gives what the same attributes would, sent", ({ text, want }) => {
  expect(parsed(text, "json")).toEqual(want);
});

// Of texts of the greatest length each must be one pass, and none may end the process.
test.each([
  { how: "json", piece: '{"a":' },
  { how: "json", piece: '{"a":[' },
  { how: "json", piece: "{" },
  { how: "json", piece: '{"' },
  { how: "logfmt", piece: "a" },
  { how: "logfmt", piece: "a=" },
  { how: "logfmt", piece: '="' },
  { how: "logfmt", piece: 'a="\\' },
  { how: '"a<x>b<y>c"', piece: "ab" },
])("many $piece are no $how", ({ how, piece }) => {
  const text = piece.repeat(2 ** 18 / piece.length);
  expect(Object.keys(parsed(text, how)).length).toBeLessThanOrEqual(200);
});
