/** `where f`: rows that match; order kept. */
import type { Filter } from "../../query/ast.ts";
import { type PipeEnv, type Rows, batchOf, pick, rowCount } from "./rows.ts";
import { unlessTooMuch } from "./too-much.ts";

export function where(rows: Rows, filter: Filter, env: PipeEnv): Rows {
  const passes = unlessTooMuch(batchOf(rows).matches(filter), env);
  const kept: number[] = [];
  for (let row = 0; row < rowCount(rows); row++) if (passes(row)) kept.push(row);
  return pick(rows, kept);
}
