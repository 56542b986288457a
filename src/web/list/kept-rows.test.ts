import fc from "fast-check";
import { expect, test } from "vitest";
import { keptRows } from "./kept-rows.ts";

const rowsOf = (ids: readonly number[]): { id: string }[] => ids.map((id) => ({ id: `${id}` }));
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

test.each([
  { name: "nothing", before: [], now: [], want: [0, 0, 0] },
  { name: "first rows", before: [], now: [1, 2], want: [0, 0, 0] },
  { name: "the same", before: [1, 2, 3], now: [1, 2, 3], want: [0, 3, 0] },
  { name: "more at the end", before: [1, 2], now: [1, 2, 3], want: [0, 2, 0] },
  { name: "more before", before: [3, 4], now: [1, 2, 3, 4], want: [0, 2, 2] },
  { name: "more before, less behind", before: [3, 4, 5], now: [1, 3, 4], want: [0, 2, 1] },
  { name: "one that came late", before: [1, 5, 6, 7], now: [0, 1, 2, 5, 6, 7], want: [1, 4, 3] },
  { name: "one near the end", before: [1, 2, 3, 9], now: [1, 2, 3, 5, 9], want: [0, 3, 0] },
  { name: "all others", before: [1, 2], now: [3, 4], want: [0, 0, 0] },
])("$name: what is kept is found", ({ before, now, want: [from, to, at] }) => {
  expect(keptRows(rowsOf(before), rowsOf(now))).toEqual({ from, to, at });
});

test("what is said to be kept is the same in both, whatever came and went", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(200)),
      fc.uniqueArray(fc.nat(200)),
      fc.nat(20),
      fc.nat(20),
      (some, more, first, last) => {
        const before = some.toSorted((a, b) => a - b);
        const left = before.slice(first, Math.max(first, before.length - last));
        const now = [...new Set([...left, ...more])].toSorted((a, b) => a - b);
        // What was let go comes again by a read of its own.
        fc.pre(now.every((id) => left.includes(id) || !before.includes(id)));
        const { from, to, at } = keptRows(rowsOf(before), rowsOf(now));
        expect(now.slice(at, at + to - from)).toEqual(before.slice(from, to));
      },
    ),
  );
});

test("of a hundred thousand rows as many are looked at as came", () => {
  let looks = 0;
  const counted = (rows: { id: string }[]): { id: string }[] =>
    new Proxy(rows, {
      get(of, name, self: unknown) {
        if (typeof name === "string" && /^\d+$/.test(name)) looks++;
        return Reflect.get(of, name, self) as unknown;
      },
    });
  const before = counted(rowsOf(numbers(0, 100_000)));
  const now = counted(rowsOf([...numbers(-50, 3), 2.5, ...numbers(3, 99_950)]));
  expect(keptRows(before, now)).toEqual({ from: 3, to: 99_950, at: 54 });
  expect(looks).toBeLessThan(600);
});
