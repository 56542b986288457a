/**
 * Gives rows of a batch to the accumulators of some functions.
 * Invariant: a function gets what its field is in the row, null for missing; one that takes texts by their bytes gets
 * the same texts, none of them made.
 */
import type { Aggregate } from "../../query/ast.ts";
import { hasRow } from "../block/column-views.ts";
import { type Accumulator, inputOf } from "./accumulator.ts";
import type { RowBatch } from "./row-batch.ts";

/** @param accumulators one a function, in their order. @param row of the batch. */
export type Feed = (accumulators: readonly Accumulator[], row: number) => void;

export function feedOf(aggregates: readonly Aggregate[], batch: RowBatch): Feed {
  const inputs = aggregates.map((aggregate) => inputOf(aggregate, batch));
  const texts = aggregates.map((aggregate) => textsOf(aggregate, batch));
  return (accumulators, row) => {
    for (let i = 0; i < inputs.length; i++) {
      const own = texts[i];
      if (own === undefined) accumulators[i]?.add(inputs[i]?.(row) ?? null, batch, row);
      else own(accumulators[i], row);
    }
  };
}

/** For a function that takes texts by their bytes, over a column of texts of ASCII. */
function textsOf(
  { fn, field }: Aggregate,
  batch: RowBatch,
): ((accumulator: Accumulator | undefined, row: number) => void) | undefined {
  if (fn !== "uniq") return undefined;
  const plain = batch.plainColumn?.(field);
  if (plain?.column.kind !== "text" || !plain.column.ascii) return undefined;
  const { bytes, starts, present } = plain.column;
  const { rows, emptyIsMissing } = plain;
  return (accumulator, at) => {
    const row = rows[at] as number;
    const start = starts[row] as number;
    const end = (starts[row + 1] as number) - 1;
    if (hasRow(present, row) && (end > start || !emptyIsMissing))
      accumulator?.addAscii?.(bytes, start, end);
  };
}
