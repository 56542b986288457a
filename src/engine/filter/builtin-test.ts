/**
 * Tests of time, level and id, which every entry has.
 * Invariant: exact to the nanosecond; times are compared as two numbers a row, never as a bigint a row.
 */
import { type EntryId, parseEntryId } from "../../domain/entry.ts";
import { isFault } from "../../domain/fault.ts";
import { NANOS_PER_MS, msOf } from "../../domain/time-range.ts";
import type { FieldTest } from "../../query/ast.ts";
import { Bitmap } from "../bitmap.ts";
import type { BlockReader } from "../block/block-reader.ts";
import { scalarTest } from "./field-test.ts";

/** Rows of `within` whose severity passes. */
export function levelRows(block: BlockReader, test: FieldTest, within: Bitmap): Bitmap {
  const out = Bitmap.none(block.rows);
  const passes = Array.from({ length: 256 }, (_, severity) => severityPasses(test, severity));
  within.forEach((row) => {
    if (passes[block.severities[row] ?? 0] === true) out.add(row);
  });
  return out;
}

/** @param severity 1..24 */
export function severityPasses(test: FieldTest, severity: number): boolean {
  if (test.kind === "anyOf") return test.items.some((item) => severityPasses(item, severity));
  if (test.kind === "exists") return true;
  return test.kind === "level" && severity >= test.min && severity <= test.max;
}

/** Rows of `within` in the spans of the test. */
export function timeRows(block: BlockReader, test: FieldTest, within: Bitmap): Bitmap {
  if (test.kind === "exists") return within.clone();
  const out = Bitmap.none(block.rows);
  if (test.kind === "anyOf") {
    for (const item of test.items) out.or(timeRows(block, item, within));
    return out;
  }
  if (test.kind !== "time") return out;
  const first = test.from === null ? 0 : firstRowAt(block, test.from);
  const end = test.to === null ? block.rows : firstRowAt(block, test.to);
  for (let row = first; row < end; row++) if (within.has(row)) out.add(row);
  return out;
}

/** @returns whether an instant, nanoseconds since 1970, is in the spans of the test. */
export function timePasses(test: FieldTest, nanos: bigint): boolean {
  if (test.kind === "anyOf") return test.items.some((item) => timePasses(item, nanos));
  if (test.kind === "exists") return true;
  if (test.kind !== "time") return false;
  return (test.from === null || nanos >= test.from) && (test.to === null || nanos < test.to);
}

/** The first row at or after an instant; `rows` when there is none. Rows ascend by time. */
export function firstRowAt(block: BlockReader, nanos: bigint): number {
  const ms = msOf(nanos);
  const rem = Number(nanos - BigInt(ms) * NANOS_PER_MS);
  let low = 0;
  let high = block.rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = block.timeMs[middle] ?? 0;
    if (at < ms || (at === ms && (block.timeRemNanos[middle] ?? 0) < rem)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows of `within` whose id passes. */
export function idRows(block: BlockReader, test: FieldTest, within: Bitmap): Bitmap {
  if (test.kind === "exists") return within.clone();
  const out = Bitmap.none(block.rows);
  if (test.kind === "anyOf") {
    for (const item of test.items) out.or(idRows(block, item, within));
    return out;
  }
  if (test.kind === "exact") {
    const id = idOf(test.text);
    const row = id === undefined ? -1 : rowOfId(block, id);
    if (row >= 0 && within.has(row)) out.add(row);
    return out;
  }
  const scalar = scalarTest(test, "value", "id");
  within.forEach((row) => {
    if (scalar.text(idTextAt(block, row))) out.add(row);
  });
  return out;
}

/** @returns undefined for a text that is no entry's id. */
function idOf(text: string): EntryId | undefined {
  try {
    const id = parseEntryId(text);
    // Case counts in ids, and an id has one spelling only.
    return `${id.timeNanos}.${id.batch}.${id.index}` === text ? id : undefined;
  } catch (error) {
    if (isFault(error, "invalid")) return undefined;
    throw error;
  }
}

/** @returns -1 when the block does not hold the entry. */
export function rowOfId(block: BlockReader, id: EntryId): number {
  const batch = block.batches.indexOf(id.batch);
  if (batch < 0) return -1;
  const end = firstRowAt(block, id.timeNanos + 1n);
  for (let row = firstRowAt(block, id.timeNanos); row < end; row++) {
    if (block.batchOf[row] === batch && block.indexInBatch[row] === id.index) return row;
  }
  return -1;
}

/** Nanoseconds since 1970 of a row. */
export function nanosAt(block: BlockReader, row: number): bigint {
  return BigInt(block.timeMs[row] ?? 0) * NANOS_PER_MS + BigInt(block.timeRemNanos[row] ?? 0);
}

export function idTextAt(block: BlockReader, row: number): string {
  const batch = block.batches[block.batchOf[row] ?? 0] ?? "";
  return `${nanosAt(block, row)}.${batch}.${block.indexInBatch[row] ?? 0}`;
}
