import fc from "fast-check";
import { expect, test } from "vitest";

import type { Query } from "./ast.ts";
import { parseQuery } from "./parse.ts";
import { printQuery } from "./print.ts";

const context = { nowNanos: 1_795_532_400_000_000_000n, timeZone: "Europe/Berlin" };

/** A tree without what depends on how it was written. */
function meaning(query: Query): unknown {
  return JSON.parse(
    JSON.stringify(query, (key, value: unknown) => {
      if (key === "at" || key === "written" || key === "named") return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    }),
  );
}

function parsed(text: string): Query {
  const result = parseQuery(text, context);
  if (!result.ok)
    throw new Error(`${JSON.stringify(text)}: ${result.error.code} ${result.error.message}`);
  return result.query;
}

/** Pieces of queries, and what tears them apart. */
const arbSoup = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          " ",
          " ",
          " ",
          " OR ",
          " AND ",
          "NOT ",
          "-",
          "!",
          "(",
          ")",
          " | ",
        ),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          "a",
          "B7",
          "-5",
          "/api",
          "/a/b",
          "/x.*/",
          "/re/i",
          "x/",
          "é",
          "连",
          "🚀",
          "=",
          "=>",
          ">",
          "\\",
          "\\*",
          "*",
          "**",
          "`",
          "$",
          "'",
          '"',
          "“",
          "”",
          ",",
          "{",
          "}",
          "[",
          "]",
          "@",
          ":",
          "//",
          "::",
          "~",
          "--f",
          "&&",
        ),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          "f:",
          "f:=",
          "f:!=",
          "f!=",
          "f>",
          "f:>=",
          "a = ",
          "level:",
          "time:",
          "message:",
          "id:",
          "pattern:",
          "@level:",
          '"a b":',
          "x.*:",
          "service.name:",
          "C:",
          "f:(",
          "f:[1 TO ",
          "level:>",
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          '"a b"',
          '"x*"',
          "'it'",
          '"a\\"b"',
          '"\\\\"',
          "1.5s",
          "10kB",
          "500",
          '"500"',
          "warn",
          "ERR",
          "17",
          "now-5m",
          "2026-11-24",
          "null",
          "AND",
          "TO",
          "or",
          "1.2.3",
        ),
      },
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((parts) => parts.join(""));

test("every text has one meaning or one error with a place, and fixes that parse", () => {
  fc.assert(
    fc.property(arbSoup, (text) => {
      const result = parseQuery(text, context);
      const problems = result.ok ? result.warnings : [result.error];
      for (const { start, end, fixes, message } of problems) {
        expect(0 <= start && start <= end && end <= text.length && message !== "").toBe(true);
        expect(fixes.length).toBeLessThanOrEqual(3);
        for (const fix of fixes) expect(parseQuery(fix, context).ok).toBe(true);
      }
    }),
    { numRuns: 4000 },
  );
});

test("printing is stable and keeps the meaning", () => {
  fc.assert(
    fc.property(arbSoup, (text) => {
      const result = parseQuery(text, context);
      fc.pre(result.ok);
      const printed = printQuery(result.query);
      const again = parsed(printed);
      expect(meaning(again)).toEqual(meaning(result.query));
      expect(printQuery(again)).toBe(printed);
    }),
    { numRuns: 4000 },
  );
});

const arbText = fc.string({
  unit: fc.constantFrom(
    "a",
    "b",
    "1",
    " ",
    "/",
    "*",
    "-",
    '"',
    "\\",
    ":",
    "=",
    "(",
    "|",
    ",",
    "é",
    "\n",
    "’",
    "@",
    "~",
    ">",
    "[",
  ),
  maxLength: 6,
});

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Valid terms of any text, so that printing decides about quotes. */
const arbTerm = fc.oneof(
  arbText.map(quoted),
  arbText.map((text) => `f:${quoted(text)}`),
  arbText.map((text) => `f:=${quoted(text)}`),
  arbText.map((text) => `f:>${quoted(text)}`),
  arbText.map((text) => `*${quoted(text)}*`),
  arbText.map((text) => `f:${quoted(text)}*`),
  fc.tuple(arbText, arbText).map(([a, b]) => `f:(${quoted(a)} =${quoted(b)} ${quoted(a)}*)`),
  arbText.filter((text) => text !== "").map((text) => `${quoted(text)}:x`),
  fc.constantFrom(
    "level:>=17",
    "time:>now-1h",
    "/a b/",
    "f:/c/",
    "x:[1 TO 5}",
    "status",
    "=",
    "-",
    "*",
  ),
);

const arbFilter = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small" },
    arbTerm,
    fc
      .array(tie("filter"), { minLength: 2, maxLength: 3 })
      .map((parts) => `(${parts.join(" OR ")})`),
    fc.array(tie("filter"), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(" ")})`),
    tie("filter").map((part) => `NOT ${part}`),
  ),
})).filter;

const arbPipes = fc.array(
  fc.constantFrom(
    "where a OR b c",
    'fields "by", a as "x y", @level, level as l',
    "sort by -a, b ASC, c desc",
    "limit 5 offset 0",
    "limit 5 offset 7",
    "stats count, count_if(level:error OR a b), percentile(x, 95), percentile(x, 99.9), p50(y) as z by a, bin(1h) as h",
    "stats count() by bin(d_ms, 0.5), time",
    "timechart by host limit 3",
    "timechart 1d sum(x), rate",
    "top host",
    "rare 5 by a, b",
    "dedup a, b",
    "sample 10",
    "parse logfmt from @message as p",
    'parse "a <x>|<_> \\"q\\""',
    "patterns",
    "context",
  ),
  { maxLength: 3 },
);

test("generated queries print stably and keep their meaning", () => {
  fc.assert(
    fc.property(arbFilter, arbPipes, (filter, pipes) => {
      const result = parseQuery([filter, ...pipes].join(" | "), context);
      // A pipe may not stand behind another's table; filters are always valid.
      if (pipes.length === 0) expect(result).toMatchObject({ ok: true });
      fc.pre(result.ok);
      const printed = printQuery(result.query);
      const again = parsed(printed);
      expect(meaning(again)).toEqual(meaning(result.query));
      expect(printQuery(again)).toBe(printed);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["NOT NOT a", "a"],
  ["(a b) c", "a b c"],
  ["a AND b OR c", "(a b) OR c"],
  ["a OR (b OR c)", "a OR b OR c"],
  ["f != x", "-f:x"],
  ["-f:!=x", "f:x"],
  ["status > 500", "status:>500"],
  ["f:[5 TO *]", "f:>=5"],
  ["f:{* TO *}", "f:*"],
  ["f:(a, b OR c)", "f:(a b c)"],
  ["f:(a)", "f:a"],
  ["@user:x", "user:x"],
  ["@level:x", "@level:x"],
  ["service.name:x", "service:x"],
  ["@service.name:x", "@service.name:x"],
  ["level:CRITICAL", "level:fatal"],
  ["/a/smi", "/a/ims"],
  ['path:"/api/"', 'path:"/api/"'],
  ['path:"/api" "x/"', 'path:"/api" "x/"'.replace('"x/"', "x/")],
  ["path:/health url:x/", "path:/health url:x/"],
  ["/health", '"/health"'],
  ["a**b", "a*b"],
  ['f:"500"', 'f:"500"'],
  ['message:"500"', "message:500"],
  ['f:"a,b"', "f:a,b"],
  ['f:("a,b" c)', 'f:("a,b" c)'],
  ["* | stats count", "| stats count()"],
  ["| stats percentile(x, 95)", "| stats p95(x)"],
  ["| sort by a asc, -b", "| sort a, b desc"],
  ["| TOP host", "| top 10 host"],
  ["| patterns | sort count desc", "| patterns 50 | sort count desc"],
  ["| context", "| context 5"],
  ["| timechart", "| timechart count()"],
  ["| sample 10", "| sample 1/10"],
])("%s prints as %s", (text, want) => {
  expect(printQuery(parsed(text))).toBe(want);
});
