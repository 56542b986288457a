import { expect, test } from "vitest";
import { isNew, unusual } from "./unusual.ts";

test.each([
  { now: 1973, before: 55, want: "36×" },
  { now: 90, before: 30, want: "3.0×" },
  { now: 89, before: 30, want: undefined },
  { now: 29, before: 1, want: undefined },
  { now: 10, before: 40, want: "4× fewer than" },
  { now: 0, before: 40, want: "none now, unlike" },
  { now: 100, before: 0, want: undefined },
  { now: 186, before: 1, all: 1, want: undefined },
  { now: 186, before: 1, all: 29, want: undefined },
  { now: 186, before: 1, all: 30, want: "186×" },
])("$now after $before of $all", ({ now, before, all = 1000, want }) => {
  expect(unusual(now, before, all)).toBe(want);
});

test.each([
  { now: 30, before: 0, all: 30, want: true },
  { now: 30, before: 0, all: 29, want: false },
  { now: 29, before: 0, all: 30, want: false },
  { now: 30, before: 1, all: 30, want: false },
])("$now where $before of $all were: new is $want", ({ now, before, all, want }) => {
  expect(isNew(now, before, all)).toBe(want);
});
