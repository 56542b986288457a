/**
 * Rows under headings.
 * Invariant: columns are as wide as their widest cell, numbers end at the same place, cells are one line each.
 */
import { oneLine } from "./terminal-text.ts";

/** @returns lines that each end in a line break. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const texts = [headings, ...rows.map((row) => headings.map((_, i) => cellText(row[i])))].map(
    (row) => row.map(oneLine),
  );
  const numeric = headings.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i])));
  const widths = headings.map((_, i) => Math.max(...texts.map((row) => row[i]?.length ?? 0)));
  return texts
    .map((row) =>
      row
        .map((cell, i) =>
          numeric[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function isNumber(cell: unknown): boolean {
  return (
    cell === null || cell === undefined || typeof cell === "number" || typeof cell === "bigint"
  );
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "-";
  return typeof cell === "string"
    ? cell
    : typeof cell === "bigint"
      ? String(cell)
      : JSON.stringify(cell);
}
