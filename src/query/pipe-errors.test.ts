/** Errors of pipes: codes, places, texts and fixes. */

import { expect, test } from "vitest";

import { parseQuery } from "./parse.ts";

const context = { nowNanos: 1_795_532_400_000_000_000n, timeZone: "UTC" };

test.each([
  {
    query: "timeout |",
    code: "missing_pipe",
    at: [9, 9],
    expected:
      "a pipe: where, fields, sort, limit, stats, timechart, top, rare, dedup, sample, parse, patterns, context",
    message: "Expected a pipe after `|`",
    fixes: ["timeout"],
  },
  {
    query: "timeout | head 5",
    code: "unknown_pipe",
    at: [10, 14],
    expected:
      "a pipe: where, fields, sort, limit, stats, timechart, top, rare, dedup, sample, parse, patterns, context",
    message: "There is no pipe `head`. Did you mean `limit`?",
    fixes: ["timeout | limit 5", '"timeout | head 5"'],
  },
  {
    query: "timeout | statz count()",
    code: "unknown_pipe",
    at: [10, 15],
    expected:
      "a pipe: where, fields, sort, limit, stats, timechart, top, rare, dedup, sample, parse, patterns, context",
    message: "There is no pipe `statz`. Did you mean `stats`?",
    fixes: ["timeout | stats count()", '"timeout | statz count()"'],
  },
  {
    query: "| stats",
    code: "missing_function",
    at: [2, 7],
    expected: "a function such as count()",
    message: "`stats` needs a function, for example `count()`",
    fixes: ["| stats count()"],
  },
  {
    query: "| stats by host",
    code: "missing_function",
    at: [8, 10],
    expected: "a function such as count()",
    message: "`stats` needs a function, for example `count()`",
    fixes: ["| stats count() by host"],
  },
  {
    query: "| stats dc(user)",
    code: "unknown_function",
    at: [8, 10],
    expected:
      "one of count, count_if, uniq, sum, avg, min, max, p50…p99, percentile, first, last, values, rate",
    message: "There is no function `dc`. Did you mean `uniq`?",
    fixes: ["| stats uniq(user)"],
  },
  {
    query: "| stats avg",
    code: "missing_args",
    at: [8, 11],
    expected: "`(` and a field",
    message: "`avg` needs a field: `avg(field)`",
    fixes: [],
  },
  {
    query: "| stats count(*)",
    code: "missing_args",
    at: [14, 15],
    expected: "`)`",
    message: "`count()` counts entries; no star is needed",
    fixes: ["| stats count()"],
  },
  {
    query: "| stats count() host",
    code: "missing_by",
    at: [16, 20],
    expected: "`by`, `as`, `,` or the end",
    message: "Expected `by` before the fields to group by",
    fixes: ["| stats count() by host", "| stats count() as host"],
  },
  {
    query: "| stats count() by bin(5)",
    code: "duration",
    at: [23, 24],
    expected: "a width such as 5m",
    message: "`bin` needs a width: `bin(5m)` or `bin(duration_ms, 100)`",
    fixes: ["| stats count() by bin(5m)"],
  },
  {
    query: "| stats count( by host",
    code: "missing_paren",
    at: [13, 14],
    expected: "`)`",
    message: "This `(` is not closed",
    fixes: [],
  },
  {
    query: "| stats count() as n, sum(x) as n",
    code: "name_taken",
    at: [22, 33],
    expected: "another name",
    message: "Two columns are named `n`: give one a name with `as`",
    fixes: [],
  },
  {
    query: "| limit ten",
    code: "count_value",
    at: [8, 11],
    expected: "a whole number from 1 to 10000",
    message: "`limit` takes a whole number from 1 to 10000",
    fixes: ["| limit 10"],
  },
  {
    query: "| sort a down",
    code: "unexpected",
    at: [9, 13],
    expected: "`|` or the end",
    message: "Expected `|` or the end after `sort`",
    fixes: ["| sort a"],
  },
  {
    query: "| stats p95(x) | sort p95(x)",
    code: "call_here",
    at: [22, 28],
    expected: "a column name",
    message: "A column is named here, no function: `p95_x`",
    fixes: ["| stats p95(x) | sort p95_x"],
  },
  {
    query: "| stats count() by host | sort user",
    code: "unknown_column",
    at: [31, 35],
    expected: "one of host, count",
    message: "The table has no column `user`",
    fixes: [],
  },
  {
    query: "| top 5 host | patterns",
    code: "needs_entries",
    at: [15, 23],
    expected: "a pipe for tables",
    message: "`patterns` works on entries; after `top` there is a table",
    fixes: [],
  },
  {
    query: "| timechart span=5m",
    code: "unexpected",
    at: [12, 19],
    expected: "a width such as 5m",
    message: "The width stands alone: `timechart 5m …`",
    fixes: ["| timechart 5m"],
  },
  {
    query: "| timechart 5",
    code: "duration",
    at: [12, 13],
    expected: "a width such as 30s, 5m or 1h",
    message: "`5` is not a width",
    fixes: ["| timechart 5m"],
  },
  {
    query: "| sample 10%",
    code: "count_value",
    at: [9, 12],
    expected: "1/n",
    message: "`sample` takes 1/n, for example `sample 1/100`",
    fixes: ["| sample 1/10"],
  },
  {
    query: "| parse /x(.*)/",
    code: "parse_kind",
    at: [8, 15],
    expected: 'json, logfmt or a pattern such as "user=<user> "',
    message: "`parse` takes json, logfmt or a quoted pattern",
    fixes: ['| parse "<value>"'],
  },
  {
    query: '| parse "no gap"',
    code: "pattern_empty",
    at: [8, 16],
    expected: "a named gap such as <user>",
    message: "The pattern names no field: write the varying part as <name>",
    fixes: [],
  },
  {
    query: "| where",
    code: "missing_term",
    at: [2, 7],
    expected: "a filter",
    message: "`where` needs a filter, for example `where status:>=500`",
    fixes: [],
  },
  {
    query: "a*b*c*d*e*f*g*h*i*j",
    code: "too_many_stars",
    at: [0, 19],
    expected: "at most 8 stars",
    message: "At most 8 stars in a word; a regex may say it better",
    fixes: [],
  },
])("$query is $code", ({ query, code, at, expected, message, fixes }) => {
  const result = parseQuery(query, context);
  expect(result).toEqual({
    ok: false,
    error: { code, start: at[0], end: at[1], expected, message, fixes },
  });
  for (const fix of fixes) expect(parseQuery(fix, context)).toMatchObject({ ok: true });
});
