/** What is said of what is missing stays short. */
import { expect, test } from "vitest";
import { Reasons } from "./reasons.ts";

function reasonsOf(count: number): Reasons {
  const reasons = new Reasons();
  for (let n = 0; n < count; n++) reasons.add(`part ${n} is damaged`);
  return reasons;
}

test("each is said once, in the order they came", () => {
  const reasons = reasonsOf(3);
  reasons.absorb(reasonsOf(2));
  expect(reasons.list()).toEqual(["part 0 is damaged", "part 1 is damaged", "part 2 is damaged"]);
  expect(new Reasons().isEmpty).toBe(true);
});

test.each([
  { count: 9, last: "and 1 more like these" },
  { count: 1000, last: "and 992 more like these" },
  { count: 100_000, last: "and more than 992 more like these" },
])("of $count the first are shown, and how many more", ({ count, last }) => {
  const both = reasonsOf(count);
  both.absorb(reasonsOf(count));
  for (const reasons of [reasonsOf(count), both]) {
    expect(reasons.list()).toHaveLength(9);
    expect(reasons.list().at(-1)).toBe(last);
  }
});
