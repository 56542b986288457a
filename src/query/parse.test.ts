/** Limits, warnings with their fixes, and what the tree holds. */

import { expect, test } from "vitest";

import type { Filter } from "./ast.ts";
import { parseQuery } from "./parse.ts";
import { warnFields } from "./warn-fields.ts";

const context = { nowNanos: 1_795_532_400_000_000_000n, timeZone: "UTC" };

function filterOf(text: string): Filter {
  const result = parseQuery(text, context);
  if (!result.ok) throw new Error(result.error.message);
  return result.query.filter;
}

test.each([
  ["too_long", "a".repeat(8193)],
  ["too_deep", `${"(".repeat(65)}a${")".repeat(65)}`],
  ["too_many_terms", Array.from({ length: 501 }, () => "a").join(" ")],
  ["too_many_terms", `f:(${Array.from({ length: 501 }, () => "a").join(" ")})`],
  ["too_many_pipes", "| where a ".repeat(33)],
  ["too_many_terms", `| stats ${Array.from({ length: 33 }, () => "count()").join(", ")}`],
  ["too_many_terms", `| stats count() by ${"abcdefghi".split("").join(", ")}`],
  ["regex_long", `/${"a".repeat(1001)}/`],
  ["regex_long", `/${"a{1000}".repeat(11)}/`],
  ["regex_long", `/(${"a".repeat(900)}){1000}/`],
  ["regex_long", `/a{900}/ OR b:/a{900}/ `.repeat(6)],
  ["name_long", `${"n".repeat(257)}:x`],
  ["missing_name", '"":x'],
  ["missing_name", "| stats count() as"],
])("%s", (code, text) => {
  expect(parseQuery(text, context)).toMatchObject({ ok: false, error: { code } });
});

test.each([
  ["500 terms", Array.from({ length: 500 }, () => "a").join(" ")],
  ["depth 62", `${"(".repeat(62)}a${")".repeat(62)}`],
  ["8 stars", "*a*b*c*d*e*f*g*"],
  ["32 pipes", "| where a ".repeat(32)],
])("allows %s", (_name, text) => {
  expect(parseQuery(text, context)).toMatchObject({ ok: true });
});

test.each([
  ["level:error or service:web", "keyword_case", 12, 14, ["level:error OR service:web"]],
  ["a b OR c", "mixed_or", 0, 8, ["(a b) OR c"]],
  ["service IN (web, api)", "sql_word", 8, 10, ["service:(web, api)"]],
  ["user LIKE '%bob%'", "sql_word", 5, 9, ["user:*bob*"]],
  ["n BETWEEN 1 AND 5", "sql_word", 2, 9, ["n:[1 TO 5]"]],
  ["user IS NULL", "sql_word", 5, 7, ["-user:*"]],
  ["- timeout", "lone_sign", 0, 1, ["-timeout"]],
  ['"conn*"', "star_in_quotes", 0, 6 + 1, ['"conn"*']],
  ["host:a,b", "comma_value", 5, 8, ["host:(a b)"]],
  ["path:/api/", "regex_or_path", 5, 10, ['path:"/api/"']],
  ["f:null", "null_word", 0, 6, ["-f:*"]],
])("%s is warned of %s", (text, code, start, end, fixes) => {
  const result = parseQuery(text, context);
  expect(result).toMatchObject({ ok: true, warnings: [{ code, start, end, fixes }] });
});

const known = new Map([
  ["latency", { numbers: true, texts: true }],
  ["status", { numbers: true, texts: false }],
  ["version", { numbers: false, texts: true }],
  ["exception.message", { numbers: false, texts: true }],
]);

test.each([
  ["Service:web", "unknown_field", ["service:web", '"Service:web"']],
  ["_msg:x", "unknown_field", ["message:x", '"_msg:x"']],
  ["exception:x", "unknown_field", ["exception.*:x", '"exception:x"']],
  ["statsu:5", "unknown_field", ["status:5", '"statsu:5"']],
  ["levl:error", "unknown_field", ["level:error", '"levl:error"']],
  ["hots:web-1", "unknown_field", ["host:web-1", '"hots:web-1"']],
  ["ip:5", "unknown_field", ['"ip:5"']],
  ["latency:>1s", "no_unit", []],
  ["version:>5", "not_numbers", []],
  ['status:>"5"', "text_number", ["status:>5"]],
  ["| stats count() by nosuch", "unknown_field", []],
])("%s has %s in this range", (text, code, fixes) => {
  const result = parseQuery(text, context);
  if (!result.ok) throw new Error(result.error.message);
  expect(warnFields(result.query, known, { text, context })).toMatchObject([{ code, fixes }]);
  expect(warnFields(result.query, known)).toMatchObject([{ code, fixes: [] }]);
});

test.each([
  "exception:*",
  "exception.*:x",
  "service:x",
  "| parse json | where x:5",
  '| parse "<x> " | where x:5',
])("%s is not doubted", (text) => {
  const result = parseQuery(text, context);
  if (!result.ok) throw new Error(result.error.message);
  expect(warnFields(result.query, known)).toEqual([]);
});

test.each([
  ["level:error", { kind: "level", min: 17, max: 20 }],
  ["level:>error", { kind: "level", min: 21, max: 24 }],
  ["level:<trace", { kind: "level", min: 1, max: 0 }],
  ["level:{warn TO error]", { kind: "level", min: 17, max: 20 }],
  [
    "time:>2026-11-24T14:02",
    { kind: "time", from: BigInt(Date.parse("2026-11-24T14:03Z")) * 1_000_000n, to: null },
  ],
  ["id:1.b.0", { kind: "exact", text: "1.b.0" }],
  ["f:50", { kind: "words", number: { value: 50, integer: 50n } }],
  ['f:"50"', { kind: "words", number: null }],
  ["f:>5MB", { kind: "compare", op: ">", bound: { kind: "size", bytes: 5e6 } }],
  ["f:[1s TO 2s}", { kind: "range", low: { nanos: 1e9 }, lowIncluded: true, highIncluded: false }],
  ["f:*x*", { kind: "wild", pieces: ["", "x", ""] }],
])("%s is resolved", (text, test_) => {
  expect(filterOf(text)).toMatchObject({ kind: "field", test: test_ });
});

test("columns follow the pipes", () => {
  const result = parseQuery(
    "| stats max(time), count() by level, bin(5m) as t | where t:>-1h level:error",
    context,
  );
  expect(result).toMatchObject({
    ok: true,
    query: {
      columns: [
        { name: "level", type: "level" },
        { name: "t", type: "time" },
        { name: "max_time", type: "time" },
        { name: "count", type: "value" },
      ],
    },
  });
});
