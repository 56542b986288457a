import { expect, test } from "vitest";
import { GatheredView } from "./column-views.ts";

test("a name in few of a block's many rows keeps nothing that grows with the rows", () => {
  const before = process.memoryUsage().arrayBuffers;
  const views = Array.from({ length: 4_000 }, (_, n) => new GatheredView(50_000, n, `v${n}`));
  // A bit a row would be 25 MB, and a block may have a million names.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  expect(views[7]?.value(7)).toBe("v7");
});

test("a gathered name has the values of its rows and of no others", () => {
  const view = new GatheredView(20, 3, "a");
  view.add(8, null);
  view.add(19, 7);
  const values = Array.from({ length: 20 }, (_, row) => view.value(row));
  expect(values.flatMap((value, row) => (value === undefined ? [] : [[row, value]]))).toEqual([
    [3, "a"],
    [8, null],
    [19, 7],
  ]);
  expect([...view.present]).toEqual([0b1000, 0b1, 0b1000]);
});
