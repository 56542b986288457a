/** Writes the ids of entries: `ns.batch.index`. */
import type { BlockReader } from "../../engine/block/block-reader.ts";
import type { RowWriter } from "./column-json.ts";
import type { LineBytes } from "./line-bytes.ts";
import { NO_PIECE, pieceOf } from "./line-piece.ts";
import { nanosWriter } from "./time-text.ts";

export function idWriter(block: BlockReader, out: LineBytes): RowWriter {
  const { timeMs, timeRemNanos, batches, batchOf, indexInBatch } = block;
  const writeNanos = nanosWriter(out);
  const names = batches.map((batch) => pieceOf(`.${batch}.`));
  return (row) => {
    writeNanos(timeMs[row] as number, timeRemNanos[row] as number);
    out.piece(names[batchOf[row] as number] ?? NO_PIECE);
    out.digits(indexInBatch[row] as number);
  };
}
