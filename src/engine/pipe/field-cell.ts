/**
 * The value of a field as a cell: of an entry, or of the rows of a block.
 * Invariants: a scalar stays one, a list is a list of scalars, and what counts as missing is null; a field over maps
 * in a list has the values of all of them, after those of its own name. Which entries share a block changes nothing: values
 * of several attributes come in the order of their names.
 */
import { type AttributeValue, type Entry, type Scalar, entryIdText } from "../../domain/entry.ts";
import { invalid } from "../../domain/fault.ts";
import { levelOf } from "../../domain/level.ts";
import { compareCodePoints } from "../../domain/text-order.ts";
import type { BuiltinName, ColumnType, FieldRef } from "../../query/ast.ts";
import type { BlockReader, ColumnView } from "../block/block-reader.ts";
import { idTextAt, nanosAt } from "../filter/builtin-test.ts";
import { builtinText } from "../filter/entry-filter.ts";
import { columnsOf } from "../filter/field-columns.ts";
import { shapeOf } from "../filter/pattern-shape.ts";
import { someScalar, someScalarBelow } from "../filter/scalar-test.ts";
import { type Cell, flatten } from "./cell.ts";

/** How the values of a field compare in later pipes. */
export function typeOfField(field: FieldRef): ColumnType {
  if (field.kind === "column") return field.type;
  if (field.kind === "builtin" && (field.name === "time" || field.name === "level"))
    return field.name;
  return "value";
}

export function cellOfEntry(entry: Entry, field: FieldRef): Cell {
  switch (field.kind) {
    case "builtin":
      return builtinCell(entry, field.name);
    case "attribute":
      return attributeCell(entry, field.name);
    case "below":
      return belowCell(entry, field.name);
    case "column":
      throw invalid("query", `${field.name} is a column of a table, not a field of entries`);
    default:
      return field satisfies never;
  }
}

function builtinCell(entry: Entry, name: BuiltinName): Cell {
  switch (name) {
    case "time":
      return entry.timeNanos;
    case "level":
      return levelOf(entry.severity);
    case "message":
      return entry.message;
    case "id":
      return entryIdText(entry.id);
    case "pattern":
      return shapeOf(entry.message);
    default:
      return builtinText(entry, name) || null;
  }
}

function attributeCell(entry: Entry, name: string): Cell {
  const held: Scalar[] = [];
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const value = dot === 0 ? undefined : entry.attributes.get(name.slice(0, dot));
    if (value !== undefined) collect(value, name.slice(dot + 1), held);
  }
  return joined(entry.attributes.get(name), held);
}

function belowCell(entry: Entry, name: string): Cell {
  const held: Scalar[] = [];
  const take = (value: Scalar): boolean => {
    held.push(value);
    return false;
  };
  const near = [...entry.attributes.keys()].filter(
    (own) => own === name || own.startsWith(`${name}.`) || name.startsWith(`${own}.`),
  );
  for (const own of near.toSorted(compareCodePoints)) {
    const value = entry.attributes.get(own) ?? null;
    if (own.startsWith(`${name}.`)) held.push(...flatten(value));
    someScalarBelow(value, own.length < name.length ? name.slice(own.length + 1) : "", own, take);
  }
  return held.length > 1 ? held : (held[0] ?? null);
}

function collect(value: AttributeValue, path: string, into: Scalar[]): void {
  someScalar(value, path, (scalar) => {
    into.push(scalar);
    return false;
  });
}

function joined(own: AttributeValue | undefined, held: readonly Scalar[]): Cell {
  if (held.length === 0) {
    if (own === undefined || own === null) return null;
    if (typeof own !== "object") return own;
    const items = flatten(own);
    return items.length === 0 ? null : items;
  }
  return own === undefined ? held : [...flatten(own), ...held];
}

/** @returns the cell of each row of the block. */
export function cellsOfBlock(block: BlockReader, field: FieldRef): (row: number) => Cell {
  switch (field.kind) {
    case "builtin":
      return builtinCells(block, field.name);
    case "attribute": {
      const columns = columnsOf(block, field.name);
      const [first] = columns;
      if (first === undefined) return () => null;
      if (columns.length === 1 && first.path === "") return plainCells(first.column);
      return (row) => {
        const held: Scalar[] = [];
        let own: AttributeValue | undefined;
        for (const { column, path } of columns) {
          const value = column.value(row);
          if (path === "") own = value;
          else if (value !== undefined) collect(value, path, held);
        }
        return joined(own, held);
      };
    }
    case "below":
      return (row) => cellOfEntry(block.entry(row), field);
    case "column":
      throw invalid("query", `${field.name} is a column of a table, not a field of entries`);
    default:
      return field satisfies never;
  }
}

/** @returns the column whose values are the field's, when there is one and no other has any of them. */
export function plainColumnOf(
  block: BlockReader,
  field: FieldRef,
): { readonly column: ColumnView; readonly emptyIsMissing: boolean } | undefined {
  if (field.kind === "attribute") {
    const [first, second] = columnsOf(block, field.name);
    return first === undefined || second !== undefined || first.path !== ""
      ? undefined
      : { column: first.column, emptyIsMissing: false };
  }
  if (field.kind !== "builtin") return undefined;
  switch (field.name) {
    case "message":
      return { column: block.builtin("message"), emptyIsMissing: false };
    case "service":
    case "host":
    case "trace_id":
    case "span_id":
      return { column: block.builtin(field.name), emptyIsMissing: true };
    default:
      return undefined;
  }
}

function plainCells(column: ColumnView): (row: number) => Cell {
  if (column.kind !== "dictionary") return (row) => joined(column.value(row), []);
  const cells = column.values.map((value) => joined(value, []));
  const { codes, present } = column;
  return (row) => {
    if (present !== undefined && (((present[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) return null;
    return cells[codes[row] ?? 0] ?? null;
  };
}

function builtinCells(block: BlockReader, name: BuiltinName): (row: number) => Cell {
  switch (name) {
    case "time":
      return (row) => nanosAt(block, row);
    case "level":
      return (row) => levelOf(block.severities[row] ?? 0);
    case "id":
      return (row) => idTextAt(block, row);
    case "message": {
      const column = block.builtin("message");
      return (row) => textCell(column.value(row));
    }
    case "pattern": {
      const column = block.builtin("message");
      return (row) => shapeOf(textCell(column.value(row)));
    }
    default: {
      const cells = plainCells(block.builtin(name));
      return (row) => {
        const cell = cells(row);
        return cell === "" ? null : cell;
      };
    }
  }
}

function textCell(value: AttributeValue | undefined): string {
  return typeof value === "string" ? value : "";
}
