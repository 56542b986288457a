/** Exact while small, within their bounds beyond, and the same joined as whole. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Distinct } from "./distinct.ts";
import { Quantiles } from "./quantiles.ts";

test("quantiles are the nearest rank up to ten thousand values", () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 100 }),
      (values, percent) => {
        const [left, right] = [new Quantiles(), new Quantiles()];
        values.forEach((value, i) => (i % 2 === 0 ? left : right).add(value));
        left.absorb(right);
        const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
        expect(left.at(percent)).toBe(values.toSorted((a, b) => a - b)[rank - 1]);
        expect(left.approximate).toBe(false);
      },
    ),
  ));

test("quantiles of many values are within one percent, also joined from parts", () => {
  const values = Array.from({ length: 40_000 }, (_, i) => (i - 10_000) ** 3 / 1e6);
  const parts = Array.from({ length: 4 }, () => new Quantiles());
  values.forEach((value, i) => parts[(i * 7) % 4]?.add(value));
  const [whole = new Quantiles(), ...others] = parts;
  for (const other of others) whole.absorb(other);
  expect(whole.approximate).toBe(true);
  for (const percent of [1, 5, 25, 30, 50, 75, 90, 99, 99.9, 100]) {
    const exact = values[Math.ceil((percent / 100) * values.length) - 1] ?? 0;
    const error = Math.abs((whole.at(percent) ?? 0) - exact);
    expect(error).toBeLessThanOrEqual(Math.abs(exact) * 0.0101);
  }
});

test("distinct texts are counted exactly up to ten thousand, closely beyond", () => {
  for (const count of [10_000, 30_000, 200_000]) {
    const [left, right] = [new Distinct(), new Distinct()];
    for (let i = 0; i < count; i++) {
      left.add(`user-${i}`);
      if (i % 3 === 0) right.add(`user-${i}`);
    }
    left.absorb(right);
    expect(left.approximate).toBe(count > 10_000);
    // Four standard errors.
    expect(Math.abs(left.count() - count)).toBeLessThanOrEqual(
      left.approximate ? count * 0.0325 : 0,
    );
  }
});

test("a text counts as itself whether it comes as a text or as bytes", () => {
  const [texts, bytes] = [new Distinct(), new Distinct()];
  for (let i = 0; i < 30_000; i++) {
    const text = `/orders/${i}${"x".repeat(i % 3)}`;
    texts.add(text);
    const source = new TextEncoder().encode(`--${text}--`);
    bytes.addAscii(source, 2, source.length - 2);
    if (i === 5000 || i === 29_999) expect(bytes.count()).toBe(texts.count());
  }
});
