/** `where f`: rows that match; order kept. */
import type { Filter } from "../../query/ast.ts";
import type { RowBatch } from "./row-batch.ts";
import { type Rows, pick } from "./rows.ts";

/** @param batch of these rows. */
export function where(rows: Rows, filter: Filter, batch: RowBatch): Rows {
  const passes = batch.matches(filter);
  const kept: number[] = [];
  for (let row = 0; row < batch.length; row++) if (passes(row)) kept.push(row);
  return pick(rows, kept);
}
