import fc from "fast-check";
import { expect, test } from "vitest";
import { highlight } from "./highlight.ts";

const shown = (text: string): readonly string[] =>
  highlight(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

test.each([
  { text: "timeout", want: ["text timeout"] },
  {
    text: "service:(web api) -path:/health",
    want: [
      "field service",
      "operator :",
      "operator (",
      "text web",
      "text api",
      "operator )",
      "negation -",
      "field path",
      "operator :",
      "text /health",
    ],
  },
  {
    text: "status:>=500 OR took:[1ms TO 1.5s]",
    want: [
      "field status",
      "operator :>=",
      "number 500",
      "operator OR",
      "field took",
      "operator :",
      "operator [",
      "number 1ms",
      "operator TO",
      "number 1.5s",
      "operator ]",
    ],
  },
  { text: 'NOT "a b"* /x|y/i', want: ["negation NOT", 'text "a b"*', "text /x|y/i"] },
  {
    text: "| timechart 1m p95(ms) by service | where n:>3",
    want: [
      "pipe |",
      "pipe timechart",
      "number 1m",
      "function p95",
      "operator (",
      "field ms",
      "operator )",
      "operator by",
      "field service",
      "pipe |",
      "pipe where",
      "field n",
      "operator :>",
      "number 3",
    ],
  },
  // While it is typed.
  { text: 'level:"err', want: ["field level", "operator :", 'text "err'] },
  { text: "status:>", want: ["field status", "operator :>"] },
])("colours $text", ({ text, want }) => {
  expect(shown(text)).toEqual(want);
});

test("any text has pieces that ascend and cover all but white space", () => {
  const part = fc.constantFrom(
    "a",
    "level",
    ":",
    ">",
    "=",
    "(",
    ")",
    "|",
    '"',
    "/",
    "-",
    "!",
    "*",
    ",",
    " ",
    "[",
    "]",
    "@",
    "5",
    "TO",
    "where ",
    "stats ",
  );
  fc.assert(
    fc.property(
      fc.array(part).map((parts) => parts.join("")),
      (text) => {
        let at = 0;
        for (const { start, end } of highlight(text)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(at, start).trim()).toBe("");
          at = end;
        }
        expect(text.slice(at).trim()).toBe("");
      },
    ),
  );
});
