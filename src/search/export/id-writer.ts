/** Writes the ids of entries: `ns.batch.index`. */
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import type { RowWriter } from "./column-json.ts";
import type { LineBytes } from "./line-bytes.ts";
import { nanosWriter } from "./time-text.ts";

const NOTHING = utf8Bytes("");

export function idWriter(block: BlockReader, out: LineBytes): RowWriter {
  const { timeMs, timeRemNanos, batches, batchOf, indexInBatch } = block;
  const writeNanos = nanosWriter(out);
  const names = batches.map((batch) => utf8Bytes(`.${batch}.`));
  return (row) => {
    writeNanos(timeMs[row] as number, timeRemNanos[row] as number);
    out.raw(names[batchOf[row] as number] ?? NOTHING);
    out.digits(indexInBatch[row] as number, 1);
  };
}
