/** Counting by shape where there are more shapes than are told apart. */
import { expect, test } from "vitest";
import { parseBatchId } from "../../domain/ids.ts";
import { entryWith } from "../../../test/support/entry-with.ts";
import { entryBatch } from "./row-batch.ts";
import { MAX_SHAPES, ShapeCounts } from "./shape-counts.ts";

const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");
const ENTRIES = MAX_SHAPES + 2_500;

/** A word of letters alone, another one for each number. */
function word(n: number): string {
  return n
    .toString(26)
    .replaceAll(/./g, (digit) => String.fromCharCode(0x61 + Number.parseInt(digit, 26)));
}

function entries(message: (n: number) => string) {
  return Array.from({ length: ENTRIES }, (_, n) =>
    entryWith({ timeNanos: BigInt(n), batch: BATCH, index: n }, { message: message(n) }),
  );
}

test("similar shapes are joined when there are too many, and every entry stays counted", () => {
  const counts = new ShapeCounts("join");
  counts.add(entryBatch(entries((n) => `job ${word(n)} was done`)));
  expect([counts.total, counts.left, counts.approximate]).toEqual([ENTRIES, 0, true]);
  const shapes = counts.shapes();
  expect(shapes.length).toBeLessThanOrEqual(MAX_SHAPES);
  const [joined] = shapes.toSorted((a, b) => b.count - a.count);
  expect(joined).toMatchObject({ text: "job <*> was done", count: MAX_SHAPES, first: 0n });
});

test("of shapes that nothing joins the rarest are no longer told apart", () => {
  const counts = new ShapeCounts("join");
  const other = new ShapeCounts("join");
  counts.add(entryBatch(entries(word)));
  other.add(entryBatch(entries(word)));
  expect([counts.total, counts.approximate]).toEqual([ENTRIES, true]);
  counts.absorb(other);
  expect(counts.total).toBe(2 * ENTRIES);
  const shapes = counts.shapes();
  expect(shapes.length).toBeLessThanOrEqual(MAX_SHAPES);
  expect(counts.left).toBe(2 * ENTRIES - shapes.reduce((sum, { count }) => sum + count, 0));
});

test("a pipe leaves further shapes out, and says so", () => {
  const said = new Set<string>();
  const counts = new ShapeCounts((reason) => said.add(reason));
  counts.add(entryBatch(entries(word)));
  expect(counts.shapes()).toHaveLength(MAX_SHAPES);
  expect([counts.left, counts.approximate]).toEqual([ENTRIES - MAX_SHAPES, false]);
  expect([...said]).toEqual(["patterns tells at most 10000 shapes apart"]);
});
