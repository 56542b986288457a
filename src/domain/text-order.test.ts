import { expect, test } from "vitest";
import { compareCodePoints } from "./text-order.ts";

test.each([
  { a: "a", b: "b", sign: -1 },
  { a: "a", b: "a", sign: 0 },
  { a: "a", b: "ab", sign: -1 },
  // By UTF-16 units the emoji, which begins with D83D, would stand before U+FF5E.
  { a: "\uff5e", b: "🚀", sign: -1 },
])("$a against $b goes by code points", ({ a, b, sign }) => {
  expect(Math.sign(compareCodePoints(a, b))).toBe(sign);
  expect(Math.sign(compareCodePoints(b, a))).toBe(sign === 0 ? 0 : -sign);
});
