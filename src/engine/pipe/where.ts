/** `where f`: rows that match; order kept. */
import type { Filter } from "../../query/ast.ts";
import { type Rows, batchOf, pick, rowCount } from "./rows.ts";

export function where(rows: Rows, filter: Filter): Rows {
  const passes = batchOf(rows).matches(filter);
  const kept: number[] = [];
  for (let row = 0; row < rowCount(rows); row++) if (passes(row)) kept.push(row);
  return pick(rows, kept);
}
