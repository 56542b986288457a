/** What the score of a change says. */
import { expect, test } from "vitest";
import { scoreOf } from "./value-differences.ts";

test.each([
  { what: "nothing", counts: [0, 0, 0, 0], want: 0 },
  { what: "an empty baseline", counts: [5, 10, 0, 0], want: 0 },
  { what: "an empty window", counts: [0, 0, 5, 10], want: 0 },
  { what: "equal shares", counts: [10, 100, 30, 300], want: 0 },
  // 2 × 60 × ln 2.
  { what: "all against none", counts: [30, 30, 0, 30], want: 83.178 },
  { what: "none against all", counts: [0, 30, 30, 30], want: -83.178 },
  // Table of Dunning 1993 by hand: 2 × (10 ln 2 + 990 ln(990/995) + 1000 ln(1000/995)).
  { what: "1 % against none", counts: [10, 1000, 0, 1000], want: 13.913 },
])("$what scores $want", ({ counts, want }) => {
  const [count = 0, entries = 0, other = 0, others = 0] = counts;
  expect(scoreOf(count, entries, other, others)).toBeCloseTo(want, 3);
});

test("ten times the entries score ten times as much", () => {
  expect(scoreOf(400, 10_000, 100, 10_000)).toBeCloseTo(10 * scoreOf(40, 1000, 10, 1000), 1);
});
