import { expect, test } from "vitest";
import { LIMITS } from "../../domain/limits.ts";
import { utf8Bytes } from "./bytes.ts";
import { NameTable } from "./name-table.ts";
import { RowCells } from "./row-cells.ts";

function cellsOf(add: (cells: RowCells, table: NameTable) => void): RowCells {
  const table = new NameTable();
  const cells = new RowCells(table);
  cells.clear();
  add(cells, table);
  cells.settle();
  return cells;
}

test("values of a name that is sent again and again are one list, in time in proportion", () => {
  const count = 300_000;
  const cells = cellsOf((to, table) => {
    for (let i = 0; i < count; i++) to.addNumber(table.nameOfText("a"), i % 5000);
  });
  expect(cells.count).toBe(1);
  expect(cells.valueAt(0)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});

test("there is one zero", () => {
  const cells = cellsOf((to, table) => {
    to.addNumber(table.nameOfText("a"), -0);
    to.addNumber(table.nameOfText("b"), -0.5);
  });
  expect([cells.valueAt(0), cells.valueAt(1)]).toEqual([0, -0.5]);
});

test("a list that grows beyond a value's limit is cut and named, whatever follows", () => {
  const cells = cellsOf((to, table) => {
    for (let i = 0; i < 300_000; i++) to.addNumber(table.nameOfText("a"), i);
  });
  const value = cells.valueAt(0) as string;
  expect(value).toMatch(/^\[0,1,2,.*\d$/);
  expect(value).toHaveLength(LIMITS.attributeValueBytes);
  expect([...cells.truncated]).toEqual(["a"]);
});

test.each([
  { sent: ["1", "1"], want: 1 },
  { sent: ["[1]", "1"], want: [1] },
  { sent: ["1", "[1,2]", "3", "2"], want: [1, 2, 3] },
  { sent: ["null", "null"], want: null },
  { sent: ["{}", "null"], want: [{}, null] },
])("$sent under one name are $want", ({ sent, want }) => {
  const cells = cellsOf((to, table) => {
    for (const text of sent) {
      const bytes = utf8Bytes(text);
      to.addJson(table.nameOfText("a"), bytes, 0, bytes.length);
    }
  });
  expect(cells.valueAt(0)).toEqual(want);
});

test("the flatter spelling's values stand first, whenever they came", () => {
  const cells = cellsOf((to, table) => {
    const [a, b, bc, ab, abc] = ["a", "b", "b.c", "a.b", "a.b.c"].map((text) =>
      table.nameOfText(text),
    );
    if (a === undefined || b === undefined || bc === undefined || ab === undefined) return;
    to.addNumber(table.join(table.join(a, b), table.nameOfText("c")), 1);
    to.addNumber(table.join(a, bc), 2);
    to.addNumber(table.join(ab, table.nameOfText("c")), 3);
    if (abc !== undefined) to.addNumber(abc, 4);
  });
  expect(cells.valueAt(0)).toEqual([4, 2, 1, 3]);
});

test("names that are cut are named in time in proportion, up to those that are kept", () => {
  const cells = cellsOf((to, table) => {
    const parent = table.nameOfText("p".repeat(249));
    for (let i = 0; i < 100_000; i++)
      to.addNumber(table.join(parent, table.nameOfText(`${String(i).padStart(6, "0")}x`)), i);
  });
  expect(cells.count).toBe(LIMITS.attributesPerEntry);
  expect(cells.truncated.size).toBe(LIMITS.attributesPerEntry + 1);
  expect(cells.truncated).toContain("attributes");
});
