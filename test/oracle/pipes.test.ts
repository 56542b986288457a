/** Queries with pipes over rows and segments against a naive reading, and that reading against the cases. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entryIdText } from "../../src/domain/entry.ts";
import type { Filter } from "../../src/query/ast.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { FIXTURE_RANGE, loadCases, loadEntries, mapIds } from "../support/language-fixture.ts";
import { arbEntries, arbFilter } from "./arbitraries.ts";
import { expectNaive, naive, near, parsed } from "./asking.ts";
import type { OracleCell } from "./values.ts";

const FIELDS = [
  "status",
  "user",
  "user.name",
  "items",
  "items.sku",
  "duration_ms",
  "tags",
  "service",
  "host",
  "level",
];
const arbField = fc.constantFrom(...FIELDS);
const arbTest = fc.constantFrom(
  "level:>=warn",
  "service:web",
  "-user:task",
  "status:>=12",
  "user:* OR tags:*",
  "ok",
  "time:>=2026-11-24T14:30",
);
const arbCount = fc.integer({ min: 1, max: 6 });
const arbOffset = fc.constantFrom("", " offset 1", " offset 3");
const arbDirection = fc.constantFrom("", " desc");

const arbEntryPipe = fc.oneof(
  arbTest.map((test) => `where ${test}`),
  fc
    .tuple(fc.constantFrom(...FIELDS, "time", "message"), arbDirection, arbField, arbDirection)
    .map(([a, x, b, y]) => `sort ${a}${x}, ${b === a ? "id" : b}${y}`),
  fc.tuple(arbCount, arbOffset).map(([n, offset]) => `limit ${n * 4}${offset}`),
  fc.tuple(arbField, arbField).map(([a, b]) => `dedup ${a === b ? a : `${a}, ${b}`}`),
  fc.integer({ min: 1, max: 5 }).map((n) => `sample 1/${n}`),
  fc.constantFrom('parse "<user>-<tags>"', "parse logfmt as user", "parse json from items"),
);
const arbCall = fc.oneof(
  fc.constantFrom("count()", "rate()"),
  arbTest.map((test) => `count_if(${test})`),
  fc
    .tuple(
      fc.constantFrom(
        "count",
        "uniq",
        "sum",
        "avg",
        "min",
        "max",
        "p50",
        "p95",
        "first",
        "last",
        "values",
      ),
      fc.constantFrom(...FIELDS, "time", "message"),
    )
    .map(([fn, field]) => `${fn}(${field})`),
);
const arbKey = fc.oneof(
  arbField,
  fc.constantFrom("bin(10m)", "bin(1h)", "bin(30s)", "bin(duration_ms, 100)", "bin(status, 7)"),
);
const arbCalls = fc
  .array(arbCall, { minLength: 1, maxLength: 3 })
  .map((calls) => calls.map((call, i) => `${call} as f${i}`).join(", "));
const arbKeys = fc
  .array(arbKey, { maxLength: 2 })
  .map((keys) =>
    keys.length === 0 ? "" : ` by ${keys.map((key, i) => `${key} as k${i}`).join(", ")}`,
  );
/** What needs no row where totals and summaries say it. */
const arbCounts = fc
  .tuple(
    fc.constantFrom(
      "stats count()",
      "stats rate(), count()",
      "timechart 30m count()",
      "timechart 1h count()",
    ),
    fc.constantFrom("", " by level", " by service"),
  )
  .map(([calls, by]) => calls + by);
const arbMaker = fc.oneof(
  fc
    .uniqueArray(fc.constantFrom(...FIELDS, "time", "message", "id"), {
      minLength: 1,
      maxLength: 5,
    })
    .map((fields) => `fields ${fields.map((field, i) => `${field} as c${i}`).join(", ")}`),
  fc.tuple(arbCalls, arbKeys).map(([calls, keys]) => `stats ${calls}${keys}`),
  fc
    .tuple(
      fc.constantFrom("top", "rare"),
      arbCount,
      fc.uniqueArray(arbField, { minLength: 1, maxLength: 2 }),
    )
    .map(([kind, n, fields]) => `${kind} ${n} ${fields.join(", ")}`),
  fc
    .tuple(fc.constantFrom("20m", "1h", "90m"), arbCalls, fc.option(fc.tuple(arbField, arbCount)))
    .map(
      ([width, calls, by]) =>
        `timechart ${width} ${calls}${by === null ? "" : ` by ${by[0]} limit ${by[1]}`}`,
    ),
  arbCount.map((n) => `patterns ${n}`),
  arbCounts,
);

function arbTablePipe(columns: readonly string[]): fc.Arbitrary<string> {
  const column = fc.constantFrom(...columns.map((name) => `"${name}"`));
  return fc.oneof(
    fc
      .tuple(column, arbDirection, column, arbDirection)
      .map(([a, x, b, y]) => (a === b ? `sort ${a}${x}` : `sort ${a}${x}, ${b}${y}`)),
    fc.tuple(arbCount, arbOffset).map(([n, offset]) => `limit ${n}${offset}`),
    column.map((name) => `where ${name}:*`),
    fc.constantFrom("where ok", "where -web"),
    column.map((name) => `dedup ${name}`),
    fc
      .tuple(column, column)
      .map(([a, b]) => `stats count() as n, max(${a}) as m, first(${b}) as o by ${b} as p`),
  );
}

/** Pipes as they are written; the filter in front of them is made by itself. */
const arbPipes: fc.Arbitrary<string> = fc
  .tuple(fc.array(arbEntryPipe, { maxLength: 2 }), fc.option(arbMaker, { freq: 6 }))
  .chain(([before, maker]) => {
    const made = [...before, ...(maker === null ? [] : [maker])]
      .map((pipe) => ` | ${pipe}`)
      .join("");
    if (maker === null) return fc.constant(made);
    const { columns } = parsed(made);
    return fc
      .option(arbTablePipe(columns))
      .map((after) => (after === null ? made : `${made} | ${after}`));
  });

const arbSummarised = fc.constantFrom<Filter>(
  ...[
    "*",
    "level:error",
    "level:>=warn",
    "service:web",
    "-service:web",
    "service:(web OR Web)",
    "time:>=2026-11-24T14:30",
    "-level:info service:*",
  ].map((text) => parsed(text).filter),
);

test("pipes give what a naive reading gives, over rows and segments", async () => {
  const arb = fc.record({
    entries: arbEntries,
    filter: fc.oneof(arbFilter, arbSummarised, fc.constant<Filter>({ kind: "all" })),
    pipes: arbPipes,
    merged: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(arb, ({ entries, filter, pipes, merged }) =>
      expectNaive(entries, filter, pipes, merged),
    ),
    { numRuns: 400 },
  );
}, 60_000);

const KNOWN = new Set([
  "where",
  "fields",
  "sort",
  "limit",
  "dedup",
  "stats",
  "top",
  "rare",
  "timechart",
  "parse",
  "patterns",
  "context",
]);
const cases = loadCases().flatMap((given) => {
  if (given.expect.error !== undefined || given.range !== undefined) return [];
  const context = { nowNanos: BigInt(FIXTURE_RANGE.nowMs) * 1_000_000n, timeZone: "UTC" };
  const result = parseQuery(mapIds(given.query), context);
  if (!result.ok || result.query.pipes.length === 0) return [];
  const { pipes } = result.query;
  const known = pipes.every(
    (pipe) => KNOWN.has(pipe.kind) && (pipe.kind !== "timechart" || pipe.width?.kind === "fixed"),
  );
  return known && !/pattern|bin\(1[dw]\)|\.\*/.test(given.query.slice(given.query.indexOf("|")))
    ? [{ ...given, parsed: result.query }]
    : [];
});

/** Few values, mostly in lists, so that entries stand in series that are shown and in several that are not. */
const arbListed = fc.tuple(
  arbEntries,
  fc.array(
    fc.oneof(
      fc.constantFrom("a", "b", 1, "1", 2),
      fc.array(fc.constantFrom("a", "b", "c", 1, "1", 2), { maxLength: 4 }),
    ),
    { minLength: 40, maxLength: 40 },
  ),
);

test("an entry with a list counts once in each series of a chart, and once in the others", async () => {
  const arb = fc.record({
    listed: arbListed,
    width: fc.constantFrom("20m", "1h", "90m"),
    calls: arbCalls,
    limit: fc.integer({ min: 1, max: 4 }),
    merged: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(arb, async ({ listed: [entries, tags], width, calls, limit, merged }) => {
      const own = entries.map((entry, i) => ({
        ...entry,
        attributes: new Map([...entry.attributes, ["tags", tags[i] ?? null]]),
      }));
      const pipes = `| timechart ${width} ${calls} by tags limit ${limit}`;
      await expectNaive(own, { kind: "all" }, pipes, merged);
    }),
    { numRuns: 150 },
  );
}, 60_000);

describe("the naive reading itself", () => {
  test.each(cases)("$id: $query", ({ parsed: query, expect: wanted }) => {
    const shown = { startNanos: FIXTURE_RANGE.startNanos, endNanos: FIXTURE_RANGE.endNanos };
    const held = loadEntries();
    const rows = naive(
      held.map(({ entry }) => entry),
      query.filter,
      query.pipes,
      shown,
    );
    if (rows.kind === "entries") {
      const keys = new Map(held.map(({ key, entry }) => [entryIdText(entry.id), key]));
      expect(rows.entries.map((entry) => keys.get(entryIdText(entry.id)))).toEqual(wanted.ids);
      return;
    }
    expect(rows.table.columns.map(({ name }) => name)).toEqual(wanted.table?.columns);
    const shownRows = rows.table.rows.map((row) =>
      row.map((cell, i) => (rows.table.columns[i]?.type === "time" ? isoOf(cell) : cell)),
    );
    expect(shownRows).toEqual(
      wanted.table?.rows.map((row) =>
        row.map((cell) =>
          typeof cell === "number" && !Number.isInteger(cell) ? near(cell) : cell,
        ),
      ),
    );
  });
});

function isoOf(cell: OracleCell): unknown {
  if (typeof cell !== "bigint") return cell;
  const ms = new Date(Number(cell / 1_000_000n)).toISOString();
  return `${ms.slice(0, -1)}${String(cell % 1_000_000n).padStart(6, "0")}Z`;
}
