/**
 * Tests the values of one column into a set of rows.
 * Invariant: exactly the rows of `within` whose value passes are added; a dictionary's values are tested
 * once each, and a text column is searched as a whole for the needle before any row is cut out.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import type {
  ColumnView,
  DictionaryColumn,
  NumberColumn,
  TextColumn,
} from "../block/block-reader.ts";
import type { Bitmap } from "../bitmap.ts";
import { type BlockScan, holdsForeignAscii, sizeOf, textOf } from "./block-scan.ts";
import type { ScalarTest } from "./scalar-test.ts";

/** Decides about a whole value: lists and maps are its matter. */
type ValueAccept = (value: AttributeValue) => boolean;

export interface ColumnTest {
  /** Whose test it is: of a column the same object always asks the same. */
  readonly of: object;
  /** Decides about values of dictionaries and mixed columns. */
  readonly accept: ValueAccept;
  /** Decides about plain texts and numbers; null when they cannot pass (a path into maps). */
  readonly test: ScalarTest | null;
}

/** Adds to `out` the rows of `within` that pass. */
export function testColumn(
  scan: BlockScan,
  column: ColumnView,
  own: ColumnTest,
  within: Bitmap,
  out: Bitmap,
): void {
  const { accept, test } = own;
  switch (column.kind) {
    case "dictionary":
      testDictionary(scan, column, own, within, out);
      return;
    case "numbers":
      if (test !== null) testNumbers(scan, column, test, within, out);
      return;
    case "text":
      if (test !== null) testTexts(scan, column, test, within, out);
      return;
    case "mixed":
      scan
        .presentRows(column)
        .clone()
        .and(within)
        .andNot(out)
        .forEach((row) => {
          const value = column.value(row);
          if (value === undefined) return;
          scan.work(sizeOf(value));
          if (accept(value)) out.add(row);
        });
      return;
    default:
      column satisfies never;
  }
}

function testDictionary(
  scan: BlockScan,
  column: DictionaryColumn,
  { of, accept }: ColumnTest,
  within: Bitmap,
  out: Bitmap,
): void {
  const passing = scan.passing(column, of, accept);
  if (!passing.includes(true)) return;
  const rows = scan.presentRows(column).clone().and(within);
  if (!passing.includes(false)) {
    out.or(rows);
    return;
  }
  const { codes } = column;
  rows.forEach((row) => {
    if (passing[codes[row] ?? 0] === true) out.add(row);
  });
}

function testNumbers(
  scan: BlockScan,
  column: NumberColumn,
  test: ScalarTest,
  within: Bitmap,
  out: Bitmap,
): void {
  const { numbers } = column;
  scan
    .presentRows(column)
    .clone()
    .and(within)
    .forEach((row) => {
      if (test.number(numbers[row] ?? 0)) out.add(row);
    });
}

/** Below this share of rows left, cutting each row out is cheaper than folding the column. */
const SPARSE = 1 / 16;
const ASCII_RUNS = /[\x00-\x7f]+/g;

function testTexts(
  scan: BlockScan,
  column: TextColumn,
  test: ScalarTest,
  within: Bitmap,
  out: Bitmap,
): void {
  const rows = scan.presentRows(column).clone().and(within).andNot(out);
  const passes = (row: number): boolean => {
    const text = textOf(column, row);
    scan.work(text.length);
    return test.text(text);
  };
  const needle = longestAscii(test.needle);
  if (column.ascii && needle.length !== test.needle.length) return;
  if (
    needle === "" ||
    rows.count() < rows.size * SPARSE ||
    (/[ks]/.test(needle) && holdsForeignAscii(column))
  ) {
    rows.forEach((row) => {
      if (passes(row)) out.add(row);
    });
    return;
  }
  scan.work(column.bytes.length);
  const lower = scan.lowerBytes(column);
  const { starts } = column;
  let row = 0;
  for (
    let at = lower.indexOf(needle);
    at >= 0;
    at = lower.indexOf(needle, starts[row] ?? Infinity)
  ) {
    row = rowAt(starts, at, row);
    if (row >= rows.size) return;
    if (rows.has(row) && passes(row)) out.add(row);
    row++;
  }
}

function longestAscii(needle: string): string {
  let best = "";
  for (const [run] of needle.matchAll(ASCII_RUNS)) if (run.length > best.length) best = run;
  return best;
}

/** The row whose text or separator holds the byte `at`; no row before `from` does. */
function rowAt(starts: Uint32Array, at: number, from: number): number {
  let low = from;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
