/**
 * The warnings of a query that need the fields of its range.
 * Invariant: never wrong. That something is missing is said only when every block of the range was looked at; beyond a
 * bound nothing is said of it. What is there is said as soon as an entry of the range has it.
 * Cost: nothing for a query without attributes; else blocks, newest first, until no warning can come or go any more,
 * which for fields that exist is the first block that has them.
 */
import type { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { numericView, scalarsOf } from "../engine/pipe/cell.ts";
import { cellsOfBlock } from "../engine/pipe/field-cell.ts";
import { beginningsOf, mayHoldMaps } from "../engine/filter/field-columns.ts";
import { someScalarBelow } from "../engine/filter/scalar-test.ts";
import type { FieldRef, Filter, Query } from "../query/ast.ts";
import { type KnownFields, type WrittenQuery, warnFields } from "../query/warn-fields.ts";
import type { TimeRange } from "../domain/time-range.ts";
import type { Unit } from "../storage/log-store.ts";
import { BlockWalk } from "./block-walk.ts";
import { type FieldNeeds, needsOf } from "./field-needs.ts";
import { fieldsOfQuery } from "./query-fields.ts";
import type { QueryWarning } from "./results.ts";
import type { RunDeps } from "./run-deps.ts";

/** A thousand hours of a quiet application, or a few of a busy one; a slip is seen soon or not at all. */
const LOOK = { rows: 2_000_000, bytes: 32 * 1024 * 1024, timeMs: 100 } as const;
/** True only of all entries together. */
const OF_ALL: ReadonlySet<string> = new Set(["unknown_field", "not_numbers"]);
const NOWHERE = { start: 0, end: 0 };
const NO_FIELDS: KnownFields = new Map();

type Known = Map<string, { numbers: boolean; texts: boolean }>;

/** @param units a plan of the whole range; what became of it in between is planned anew. */
export async function fieldWarnings(
  query: Query,
  written: WrittenQuery | null,
  range: TimeRange,
  units: readonly Unit[],
  deps: RunDeps,
): Promise<readonly QueryWarning[]> {
  if (warnFields(query, NO_FIELDS).length === 0) return [];
  const { filters, fields } = fieldsOfQuery(query);
  const needs = needsOf(filters, fields);
  const names = namesOf(filters, fields);
  const objects = [
    ...needs.below,
    ...fields.filter((field) => field.kind !== "builtin").map((field) => field.name),
  ];
  const walk = await BlockWalk.begin(
    units,
    { ...deps, spending: deps.spending.aside(LOOK) },
    {
      filter: compileBlockFilter({ kind: "all" }),
      range,
      needs: withNames(needs, names),
      afterwards: { message: false, attributes: new Set(), below: [] },
      ascending: false,
      prune: () => false,
    },
  );
  const known: Known = new Map();
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    // A unit that comes again has the same fields.
    if (step.kind === "again" || step.rows.isEmpty()) continue;
    learn(step.scan.block, step.rows, names, known);
    for (const name of objects) learnBelow(step.scan.block, step.rows, name, known);
    if (isSettled(query, known)) break;
  }
  const complete = walk.edge() === undefined && walk.reasons.length === 0;
  return warnFields(query, known, written).filter(({ code }) => complete || !OF_ALL.has(code));
}

function namesOf(filters: readonly Filter[], fields: readonly FieldRef[]): string[] {
  const names = new Set<string>();
  for (const filter of filters) {
    // Text without a field asks for all attributes, but no name is in doubt there.
    for (const part of fieldTests(filter)) {
      const { attributes } = needsOf([part], []);
      if (attributes !== "all") for (const name of attributes) names.add(name);
    }
  }
  const { attributes } = needsOf([], fields);
  if (attributes !== "all") for (const name of attributes) names.add(name);
  return [...names];
}

function fieldTests(filter: Filter): Filter[] {
  if (filter.kind === "and" || filter.kind === "or") return filter.parts.flatMap(fieldTests);
  if (filter.kind === "not") return fieldTests(filter.part);
  return filter.kind === "field" ? [filter] : [];
}

/** Only the named attributes: of those below a name, and of text without a field, the directory tells enough. */
function withNames(needs: FieldNeeds, names: readonly string[]): FieldNeeds {
  // A name that no column has stands for those without columns of their own, whose names are wanted, too.
  return { message: false, attributes: new Set([...names, "\u0000"]), below: needs.below };
}

function learn(block: BlockReader, rows: Bitmap, names: readonly string[], known: Known): void {
  for (const name of block.attributeNames)
    if (!known.has(name)) known.set(name, { numbers: false, texts: false });
  for (const name of names) {
    const own = known.get(name) ?? { numbers: false, texts: false };
    if (own.numbers && own.texts) continue;
    if (look(block, rows, { kind: "attribute", name, at: NOWHERE }, own)) known.set(name, own);
  }
}

/** Learns a name below `name` that stands in the maps of lists, where no directory tells it. */
function learnBelow(block: BlockReader, rows: Bitmap, name: string, known: Known): void {
  for (const own of known.keys()) if (own.startsWith(`${name}.`)) return;
  for (const holder of [...beginningsOf(name), name]) {
    const column = block.attribute(holder);
    if (column === undefined || !mayHoldMaps(column)) continue;
    const path = holder === name ? "" : name.slice(holder.length + 1);
    for (const row of rows.rows()) {
      const value = column.value(row);
      const found =
        value !== undefined &&
        someScalarBelow(value, path, holder, (_scalar, whole) => {
          if (!known.has(whole)) known.set(whole, { numbers: false, texts: false });
          return true;
        });
      if (found) return;
    }
  }
}

/** @returns true when a row has a value; goes on only until numbers and texts were met. */
function look(
  block: BlockReader,
  rows: Bitmap,
  field: FieldRef,
  own: { numbers: boolean; texts: boolean },
): boolean {
  const cells = cellsOfBlock(block, field);
  let has = false;
  for (const row of rows.rows()) {
    for (const value of scalarsOf(cells(row))) {
      has = true;
      if (typeof value === "string") own.texts = true;
      if (numericView(value) !== undefined) own.numbers = true;
    }
    if (own.numbers && own.texts) break;
  }
  return has;
}

/** True when no further field and no further kind of value changes what is said. */
function isSettled(query: Query, known: Known): boolean {
  const now = warnFields(query, known);
  if (now.some(({ code }) => OF_ALL.has(code))) return false;
  const all: KnownFields = new Map(
    known.keys().map((name) => [name, { numbers: true, texts: true }]),
  );
  return warnFields(query, all).length === now.length;
}
