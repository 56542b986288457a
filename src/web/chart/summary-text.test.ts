import { expect, test } from "vitest";
import { readingOf } from "./reading.ts";
import { seriesOf } from "./series.ts";
import { summaryOf } from "./summary-text.ts";

type Rows = readonly (readonly unknown[])[];

/** @param columns `name` or `name:type`, with a space between. */
function summary(query: string, columns: string, rows: Rows): string {
  const table = {
    columns: columns.split(" ").map((text) => {
      const [name = "", type = "string"] = text.split(":");
      return { name, type, approximate: false };
    }),
    rows: rows.map((row) => [...row]),
  };
  const reading = readingOf(table, query);
  return summaryOf(reading, seriesOf(reading), "UTC");
}
const at = (minute: number): string => `2026-11-24T14:0${minute}:00Z`;

test.each<{ name: string; query: string; columns: string; rows: Rows; said: string }>([
  {
    name: "series over time",
    query: "| timechart 1m p95(ms) by service",
    columns: "time:time service p95_ms:number",
    rows: [
      [at(0), "a", 100],
      [at(0), "b", 20_000],
      [at(1), "a", null],
      [at(1), "b", 30_500],
    ],
    said: "2 series from 14:00 to 14:02, the highest is b with 30.5\u202fs at 14:01.",
  },
  {
    name: "series of which no step has a figure",
    query: "| timechart 1m p95(ms)",
    columns: "time:time p95_ms:number",
    rows: [[at(0), null]],
    said: "1 series from 14:00 to 14:01, without any figure.",
  },
  {
    name: "no steps",
    query: "| timechart 1m count()",
    columns: "time:time count:number",
    rows: [],
    said: "No steps.",
  },
  {
    name: "cells of a number over time",
    query: "| stats count() by bin(1m), bin(ms, 100)",
    columns: "time:time ms:number count:number",
    rows: [
      [at(0), 100, 3],
      [at(1), 300, 8],
    ],
    said: "2 cells, the highest is 300 – 400 at 14:01 with 8.",
  },
  {
    name: "no cells",
    query: "| stats count() by bin(1m), bin(ms, 100)",
    columns: "time:time ms:number count:number",
    rows: [],
    said: "No cells.",
  },
  {
    name: "groups",
    query: "| stats count() by service",
    columns: "service count:number",
    rows: [
      ["a", 7],
      ["b", 1200],
    ],
    said: "2 groups, the highest is b with 1,200.",
  },
  {
    name: "more groups than are drawn, which add up to no bar",
    query: "| stats avg(ms) by service",
    columns: "service avg_ms:number",
    rows: Array.from({ length: 53 }, (_, i) => [`s${i}`, i]),
    said: "53 groups, the highest is s52 with 52\u202fms; 3 are not drawn.",
  },
  {
    name: "no groups",
    query: "| stats count() by service",
    columns: "service count:number",
    rows: [],
    said: "No groups.",
  },
  {
    name: "one figure",
    query: "| stats count()",
    columns: "count:number",
    rows: [[7]],
    said: "7.",
  },
  {
    name: "several figures of one group",
    query: "| stats count(), p95(ms)",
    columns: "count:number p95_ms:number",
    rows: [[7, 1500]],
    said: "entries 7, p95 of ms 1.5\u202fs.",
  },
  {
    name: "rows without a figure",
    query: "| fields service, message",
    columns: "service message",
    rows: [["a", "b"]],
    said: "1 row.",
  },
])("a chart in a sentence: $name", ({ query, columns, rows, said }) => {
  expect(summary(query, columns, rows)).toBe(said);
});
