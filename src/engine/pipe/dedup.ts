/** `dedup a, b`: the first row of each combination of text forms; missing is a value, a list counts as a whole. */
import type { FieldRef } from "../../query/ast.ts";
import { type Cell, formOf, isListCell } from "./cell.ts";
import { OBJECT_BYTES, textBytes } from "./held.ts";
import { type PipeEnv, type Rows, batchOf, pick, rowCount } from "./rows.ts";

const MAX_KEYS = 1_000_000;

export function dedup(rows: Rows, fields: readonly FieldRef[], env: PipeEnv): Rows {
  const batch = batchOf(rows);
  const cells = fields.map((field) => batch.cells(field));
  const seen = dedupKeys(env);
  const kept: number[] = [];
  for (let row = 0; row < rowCount(rows); row++) {
    if (seen.isNew(cells.map((cell) => cell(row)))) kept.push(row);
  }
  return pick(rows, kept);
}

/** Remembers combinations; beyond a million, or its share of memory, it says so and lets no new one through. */
export function dedupKeys(env: PipeEnv): { isNew(cells: readonly Cell[]): boolean } {
  const seen = new Set<string>();
  let full = false;
  let bytes = 0;
  return {
    isNew: (cells) => {
      const key = JSON.stringify(cells.map(keyOf));
      if (seen.has(key)) return false;
      if (full) return false;
      bytes += OBJECT_BYTES + textBytes(key);
      const spent = env.overfull(bytes);
      if (seen.size >= MAX_KEYS || spent !== undefined) {
        env.partial(spent ?? `dedup keeps at most ${MAX_KEYS} combinations apart`);
        full = true;
        return false;
      }
      seen.add(key);
      return true;
    },
  };
}

function keyOf(cell: Cell): string | null | string[] {
  if (cell === null) return null;
  return isListCell(cell) ? cell.map(formOf) : formOf(cell);
}
