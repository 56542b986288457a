/** `limit n offset m`: the first n rows after m. A limit that is met is not partial. */
import { type Rows, pick, rowCount } from "./rows.ts";

export function limit(rows: Rows, count: number, offset: number): Rows {
  const end = Math.min(rowCount(rows), offset + count);
  const kept: number[] = [];
  for (let row = offset; row < end; row++) kept.push(row);
  return pick(rows, kept);
}
