import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { parseQuery } from "./parse.ts";
import { MAX_PROGRAM } from "./regex.ts";
import { roughSteps } from "./regex-size.ts";

test.each([
  "",
  "abc",
  "a|b|c",
  "ab|c|d|\\d",
  "(abc|xyz|d+){30}",
  "(a|b|c|d){100}",
  "(?:ab){3,7}c*d+?",
  "[a-z\\]]x[[:alpha:]]{20}[]a]{2}",
  "\\d{5}\\p{Greek}{3}\\x{10ffff}\\pL+",
  "\\Qa.b{9}\\E{2}",
  "(?i)x(?P<n>y{10}){10}",
  "(?ims:a{2}){3}",
  "a{,3}{b}",
  "((a{1,10}){1,10}){1,10}",
  ".{0,900}z",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(a){0}b{0,5}",
])("%j is about as large as it is said", (source) => {
  const size = RE2JS.compile(source).programSize();
  const rough = roughSteps(source);
  expect(rough).toBeLessThanOrEqual(size);
  // Captures, starts and ends of a program, and the ways past what may be missing.
  expect(size).toBeLessThanOrEqual(4 * rough + 6);
});

test.each([
  `(${"a".repeat(990)}){1000}`,
  `(${"[a-z]".repeat(190)}){1000}`,
  `(${"\\d".repeat(490)}){1000}`,
])("a pattern that would take seconds to compile is known from its text", (source) => {
  expect(roughSteps(source)).toBeGreaterThan(100_000);
});

test("alternatives that begin alike count as the engine has them, not as they are written", () => {
  const context = { nowNanos: 0n, timeZone: "UTC" };
  const accepted = "/(?:error1|error2|error3|error4){500}/";
  expect(roughSteps(accepted)).toBeGreaterThan(MAX_PROGRAM);
  expect(parseQuery(accepted, context)).toMatchObject({ ok: true });
  expect(parseQuery("/(?:error1|warn22|fatal3|debug4){500}/", context)).toMatchObject({
    ok: false,
    error: { code: "regex_long" },
  });
});

test.each(["(", ")", "[", "\\", "(?", "(?P<", "a{", "{3}", "\\Q", "[[:", "\\p{", "))((", "(?<n"])(
  "%j, which is no pattern, ends all the same",
  (source) => {
    expect(roughSteps(source)).toBeGreaterThanOrEqual(0);
  },
);
