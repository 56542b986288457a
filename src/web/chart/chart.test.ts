import { expect, test } from "vitest";
import { countingOf, entriesQuery } from "./entries-query.ts";
import { figureText } from "./figure-text.ts";
import { hiddenText, readHidden } from "./hidden.ts";
import { kindsOf, readingOf, titleOf } from "./reading.ts";
import { figuresOf, partsOf, seriesOf, spreadOf } from "./series.ts";

function table(columns: string, rows: readonly (readonly unknown[])[]) {
  return {
    columns: columns.split(" ").map((text) => {
      const [name = "", type = "string"] = text.split(":");
      return { name, type, approximate: false };
    }),
    rows: rows.map((row) => [...row]),
  };
}
const at = (minute: number): string => `2026-11-24T14:0${minute}:00Z`;
const p95 = "service:(a b) | timechart 1m p95(ms) by service";
const p95Table = table("time:time service p95_ms:number", [
  [at(0), "a", 100],
  [at(0), "b", 20_000],
  [at(1), "a", null],
  [at(1), "b", 30_500],
  [at(2), "a", 140],
  [at(2), "b", 40],
]);

test.each([
  { query: p95, made: p95Table, title: "p95 of ms by service", kind: "line" },
  {
    query: "| stats count()",
    made: table("count:number", [[7]]),
    title: "entries",
    kind: "number",
  },
  {
    query: "| stats count() by service",
    made: table("service count:number", [["a", 1]]),
    title: "entries by service",
    kind: "bar",
  },
  {
    query: "| stats count() by bin(1m), bin(ms, 100)",
    made: table("time:time ms:number count:number", [[at(0), 100, 3]]),
    title: "entries by ms",
    kind: "heat",
  },
  {
    query: "| stats avg(ms) as mean_ms by bin(1m) | sort time",
    made: table("time:time mean_ms:number", [[at(0), 3]]),
    title: "mean_ms",
    kind: "line",
  },
  {
    query: "| fields service, message",
    made: table("service message", [["a", "b"]]),
    title: "service, message",
    kind: "table",
  },
  // The number by which rows are told apart is no figure.
  {
    query: "| top 5 status",
    made: table("status:number count:number share:number", [[200, 9, 0.9]]),
    title: "entries, share by status",
    kind: "bar",
  },
])("$query is drawn as $kind", ({ query, made, title, kind }) => {
  const reading = readingOf(made, query);
  expect(titleOf(reading)).toBe(title);
  expect(kindsOf(reading)[0]).toBe(kind);
});

test("series stand in the order of their size, with gaps where figures are missing", () => {
  const over = seriesOf(readingOf(p95Table, p95));
  expect(over?.series.map(({ name, values }) => [name, values])).toEqual([
    ["b", [20_000, 30_500, 40]],
    ["a", [100, undefined, 140]],
  ]);
  expect(over?.stepMs).toBe(60_000);
  const whole = { first: false, last: false };
  expect(over?.series.map((series) => figuresOf(series, whole))).toEqual([
    { last: 40, min: 40, median: 20_000, max: 30_500 },
    { last: 140, min: 100, median: 120, max: 140 },
  ]);
  expect(spreadOf(over?.series ?? [])).toBe(762.5);
});

test.each([
  { name: "whole steps", from: 0, to: 4, parts: "", last: 1, min: 1, median: 4 },
  {
    name: "a last one that is not over yet",
    from: 0,
    to: 3.5,
    parts: "last",
    last: 6,
    min: 2,
    median: 6,
  },
  {
    name: "a first one that began before",
    from: 0.5,
    to: 4,
    parts: "first",
    last: 1,
    min: 1,
    median: 6,
  },
  { name: "both", from: 0.5, to: 3.5, parts: "first last", last: 6, min: 6, median: 7.5 },
])("last, min and median are of whole steps: $name", ({ from, to, parts, ...want }) => {
  const minute = 60_000;
  const of = readingOf(
    table(
      "time:time count:number",
      [2, 9, 6, 1].map((count, at_) => [at(at_), count]),
    ),
    "| timechart 1m count()",
  );
  const over = seriesOf(of);
  const start = Date.parse(at(0));
  const range = { startMs: start + from * minute, endMs: start + to * minute, open: false };
  const found = over === undefined ? undefined : partsOf(over, range);
  expect(
    Object.entries(found ?? {})
      .flatMap(([name, is]) => (is ? name : []))
      .join(" "),
  ).toBe(parts);
  const { last, min, median, max } = figuresOf(
    over?.series[0] ?? { values: [] },
    found ?? { first: false, last: false },
  );
  expect({ last, min, median }).toEqual({ last: want.last, min: want.min, median: want.median });
  // The largest may well be in a part of a step.
  expect(max).toBe(9);
});

test("where no step is whole, what there is of them is told", () => {
  const of = readingOf(table("time:time count:number", [[at(0), 3]]), "| timechart 1m count()");
  const over = seriesOf(of);
  const range = { startMs: Date.parse(at(0)) + 1, endMs: Date.parse(at(1)), open: true };
  expect(over && partsOf(over, range)).toEqual({ first: false, last: false });
});

test.each([
  { call: "count()", column: "count", names: 51, last: "other (10)", value: 55, left: 0 },
  { call: "p95(ms)", column: "p95_ms", names: 50, last: "s11", value: 11, left: 10 },
])("beyond 50 series $call keeps the rest as it can", ({ call, column, ...want }) => {
  const rows = Array.from({ length: 60 }, (_, i) => [at(0), `s${i + 1}`, i + 1]);
  const made = table(`time:time user ${column}:number`, rows);
  const over = seriesOf(readingOf(made, `| stats ${call} by bin(1m), user`));
  expect(over?.series).toHaveLength(want.names);
  expect(over?.series.at(-1)?.name).toBe(want.last);
  expect(over?.series.at(-1)?.values).toEqual([want.value]);
  expect(over?.left).toBe(want.left);
});

test.each([
  {
    query: p95,
    want: "service:(a b) | timechart 1m p95(ms), count() as counted_entries by service",
  },
  {
    query: "| timechart 1m p95(ms), max(ms) as m by service limit 3 | sort m",
    want: "| timechart 1m p95(ms), max(ms) as m, count() as counted_entries by service limit 3",
  },
  { query: "| timechart 1m count() by service", want: undefined },
  { query: "| top 5 service", want: undefined },
])("$query is counted by $want", ({ query, want }) => {
  expect(countingOf(query)?.query).toBe(want);
});

test.each([
  { query: p95, of: ["a"], want: "service:a" },
  { query: p95, of: ["a", "b"], want: "service:(a b)" },
  {
    query: "level:error | where ms:>5 | stats p95(ms) by service",
    of: ["a"],
    want: "level:error ms:>5 service:a",
  },
  {
    query: "x OR y | stats count() by service",
    of: ["two words"],
    want: '(x OR y) service:"two words"',
  },
  { query: "| stats count() by service", of: [null], want: "-service:*" },
  { query: "| stats count() by service", of: [], want: "" },
])("the entries of $of under $query are $want", ({ query, of, want }) => {
  const key = { at: 0, name: "service", field: "service" };
  expect(
    entriesQuery(
      query,
      of.map((value) => ({ keys: [{ key, value }] })),
    ),
  ).toBe(want);
});

test("the entries of a bucket of a number lie within it", () => {
  const key = { at: 0, name: "ms", field: "ms", step: 0.1 };
  expect(entriesQuery("| stats count() by bin(ms, 0.1)", [{ keys: [{ key, value: 0.2 }] }])).toBe(
    "ms:>=0.2 ms:<0.3",
  );
});

test.each([["a"], ["a,b", "-c", "50 %"], []])(
  "hidden series %j come back from the address",
  (...names) => {
    expect([...readHidden(hiddenText(new Set(names)))]).toEqual(names);
  },
);

const ms = { kind: "duration", nanos: 1e6 } as const;
test.each([
  { value: 30_500, unit: ms, want: "30.5 s" },
  { value: 143, unit: ms, want: "143 ms" },
  { value: 0, unit: ms, want: "0 s" },
  { value: 90_000, unit: ms, want: "90 s" },
  { value: 150_000, unit: ms, want: "2.5 min" },
  { value: 0.0413, unit: "share" as const, want: "4.13 %" },
  { value: 48_213, unit: undefined, want: "48,213" },
  { value: 1_250_000, unit: undefined, want: "1.25 M" },
  { value: 2.3456, unit: undefined, want: "2.35" },
  { value: 1_220_000, unit: { kind: "size", bytes: 1 } as const, want: "1.22 MB" },
  { value: undefined, unit: ms, want: "–" },
])("$value of $unit is $want", ({ value, unit, want }) => {
  expect(figureText(value, unit).replaceAll("\u202f", " ")).toBe(want);
});
