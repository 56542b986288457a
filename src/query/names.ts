/**
 * The names the language itself knows: built-in fields and their aliases, pipes, functions.
 * Invariant: an alias names the same field as its target; `@` never reaches this file.
 */

import type { BuiltinName } from "./ast.ts";

const BUILTINS: ReadonlyMap<string, BuiltinName> = new Map<string, BuiltinName>([
  ...(
    ["time", "level", "message", "service", "host", "trace_id", "span_id", "id", "pattern"] as const
  ).map((name) => [name, name] as const),
  ["service.name", "service"],
  ["host.name", "host"],
  ["trace.id", "trace_id"],
  ["span.id", "span_id"],
]);

/** @returns the built-in field that `name` or an alias stands for. */
export function builtinNamed(name: string): BuiltinName | undefined {
  return BUILTINS.get(name);
}

/** The built-in fields a slip of the keyboard may have meant: two letters are as near to any other two. */
export const BUILTINS_TO_SUGGEST: readonly string[] = [...BUILTINS.keys()].filter(
  (name) => name.length > 2,
);

export const PIPES = [
  "where",
  "fields",
  "sort",
  "limit",
  "stats",
  "timechart",
  "top",
  "rare",
  "dedup",
  "sample",
  "parse",
  "patterns",
  "context",
] as const;

export const FUNCTIONS_LISTED =
  "count, count_if, uniq, sum, avg, min, max, p50…p99, percentile, first, last, values, rate";

/** What other products call a pipe, with what stands in its place. */
export const OTHER_PIPES: ReadonlyMap<string, string> = new Map([
  ...["head", "take", "first"].map((name) => [name, "limit"] as const),
  ...["filter", "search", "having"].map((name) => [name, "where"] as const),
  ...["select", "project", "table", "keep", "display", "columns"].map(
    (name) => [name, "fields"] as const,
  ),
  ...["order", "orderby", "order_by"].map((name) => [name, "sort"] as const),
  ...["summarize", "aggregate", "group"].map((name) => [name, "stats"] as const),
  ...["uniq", "distinct", "unique", "deduplicate"].map((name) => [name, "dedup"] as const),
  ...["rex", "extract", "pattern", "regexp", "unpack"].map((name) => [name, "parse"] as const),
  ...["json", "spath", "unpack_json"].map((name) => [name, "parse json"] as const),
  ...["logfmt", "unpack_logfmt"].map((name) => [name, "parse logfmt"] as const),
  ...["count"].map((name) => [name, "stats count()"] as const),
  ...["hist", "histogram", "chart", "bucket"].map((name) => [name, "timechart"] as const),
  ...["cluster", "patterns_of"].map((name) => [name, "patterns"] as const),
]);

/** What other products call a function. */
export const OTHER_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ...[
    "dc",
    "distinct",
    "distinct_count",
    "count_distinct",
    "count_uniq",
    "cardinality",
    "dcount",
  ].map((name) => [name, "uniq"] as const),
  ...["mean", "average"].map((name) => [name, "avg"] as const),
  ["median", "p50"],
  ["quantile", "percentile"],
  ["perc", "percentile"],
  ["countif", "count_if"],
  ["cnt", "count"],
  ["earliest", "first"],
  ["latest", "last"],
  ["list", "values"],
]);

/** @returns the one of `known` nearest to `name`, at most two slips (one for short names) away. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = slipsAllowed(name) + 1;
  for (const candidate of known) {
    const distance = slipsBetween(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** How many slips of the keyboard still leave a name recognisable. */
export function slipsAllowed(name: string): number {
  return name.length <= 3 ? 1 : 2;
}

/**
 * Letters left out, added, replaced, and two side by side in each other's place; `cap` or more is answered as `cap`.
 * Source: optimal string alignment, a restricted distance of Damerau 1964.
 */
export function slipsBetween(a: string, b: string, cap: number): number {
  if (Math.abs(a.length - b.length) >= cap) return cap;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const turned =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? cap) + 1 : cap;
      next.push(Math.min(same, turned, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return Math.min(cap, row[b.length] ?? cap);
}
