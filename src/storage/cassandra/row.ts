/**
 * Columns of a row, read with their types checked. Invariant: a wrong or missing type is a bug of ours, and throws.
 */
import type cassandra from "cassandra-driver";

export type Row = cassandra.types.Row;

export function textOf(row: Row, column: string): string {
  const value: unknown = row.get(column);
  if (typeof value === "string") return value;
  throw new TypeError(`column ${column} is not text`);
}

/** An int, or a bigint within what a number holds exactly. */
export function intOf(row: Row, column: string): number {
  const value: unknown = row.get(column);
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  throw new TypeError(`column ${column} is not an integer`);
}

export function bigOf(row: Row, column: string): bigint {
  const value: unknown = row.get(column);
  if (typeof value === "bigint") return value;
  throw new TypeError(`column ${column} is not a bigint`);
}

/** @returns a copy that the caller owns: small values of the driver share their memory. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const value: unknown = row.get(column);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw new TypeError(`column ${column} is not bytes`);
}

/** @returns whether the column has a value. */
export function hasValue(row: Row, column: string): boolean {
  const value: unknown = row.get(column);
  return value !== null && value !== undefined;
}
