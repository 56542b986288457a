/**
 * What the newest entries of a range have that a query may have meant: values near those it names, and fields that hold
 * the words it names without one.
 * Invariant: only hints come of it, whose entries are counted afterwards; it looks at so many rows and no further.
 */
import type { AppId } from "../../domain/ids.ts";
import type { TimeRange } from "../../domain/time-range.ts";
import { bucketsOf } from "../../domain/time-range.ts";
import type { Bitmap } from "../../engine/bitmap.ts";
import { compileBlockFilter } from "../../engine/filter/block-filter.ts";
import type { BlockScan } from "../../engine/filter/block-scan.ts";
import { formOf, scalarsOf } from "../../engine/pipe/cell.ts";
import { cellsOfBlock } from "../../engine/pipe/field-cell.ts";
import type { FieldRef, Filter, WordsTest } from "../../query/ast.ts";
import { printField } from "../../query/print-names.ts";
import { BlockWalk } from "../block-walk.ts";
import { EVERYTHING, NOTHING, needsOf } from "../field-needs.ts";
import type { RunDeps } from "../run-deps.ts";

const NOWHERE = { start: 0, end: 0 };
const ENOUGH_ROWS = 100_000;
/** Of one field; beyond them a value is no longer looked for among near ones. */
const MAX_VALUES = 10_000;
/** A field's rows that are looked at in one block. */
const ROWS_A_BLOCK = 4096;
const BUILTINS = ["service", "host"] as const;

export interface Learned {
  /** Texts that a field has, with how often they were met. By the field as it is printed. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By a word's folded text: fields that have it as their value, with how often they were met. */
  readonly holders: ReadonlyMap<string, ReadonlyMap<string, Holder>>;
}

export interface Holder {
  readonly field: FieldRef;
  count: number;
}

/**
 * @param fields whose values are wanted.
 * @param words whose fields are wanted.
 */
export async function learn(
  app: AppId,
  range: TimeRange,
  fields: readonly FieldRef[],
  words: readonly WordsTest[],
  deps: RunDeps,
): Promise<Learned> {
  const values = new Map<string, Map<string, number>>();
  const holders = new Map<string, Map<string, Holder>>();
  const learned = { values, holders };
  if (fields.length === 0 && words.length === 0) return learned;
  const buckets = bucketsOf(range);
  const units =
    buckets === undefined ? [] : await deps.store.plan(app, buckets.first, buckets.last);
  const walk = await BlockWalk.begin(units, deps, {
    filter: (_scan, within) => within,
    range,
    needs: words.length > 0 ? { ...EVERYTHING, message: false } : needsOf([], fields),
    afterwards: NOTHING,
    ascending: false,
    prune: () => false,
  });
  let rows = 0;
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    // Rows that come again only weigh twice.
    if (step.kind === "again" || step.rows.isEmpty()) continue;
    try {
      for (const field of fields) addValues(step.scan, step.rows, field, values);
      for (const word of words) addHolders(step.scan, step.rows, word, holders);
    } catch (error) {
      walk.miss(error);
    }
    rows += step.rows.count();
    if (rows >= ENOUGH_ROWS) break;
  }
  return learned;
}

function addValues(
  { block }: BlockScan,
  rows: Bitmap,
  field: FieldRef,
  values: Map<string, Map<string, number>>,
): void {
  const name = printField(field, "filter");
  const own = values.get(name) ?? new Map<string, number>();
  values.set(name, own);
  const cells = cellsOfBlock(block, field);
  for (const row of rows.rows().subarray(-ROWS_A_BLOCK))
    for (const scalar of scalarsOf(cells(row))) {
      const text = formOf(scalar);
      const count = own.get(text);
      if (count !== undefined || own.size < MAX_VALUES) own.set(text, (count ?? 0) + 1);
    }
}

function addHolders(
  scan: BlockScan,
  rows: Bitmap,
  word: WordsTest,
  holders: Map<string, Map<string, Holder>>,
): void {
  const own = holders.get(word.folded) ?? new Map<string, Holder>();
  holders.set(word.folded, own);
  const fields: FieldRef[] = [
    ...BUILTINS.map((name) => ({ kind: "builtin" as const, name, at: NOWHERE })),
    ...scan.block.attributeNames.map((name) => ({ kind: "attribute" as const, name, at: NOWHERE })),
  ];
  for (const field of fields) {
    const filter: Filter = { kind: "field", field, test: word, at: NOWHERE };
    const count = compileBlockFilter(filter)(scan, rows).count();
    if (count === 0) continue;
    const name = printField(field, "filter");
    const known = own.get(name);
    if (known === undefined) own.set(name, { field, count });
    else known.count += count;
  }
}
