import { expect, test } from "vitest";
import { utf8Text } from "./bytes.ts";
import { NameTable } from "./name-table.ts";

test("names that collide in the table are each their own, found again, and take time in proportion", () => {
  const table = new NameTable();
  // The hash reads the first and the last 16 bytes: these differ between them only.
  const nameOf = (i: number): string =>
    `${"a".repeat(16)}${String(i).padStart(8, "0")}${"a".repeat(16)}`;
  const count = 100_000;
  const handles = Array.from({ length: count }, (_, i) => table.nameOfText(nameOf(i)));
  expect(new Set(handles).size).toBe(count);
  for (const i of [0, 1, 63, 64, 65, 99_999, count - 1]) {
    expect(table.nameOfText(nameOf(i))).toBe(handles[i]);
    expect(utf8Text(table.bytesOf(table.nameOfText(nameOf(i))))).toBe(nameOf(i));
  }
});
