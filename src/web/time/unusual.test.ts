import { expect, test } from "vitest";
import { unusual } from "./unusual.ts";

test.each([
  { now: 1973, before: 55, want: "36×" },
  { now: 90, before: 30, want: "3.0×" },
  { now: 89, before: 30, want: undefined },
  { now: 29, before: 1, want: undefined },
  { now: 10, before: 40, want: "4× fewer than" },
  { now: 0, before: 40, want: "none now, unlike" },
  { now: 100, before: 0, want: undefined },
])("$now after $before", ({ now, before, want }) => {
  expect(unusual(now, before)).toBe(want);
});
