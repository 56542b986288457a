/** Values of a field where there are more than are kept. */
import { expect, test } from "vitest";
import { entryBlock } from "../../../test/support/entry-block.ts";
import { entryWith } from "../../../test/support/entry-with.ts";
import { parseBatchId } from "../../domain/ids.ts";
import type { FieldRef } from "../../query/ast.ts";
import { BlockScan } from "../filter/block-scan.ts";
import { blockBatch } from "../pipe/row-batch.ts";
import { ValueCounts } from "./value-counts.ts";

const FIELD: FieldRef = { kind: "attribute", name: "user", at: { start: 0, end: 0 } };
const BLOCKS = 8;
const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");

/** A block of 2,000 rows: every tenth is one of ten frequent users, the others come once. */
function addBlock(counts: ValueCounts, block: number, padding = ""): void {
  const entries = Array.from({ length: 2000 }, (_, i) => {
    const n = block * 2000 + i;
    const user = i % 10 === 0 ? `often-${(i / 10) % 10}` : `once-${n}${padding}`;
    return entryWith(
      { timeNanos: BigInt(n), batch: BATCH, index: n },
      { attributes: new Map([["user", user]]) },
    );
  });
  const opened = entryBlock(entries);
  const rows = Uint32Array.from({ length: opened.rows }, (_, row) => row);
  counts.add(blockBatch(new BlockScan(opened), rows));
}

const OFTEN = Array.from({ length: 10 }, (_, n) => ({ value: `often-${n}`, count: 20 * BLOCKS }));

test.each([
  { full: "of values", room: { values: 3000, bytes: 100_000_000 }, padding: "" },
  { full: "of bytes", room: { values: 1_000_000, bytes: 1_000_000 }, padding: "x".repeat(200) },
])("keeps what is frequent when it is full $full", ({ room, padding }) => {
  const counts = new ValueCounts(FIELD);
  for (let block = 0; block < BLOCKS; block++) {
    addBlock(counts, block, padding);
    if (counts.isFull(room)) counts.thin(room);
    expect(counts.isFull(room)).toBe(false);
  }
  expect(counts.approximate).toBe(true);
  expect(counts.present).toBe(2000 * BLOCKS);
  expect(counts.kind()).toBe("text");
  expect(counts.top(10)).toEqual(OFTEN);
  const distinct = 1800 * BLOCKS + 10;
  expect(Math.abs(counts.distinct() - distinct)).toBeLessThan(distinct * 0.03);
});

test("parts that were thinned are joined", () => {
  const room = { values: 2000, bytes: 100_000_000 };
  const total = new ValueCounts(FIELD);
  for (let part = 0; part < 4; part++) {
    const counts = new ValueCounts(FIELD);
    for (let block = 0; block < BLOCKS / 4; block++) {
      addBlock(counts, (part * BLOCKS) / 4 + block);
      if (part !== 2 && counts.isFull(room)) counts.thin(room);
    }
    total.absorb(counts);
    if (total.isFull(room)) total.thin(room);
  }
  expect(total.top(10)).toEqual(OFTEN);
  expect(total.present).toBe(2000 * BLOCKS);
  const distinct = 1800 * BLOCKS + 10;
  expect(Math.abs(total.distinct() - distinct)).toBeLessThan(distinct * 0.03);
});
