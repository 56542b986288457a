/**
 * `sort a desc, b`: missing last both ways, stable; a list goes by its first value, `time` of entries by their
 * whole order, `level` by severity.
 */
import type { SortKey } from "../../query/ast.ts";
import { type Cell, compareScalars, scalarsOf } from "./cell.ts";
import { typeOfField } from "./field-cell.ts";
import { comparePlaces } from "./row-batch.ts";
import { type PipeEnv, type Rows, batchOf, pick, rowCount } from "./rows.ts";

export const MAX_SORTED = 100_000;

export function sort(rows: Rows, keys: readonly SortKey[], env: PipeEnv): Rows {
  let count = rowCount(rows);
  if (count > MAX_SORTED) {
    env.partial(`sort takes the first ${MAX_SORTED} rows`);
    count = MAX_SORTED;
  }
  const batch = batchOf(rows);
  const compares = keys.map((key): ((a: number, b: number) => number) => {
    const sign = key.descending ? -1 : 1;
    if (rows.kind === "entries" && key.field.kind === "builtin") {
      if (key.field.name === "time") {
        const places = Array.from({ length: count }, (_, row) => batch.place(row));
        return (a, b) => {
          const [x, y] = [places[a], places[b]];
          return x === undefined || y === undefined ? 0 : sign * comparePlaces(x, y);
        };
      }
      if (key.field.name === "level") {
        const { entries } = rows;
        return (a, b) => sign * ((entries[a]?.severity ?? 0) - (entries[b]?.severity ?? 0));
      }
    }
    const type = typeOfField(key.field);
    const cellOf = batch.cells(key.field);
    const cells = Array.from({ length: count }, (_, row) => firstOf(cellOf(row)));
    return (a, b) => {
      const [x, y] = [cells[a] ?? null, cells[b] ?? null];
      if (x === null || y === null) return Number(x === null) - Number(y === null);
      return sign * compareScalars(x, y, type);
    };
  });
  const order = Array.from({ length: count }, (_, row) => row);
  order.sort((a, b) => {
    for (const compare of compares) {
      const sign = compare(a, b);
      if (sign !== 0) return sign;
    }
    return a - b;
  });
  return pick(rows, order);
}

function firstOf(cell: Cell): ReturnType<typeof scalarsOf>[number] | null {
  return scalarsOf(cell)[0] ?? null;
}
