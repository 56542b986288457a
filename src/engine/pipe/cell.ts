/**
 * What stands in a row of a table, and how values are ordered and shown.
 * Invariant: one order for `sort`, keys of groups, `min` and `max`: numeric views, then texts (folded, then as
 * they are), then booleans; levels by severity and times by instant where a column is of that type.
 */
import type { AttributeValue, Scalar } from "../../domain/entry.ts";
import { LEVELS } from "../../domain/level.ts";
import { compareCodePoints } from "../../domain/text-order.ts";
import { foldText } from "../../domain/text.ts";
import type { ColumnType } from "../../query/ast.ts";
import { parseNumber } from "../../query/literals.ts";

/**
 * null is missing; a list holds scalars. In a column of type `time` the bigints are nanoseconds since 1970, in one of
 * type `level` the texts are names of levels.
 */
export type Cell = Scalar | null | readonly Scalar[];

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Some of its cells are estimates. */
  readonly approximate: boolean;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The text form of a scalar. */
export function formOf(value: Scalar): string {
  return typeof value === "string" ? value : String(value);
}

/** The scalars of a cell. */
export function scalarsOf(cell: Cell): readonly Scalar[] {
  if (cell === null) return [];
  return isListCell(cell) ? cell : [cell];
}

export function isListCell(cell: Cell): cell is readonly Scalar[] {
  return Array.isArray(cell);
}

/** A number, or a text that, trimmed, is a number literal; undefined for all else. */
export function numericView(value: Scalar): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  // Most texts are no numbers, and their first character says so.
  if (typeof value === "boolean" || !/^\s*[-.\d]/.test(value)) return undefined;
  const literal = parseNumber(value.trim());
  if (literal === null) return undefined;
  return Number.isSafeInteger(literal.value) ? literal.value : (literal.integer ?? literal.value);
}

/** @returns below, at or above zero; at zero also for values of one view (`5` and `"5.0"`). */
export function compareScalars(a: Scalar, b: Scalar, type: ColumnType): number {
  if (type === "level") return levelRank(a) - levelRank(b);
  const x = numericView(a);
  const y = numericView(b);
  if (x !== undefined && y !== undefined) return compareNumbers(x, y);
  if (x !== undefined) return -1;
  if (y !== undefined) return 1;
  if (typeof a === "string" && typeof b === "string")
    return compareCodePoints(foldText(a), foldText(b)) || compareCodePoints(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return typeof a === "string" ? -1 : 1;
}

/** As compareScalars, made total: values of one view by their text forms. */
export function compareTotally(a: Scalar, b: Scalar, type: ColumnType): number {
  return compareScalars(a, b, type) || compareCodePoints(formOf(a), formOf(b));
}

export function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function levelRank(value: Scalar): number {
  return LEVELS.findIndex((level) => level === value);
}

/** Of two values with one text form the one to show: `500` before `"500"`. */
export function preferred(a: Scalar, b: Scalar): Scalar {
  return typeof a === "string" && typeof b !== "string" ? b : a;
}

/** @returns the scalars of a value, maps in lists left out. */
export function flatten(value: AttributeValue): Scalar[] {
  if (value === null) return [];
  if (typeof value !== "object") return [value];
  return isList(value) ? value.flatMap(flatten) : [];
}

function isList(value: object): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
