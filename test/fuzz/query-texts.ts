/**
 * Texts of queries: made by the grammar, of regexes that other engines choke on among others, and then bent.
 * Invariant: of a bounded size, whatever the random source says.
 */
import type { Random } from "../support/sample-logs.ts";
import { chance, changedText, hostileText, oneOf } from "./hostile-values.ts";

/** A query of the language, as often as not one that says what it means. @param wild see `Making`. */
export function queryText(random: Random, wild: number): string {
  if (random.below(40) === 0) return hostileText(random);
  let text = filterText(random, 3);
  for (let pipes = random.below(4); pipes > 0; pipes--) text += ` | ${pipeText(random)}`;
  while (chance(random, wild)) text = bent(text, random);
  return text;
}

const SIGNS = "\"'“”*:()[]{}|/\\<>=!,~-@# \t\n\u00a0\u0000\u200b".split("");

function bent(text: string, random: Random): string {
  if (random.below(2) === 0) return changedText(text, random);
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.below(6));
  const put = random.below(6) === 0 ? text.slice(at, at + 40) : oneOf(random, SIGNS);
  return text.slice(0, at) + put + text.slice(to);
}

function filterText(random: Random, depth: number): string {
  if (depth === 0) return testText(random);
  const inner = (): string => filterText(random, depth - 1);
  switch (random.below(11)) {
    case 0:
      return `${inner()} ${inner()}`;
    case 1:
      return `${inner()} AND ${inner()}`;
    case 2:
      return `${inner()} OR ${inner()}`;
    case 3:
      return `(${inner()})`;
    case 4:
      return `${oneOf(random, ["NOT ", "-", "!", "--"])}${inner()}`;
    case 5:
      return random.below(8) === 0
        ? "(".repeat(random.below(80)) + inner() + ")".repeat(random.below(80))
        : inner();
    default:
      return testText(random);
  }
}

/** What a query may well hold, and now and then what it may not. */
interface Choice {
  readonly good: readonly string[];
  readonly odd: readonly string[];
}
function chosen(random: Random, { good, odd }: Choice): string {
  return oneOf(random, random.below(14) === 0 ? odd : good);
}

const FIELDS: Choice = {
  good: ["status", "path", "list", "list.y", "user.id", "flag", "service", "host", "nosuch"],
  odd: [
    "level",
    "message",
    "time",
    "trace_id",
    "id",
    "pattern",
    "@level",
    "user.*",
    '"user name"',
    "__proto__",
    "constructor",
    "_exists_",
    "ключ",
  ],
};
const NUMBERS: Choice = {
  good: ["500", "200", "-5", "1.5e3", "0"],
  odd: ["250ms", "1h30m", "10kB", "1.5MiB", "9007199254740993", "1e400", "5oo", "10%", "NaN"],
};
const VALUES: Choice = {
  good: ["500", "svc-*", "*", '"took"', "'a b'", "web", "/a/3", "a*b*c", '"conn ref"*', "true"],
  odd: ["error", "now-15m", "2026-11-24T14:02", "null", "连接", "🚀", "\\*", "-x", "[", '"'],
};

function testText(random: Random): string {
  const field = chosen(random, FIELDS);
  switch (random.below(12)) {
    case 0:
      return oneOf(random, ["request", "took", '"took 3"', "req*", "*est", "a", "*", "", "=>"]);
    case 1:
      return regexText(random);
    case 2:
      return `${field}:${oneOf(random, ["[", "{"])}${chosen(random, NUMBERS)} TO 600${oneOf(random, ["]", "}"])}`;
    case 3: {
      const items = Array.from({ length: 1 + random.below(4) }, () => chosen(random, VALUES));
      return `${field}:(${items.join(oneOf(random, [" ", " OR ", ", "]))})`;
    }
    case 4:
    case 5:
      return `${field}${oneOf(random, [":>", ":>=", ":<", ">", "<=", "="])}${chosen(random, NUMBERS)}`;
    case 6:
      return `level${oneOf(random, [":", ">", "<=", "!="])}${oneOf(random, ["error", "warn", "17", "info", "zzz"])}`;
    case 7:
      return `time${oneOf(random, [":", ">", "<="])}${oneOf(random, ["now-15m", "2026-11-24", "-1h", "1795530000", "x"])}`;
    case 8:
      return `${field}:${regexText(random)}`;
    default:
      return `${field}${oneOf(random, [":", ":", "=", "!=", ":=", ":!="])}${chosen(random, VALUES)}`;
  }
}

const ATOMS: Choice = {
  good: ["a", ".", "\\d", "\\w", "\\s", "[a-z]", "[^\\s]", "\\pL", "\\b", "é", "(?:aa|a)", "re"],
  odd: [
    "^",
    "$",
    "\\p{Greek}",
    "\\x{10ffff}",
    "[[:alpha:]]",
    "\\Qa.b\\E",
    "(?i)r",
    "\\1",
    "(?=a)",
    "[",
    ")",
    "\\",
  ],
};
const REPEATS: Choice = {
  good: ["", "", "*", "+", "?", "*?", "{3}", "{0,9}"],
  odd: ["{1,1000}", "{1001}", "**", "{", "{,3}"],
};
/** What takes engines that backtrack for ever. */
const TRAPS = [
  "(a+)+$",
  "(a|aa)+b",
  "(.*)*x",
  "(.*a){20}",
  "([a-z]+)*[0-9]",
  "(a|a|a|a)*c",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(x+x+)+y",
  "(?:(?:a*)*)*b",
  "\\s+$",
  "(.|\\n)*z",
  "a{0,90}a{0,90}b",
];

function regexText(random: Random): string {
  const piece = (depth: number): string => {
    const atom =
      depth > 0 && random.below(3) === 0
        ? `(${piece(depth - 1)}${random.below(2) === 0 ? `|${piece(depth - 1)}` : ""})`
        : chosen(random, ATOMS);
    return atom + chosen(random, REPEATS);
  };
  const source =
    random.below(3) === 0
      ? oneOf(random, TRAPS)
      : Array.from({ length: 1 + random.below(5) }, () => piece(2)).join("");
  return `/${source}/${oneOf(random, ["", "", "", "i", "m", "s", "im", "is"])}${random.below(30) === 0 ? "x" : ""}`;
}

const AGGREGATES: Choice = {
  good: [
    "count()",
    "count",
    "count(status)",
    "count_if(level:error)",
    "uniq(user.id)",
    "sum(duration_ms)",
    "avg(status) as mean",
    "min(time)",
    "max(level)",
    "p95(duration_ms)",
    "percentile(status, 99.9)",
    "first(message)",
    "last(list)",
    "values(path)",
    "rate()",
  ],
  odd: ["p0(n)", "percentile(status, 101)", "nosuch(x)", "sum()", "count(", "sum(*)"],
};
const COUNTS: Choice = {
  good: ["1", "5", "100"],
  odd: ["0", "1000", "10001", "4294967296", "-1", "1.5"],
};

function pipeText(random: Random): string {
  const field = (): string => chosen(random, FIELDS);
  const some = (of: () => string): string =>
    Array.from({ length: 1 + random.below(3) }, of).join(", ");
  const key = (): string =>
    oneOf(random, [field(), field(), "bin(5m)", "bin(duration_ms, 10)", `${field()} as k`]);
  const count = (): string => chosen(random, COUNTS);
  switch (random.below(15)) {
    case 0:
      return `where ${filterText(random, 1)}`;
    case 1:
      return `fields ${some(() => `${field()}${random.below(5) === 0 ? " as x" : ""}`)}`;
    case 2:
      return `sort ${some(() => `${oneOf(random, ["", "-"])}${field()}${oneOf(random, ["", " asc"])}`)}`;
    case 3:
      return `limit ${count()}${random.below(3) === 0 ? ` offset ${count()}` : ""}`;
    case 4:
    case 5:
      return `stats ${some(() => chosen(random, AGGREGATES))}${random.below(2) === 0 ? ` by ${some(key)}` : ""}`;
    case 6: {
      const width = oneOf(random, ["", "1m", "30m", "1d", "1w", "1ns", "0s", "1000w"]);
      const by = random.below(2) === 0 ? ` by ${field()} limit ${count()}` : "";
      return `timechart ${width} ${chosen(random, AGGREGATES)}${by}`;
    }
    case 7:
      return `${oneOf(random, ["top", "rare"])} ${count()} by ${some(field)}`;
    case 8: {
      const shape = oneOf(random, [
        "json",
        "logfmt",
        "'request <n> took <ms> ms'",
        '"<a><b>"',
        '"<_> <x>"',
        '"<>"',
      ]);
      return `parse ${shape}${oneOf(random, ["", " from path", " as p", " from list as q"])}`;
    }
    case 9:
      return `patterns ${count()}`;
    case 10:
      return `dedup ${some(field)}`;
    case 11:
      return `sample 1/${count()}`;
    case 12:
      return `context ${count()}`;
    default:
      return `where ${field()} ${oneOf(random, [">", "=", "<"])} ${count()}`;
  }
}
