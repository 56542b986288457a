import { expect, test } from "vitest";
import { rangeIn, withoutRange, withRange } from "./range-term.ts";

test.each([
  { text: "ms:>=100", low: 100, high: undefined },
  { text: "web ms:[100 TO 200] ms:<150", low: 100, high: 150 },
  { text: "duration_ms:>2s", field: "duration_ms", low: 2000, high: undefined },
  // What stands in a group, is negated or of another field says nothing of it.
  { text: "(ms:>5 OR x) -ms:>9 other:>7", low: undefined, high: undefined },
])("$text leaves $low to $high", ({ text, field = "ms", low, high }) => {
  expect(rangeIn(text, field)).toEqual({ low, high });
});

test.each([
  { text: "web", low: 100, high: 200, want: "web ms:[100 TO 200]" },
  { text: "ms:>5 web ms:<9", low: undefined, high: 0.5, want: "web ms:<=0.5" },
  { text: "ms:>5 | stats count()", low: 7, high: undefined, want: "ms:>=7 | stats count()" },
  { text: "a OR b", low: 7, high: undefined, want: "(a OR b) ms:>=7" },
  { text: "ms:[1 TO 2] web", low: undefined, high: undefined, want: "web" },
])("$text with $low to $high is $want", ({ text, low, high, want }) => {
  expect(withRange(text, "ms", { low, high })).toBe(want);
});

test("takes its own terms away and no other", () => {
  expect(withoutRange("ms:5 ms:>2 web", "ms")).toBe("ms:5 web");
});
