/**
 * Compiles a filter into a test of one row of a table.
 * Invariant: cells keep their types; text without a field looks in every column but those of times.
 */
import { invalid } from "../../domain/fault.ts";
import { levelNamed, severityOf } from "../../domain/level.ts";
import type { FieldTest, Filter } from "../../query/ast.ts";
import { severityPasses, timePasses } from "../filter/builtin-test.ts";
import { scalarTest } from "../filter/field-test.ts";
import { type Meter, UNMETERED } from "../filter/meter.ts";
import { testScalar } from "../filter/scalar-test.ts";
import { type Cell, type TableColumn, scalarsOf } from "./cell.ts";

export type RowFilter = (row: readonly Cell[]) => boolean;

/** @param meter told of what may take long. */
export function compileRowFilter(
  filter: Filter,
  columns: readonly TableColumn[],
  meter: Meter = UNMETERED,
): RowFilter {
  switch (filter.kind) {
    case "all":
      return () => true;
    case "and": {
      const parts = filter.parts.map((part) => compileRowFilter(part, columns, meter));
      return (row) => parts.every((part) => part(row));
    }
    case "or": {
      const parts = filter.parts.map((part) => compileRowFilter(part, columns, meter));
      return (row) => parts.some((part) => part(row));
    }
    case "not": {
      const part = compileRowFilter(filter.part, columns, meter);
      return (row) => !part(row);
    }
    case "text": {
      const scalar = scalarTest(filter.test, "text", "", meter);
      const looked = columns.flatMap((column, i) => (column.type === "time" ? [] : [i]));
      return (row) =>
        looked.some((i) => scalarsOf(row[i] ?? null).some((value) => testScalar(scalar, value)));
    }
    case "field": {
      const index = columns.findIndex((column) => column.name === filter.field.name);
      const column = columns[index];
      if (column === undefined)
        throw invalid("query", `The table has no column \`${filter.field.name}\``);
      const passes = cellTest(filter.test, column, meter);
      return (row) => passes(row[index] ?? null);
    }
    default:
      return filter satisfies never;
  }
}

function cellTest(test: FieldTest, column: TableColumn, meter: Meter): (cell: Cell) => boolean {
  if (test.kind === "exists") return (cell) => cell !== null;
  if (column.type === "time")
    return (cell) =>
      scalarsOf(cell).some((value) => typeof value === "bigint" && timePasses(test, value));
  if (column.type === "level") {
    return (cell) =>
      scalarsOf(cell).some((value) => {
        const level = levelNamed(String(value));
        return level !== undefined && severityPasses(test, severityOf(level));
      });
  }
  const scalar = scalarTest(test, "value", column.name, meter);
  return (cell) => scalarsOf(cell).some((value) => testScalar(scalar, value));
}
