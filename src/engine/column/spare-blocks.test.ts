/** What waits for the next tick. */
import { expect, test } from "vitest";
import { MiB } from "../../domain/limits.ts";
import { BlockRows } from "./block-rows.ts";
import { SpareBlocks } from "./spare-blocks.ts";

/** A block whose column `at` was once as long as a batch may be, as numbers and as text. */
function longOnce(rows: BlockRows, at: number): BlockRows {
  const cells = new TextEncoder().encode("some value or other");
  const columns = [rows.message, rows.service, rows.host, rows.truncated, rows.rest];
  const column = columns[at] ?? rows.message;
  for (let row = 0; row < 50_000; row++) column.addNumber(row, row);
  column.addText(50_000, cells, 0, cells.length);
  return rows;
}

test("an emptied block is used again", () => {
  const spare = new SpareBlocks();
  const rows = spare.take();
  rows.message.addNumber(0, 1);
  spare.put(rows);
  expect(spare.heldBytes).toBe(rows.heldBytes);
  expect(spare.take()).toBe(rows);
  expect([spare.heldBytes, rows.message.count]).toEqual([0, 0]);
});

test("what blocks have room for is bounded, however long their columns once were, one after the other", () => {
  const spare = new SpareBlocks();
  for (let at = 0; at < 5; at++)
    for (const rows of Array.from({ length: 40 }, () => spare.take()))
      spare.put(longOnce(rows, at));
  expect(spare.heldBytes).toBeGreaterThan(8 * MiB);
  expect(spare.heldBytes).toBeLessThanOrEqual(64 * MiB);
});

test("a block of more than all may hold is not kept", () => {
  const spare = new SpareBlocks();
  const rows = new BlockRows();
  rows.message.addNumber(0, 0);
  rows.message.numbers = new Float64Array(9 * MiB);
  spare.put(rows);
  expect(spare.heldBytes).toBe(0);
  expect(spare.take()).not.toBe(rows);
});
