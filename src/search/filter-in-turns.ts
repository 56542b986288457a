/**
 * Filters a block with turns for others in between.
 * Invariant: the rows are those of one go. Where a go takes long the rows are filtered in parts, and what a part had found out
 * of a column's values stays found out; so a query holds its thread for about one go, for one row up to eight times as long, and
 * for what one call of the regex engine takes beyond that.
 */
import { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import type { BlockFilter } from "../engine/filter/block-filter.ts";
import { BlockScan } from "../engine/filter/block-scan.ts";
import { GO_MS, ROW_MS, type Spending, isGoOver } from "./spending.ts";

/** Of the rows, at first: small enough for a column to be read row by row, not searched as a whole each time. */
const FIRST_PARTS = 32;

/** Throws what the filter throws, `tooMuchWork` when it takes too long. */
export async function filterInTurns(
  block: BlockReader,
  filter: BlockFilter,
  within: Bitmap,
  spending: Spending,
): Promise<{ readonly scan: BlockScan; readonly rows: Bitmap }> {
  const hold = spending.hold();
  const scan = new BlockScan(block, hold.look);
  const inOneGo = hold.go(GO_MS, () => filter(scan, within));
  if (!isGoOver(inOneGo)) return { scan, rows: inOneGo };

  const left = within.rows();
  const found = Bitmap.none(within.size);
  let size = Math.ceil(left.length / FIRST_PARTS);
  let goMs = GO_MS;
  for (let at = 0; at < left.length;) {
    await spending.yield();
    const part = Bitmap.none(within.size);
    for (const row of left.subarray(at, at + size)) part.add(row);
    const passing = hold.go(goMs, () => filter(scan, part));
    if (!isGoOver(passing)) {
      found.or(passing);
      at += size;
      if (hold.lastMs < GO_MS / 4) size *= 2;
      goMs = GO_MS;
    } else if (size > 1) size = Math.ceil(size / 4);
    else {
      // What it finds of dictionaries may let it through a next go, until the block has had its time.
      goMs = Math.min(2 * goMs, ROW_MS);
    }
  }
  return { scan, rows: found };
}
