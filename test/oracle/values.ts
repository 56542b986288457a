/**
 * Values and rows as the naive reading of pipes has them, and the order of `sort`.
 * Invariant: shares no code with the engine beyond folding and the reading of literals.
 */
import type { Scalar } from "../../src/domain/entry.ts";
import { foldText } from "../../src/domain/text.ts";
import type { ColumnType, FieldRef, Filter } from "../../src/query/ast.ts";
import { parseNumber } from "../../src/query/literals.ts";
import { pointOrder } from "./filter.ts";

export type OracleCell = Scalar | null | readonly Scalar[];

export interface OracleTable {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly OracleCell[])[];
}

/** One row with what pipes ask of it. */
export interface OracleRow {
  cell(field: FieldRef): OracleCell;
  matches(filter: Filter): boolean;
  /** Sorts rows by their place: entries by id, rows of a table as they stand. */
  readonly place: string;
  readonly nanos: bigint;
}

export const NAMES = ["trace", "debug", "info", "warn", "error", "fatal"];

export function typeOf(field: FieldRef): ColumnType {
  if (field.kind === "column") return field.type;
  return field.kind === "builtin" && (field.name === "time" || field.name === "level")
    ? field.name
    : "value";
}

export function scalars(cell: OracleCell): readonly Scalar[] {
  if (cell === null) return [];
  return typeof cell === "object" ? cell : [cell];
}

/** The numeric view. */
export function viewOf(value: Scalar): number | bigint | undefined {
  if (typeof value === "boolean") return undefined;
  if (typeof value !== "string") return value;
  const literal = parseNumber(value.trim());
  if (literal === null) return undefined;
  return Number.isSafeInteger(literal.value) ? literal.value : (literal.integer ?? literal.value);
}

/** In the order of `sort`: 0 also for values of one view. */
export function compareValues(a: Scalar, b: Scalar, type: ColumnType): number {
  if (type === "level") return NAMES.indexOf(String(a)) - NAMES.indexOf(String(b));
  const kindOf = (value: Scalar): number =>
    viewOf(value) !== undefined ? 0 : typeof value === "string" ? 1 : 2;
  if (kindOf(a) !== kindOf(b)) return kindOf(a) - kindOf(b);
  const [x, y] = kindOf(a) === 1 ? [foldOf(a), foldOf(b)] : [viewOf(a) ?? a, viewOf(b) ?? b];
  if (typeof x === "string" && typeof y === "string")
    return pointOrder(x, y) || pointOrder(String(a), String(b));
  return x < y ? -1 : Number(x > y);
}

function foldOf(value: Scalar): string {
  return foldText(String(value));
}
