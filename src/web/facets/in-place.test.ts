import { expect, test } from "vitest";
import type { Facet } from "./facet-source.ts";
import { inPlace } from "./in-place.ts";

const facet = (field: string, values: Readonly<Record<string, number>>): Facet => ({
  field,
  type: "string",
  entries: 100,
  distinct: 3,
  approximate: false,
  values: Object.entries(values).map(([value, count]) => ({ value, count })),
});

const shown = [facet("host", { a: 9, b: 8, c: 7 }), facet("path", { "/": 5 })];

test("what is listed stays where it is with its new counts, and what is new stands behind it", () => {
  const next = [
    facet("method", { GET: 50 }),
    facet("path", { "/": 6 }),
    facet("host", { c: 30, d: 20, a: 10 }),
  ];
  expect(inPlace(shown, next)).toEqual([
    facet("host", { a: 10, c: 30, d: 20 }),
    facet("path", { "/": 6 }),
    facet("method", { GET: 50 }),
  ]);
});

test("what was never shown stands as it was read", () => {
  expect(inPlace(undefined, shown)).toBe(shown);
});
