import { expect, test } from "vitest";
import type { Facet } from "./facet-source.ts";
import { listed } from "./listed.ts";

const COUNTED = [
  { value: "web", count: 90 },
  { value: "api", count: 9 },
];
const facet = (values: Facet["values"]): Facet => ({
  field: "service",
  type: "string",
  entries: 100,
  distinct: 3,
  approximate: false,
  values,
});

test.each([
  {
    name: "a rare value that is asked for stands behind the frequent ones, with its count",
    query: "service:cron",
    of: [...COUNTED, { value: "cron", count: 1 }],
    values: COUNTED,
    want: ["web 90", "api 9", "cron 1 included"],
  },
  {
    name: "one that is in no entry has none",
    query: "service:(cron web)",
    of: [...COUNTED, { value: "cron", count: 0 }],
    values: [],
    want: ["web 90 included", "cron 0 included"],
  },
  {
    name: "one that was just asked for is being counted",
    query: "service:cron",
    of: COUNTED,
    values: COUNTED,
    want: ["web 90", "api 9", "cron undefined included"],
  },
  {
    name: "one that is left out stays",
    query: "-service:cron",
    of: COUNTED,
    values: COUNTED,
    want: ["web 90", "api 9", "cron undefined excluded"],
  },
  {
    name: "its own spelling is shown",
    query: "service:CRON",
    of: [...COUNTED, { value: "Cron", count: 1 }],
    values: COUNTED,
    want: ["web 90", "api 9", "Cron 1 included"],
  },
])("$name", ({ query, of, values, want }) => {
  const rows = listed(facet(of), values, undefined, query);
  expect(rows.map((one) => `${one.value} ${one.count} ${one.wanted ?? ""}`.trim())).toEqual(want);
});

test.each([
  { before: 100, was: 3, want: ["web ▲ 30×", "api "] },
  { before: 29, was: 3, want: ["web ", "api "] },
  { before: 100, was: 0, want: ["web new", "api "] },
  { before: 29, was: 0, want: ["web ", "api "] },
])("beside $was of $before entries before", ({ before, was, want }) => {
  const values = was === 0 ? [] : [{ value: "web", count: was }];
  const earlier = { ...facet(values), entries: before, distinct: values.length };
  const rows = listed(facet(COUNTED), COUNTED, earlier, "");
  expect(rows.map(({ value, mark }) => `${value} ${mark}`)).toEqual(want);
});
