/**
 * Which columns of a block hold the values of a field.
 * Invariant: an attribute's values stand in the column of its name, and in the maps of lists that columns
 * of its dotted beginnings hold (`items.sku` in `items`).
 */
import type { BlockReader, ColumnView } from "../block/block-reader.ts";

/** A column and the rest of the field's name below it; "" for the column itself. */
export interface FieldColumn {
  readonly column: ColumnView;
  readonly path: string;
}

/** The columns that may hold the attribute `name`. */
export function columnsOf(block: BlockReader, name: string): FieldColumn[] {
  const columns: FieldColumn[] = [];
  const own = block.attribute(name);
  if (own !== undefined) columns.push({ column: own, path: "" });
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const column = dot === 0 ? undefined : block.attribute(name.slice(0, dot));
    if (column !== undefined && mayHoldMaps(column))
      columns.push({ column, path: name.slice(dot + 1) });
  }
  return columns;
}

/** Only these kinds hold lists. */
export function mayHoldMaps(column: ColumnView): boolean {
  return column.kind === "mixed" || column.kind === "dictionary";
}

/** The dotted beginnings of `name`, shortest first, itself excluded. */
export function beginningsOf(name: string): string[] {
  const beginnings: string[] = [];
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    if (dot > 0) beginnings.push(name.slice(0, dot));
  }
  return beginnings;
}
