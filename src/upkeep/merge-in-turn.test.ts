/** Blocks read in turn are merged as if all were there, and few are held at a time. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockMerger, mergeBlocks } from "../engine/block/merge-blocks.ts";
import { openBlock } from "../engine/block/open-block.ts";
import { APP, BUCKET, entriesOf, START_MS } from "../../test/support/upkeep-world.ts";
import { entryRows } from "../../test/support/stored-entries.ts";
import { type MergeSource, mergeInTurn } from "./merge-in-turn.ts";

const LIMITS = { rows: 10, rawBytes: 1 << 20 };

function sourceOf(n: number, rows: number, offsetMs: number): MergeSource {
  const [row] = entryRows(APP, entriesOf(n, rows, START_MS + offsetMs));
  if (row === undefined || row.bucket !== BUCKET) throw new Error("no row");
  return {
    minTimeNanos: row.meta.minTimeNanos,
    open: () => Promise.resolve({ block: openBlock(row.bytes, row.meta.parts) }),
  };
}

test("in turn and at once give the same blocks", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.nat({ max: 60 })), { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      async (given, enough) => {
        const sources = given.map(([rows, offsetMs], n) => sourceOf(n, rows, offsetMs));
        // Dictionaries list values in the order of the inputs.
        const byTime = sources.toSorted((a, b) => Number(a.minTimeNanos - b.minTimeNanos));
        const all = await Promise.all(byTime.map(({ open }) => open()));
        const once = mergeBlocks(
          all.filter((one) => one !== undefined),
          LIMITS,
        );
        const inTurn = await mergeInTurn(sources, new BlockMerger(LIMITS), enough);
        expect(inTurn).toEqual(once);
      },
    ),
  ));

test("rows do not pile up while times move on", async () => {
  const merger = new BlockMerger(LIMITS);
  let most = 0;
  const sources = Array.from({ length: 50 }, (_, n) => sourceOf(n, 10, n * 8)).map((source) => ({
    ...source,
    open: () => {
      most = Math.max(most, merger.waiting);
      return source.open();
    },
  }));
  const blocks = await mergeInTurn(sources, merger, 20);
  expect(blocks?.length).toBe(50);
  expect(most).toBeLessThanOrEqual(30);
});

test("a source that is gone ends the merge", async () => {
  const gone: MergeSource = { minTimeNanos: 0n, open: () => Promise.resolve(undefined) };
  expect(await mergeInTurn([sourceOf(1, 3, 0), gone])).toBeUndefined();
});
