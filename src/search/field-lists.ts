/**
 * Names of fields and their values, for completion and facets.
 * Invariant: counts are exact over what was looked at; looking at less than the range is said.
 */
import { invalid } from "../domain/fault.ts";
import { foldText } from "../domain/text.ts";
import { compareCodePoints } from "../domain/text-order.ts";
import type { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader, ColumnView } from "../engine/block/block-reader.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import type { BlockScan } from "../engine/filter/block-scan.ts";
import { flatten, formOf, scalarsOf } from "../engine/pipe/cell.ts";
import { gathererOf } from "../engine/pipe/gather.ts";
import { Held, OBJECT_BYTES, textBytes } from "../engine/pipe/held.ts";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import { blockBatch } from "../engine/pipe/row-batch.ts";
import type { FieldRef, Pipe } from "../query/ast.ts";
import { fieldNamed, nameOfField } from "./field-names.ts";
import { type FieldNeeds, needsOfPipe } from "./field-needs.ts";
import type { Prepared } from "./prepare-query.ts";
import type {
  FieldInfo,
  FieldValuesRequest,
  FieldValuesResult,
  FieldsRequest,
  FieldsResult,
} from "./results.ts";
import type { RunDeps } from "./run-deps.ts";
import { UnitTotals } from "./unit-totals.ts";
import { walkRange } from "./walk-range.ts";

const NOWHERE = { start: 0, end: 0 };
/** Names change little from block to block: the newest rows tell them. */
const ENOUGH_ROWS = 200_000;
/** With hundreds of names a block takes milliseconds, and who completes a name waits. */
const ENOUGH_MS = 500;
/** The first block is looked at for longer: with tens of thousands of names it takes a second. */
const FIRST_MS = 2000;
/** Names between two looks at the time. */
const NAMES_A_LOOK = 64;
/** Told apart; a person reads a hundred, and a log's own names are thousands at most. */
const MAX_NAMES = 10_000;
const ATTRIBUTES: FieldNeeds = { message: false, attributes: "all", below: [] };
const DEFAULT_VALUES = 100;
/** All of them are counted whatever is asked for; a caller pages through them. */
export const MAX_VALUES = 10_000;
const BUILTINS = (["service", "host", "trace_id", "span_id"] as const).map((name): ListedField => ({
  kind: "builtin",
  name,
  at: NOWHERE,
}));

type ListedField = Extract<FieldRef, { kind: "builtin" | "attribute" }>;

interface Seen {
  rows: number;
  readonly types: Set<FieldInfo["type"]>;
}
/** What one of them takes beside its name: an entry of a map, an object and a set. */
const SEEN_BYTES = 3 * OBJECT_BYTES;

export async function listFields(
  request: FieldsRequest,
  prepared: Prepared,
  deps: RunDeps,
): Promise<FieldsResult> {
  const all = { kind: "all" } as const;
  const walk = await walkRange(request.app, prepared.range, all, false, deps, ATTRIBUTES);
  const prefix = foldText(request.prefix ?? "");
  const seen = new Map<string, Seen>();
  const held = new Held();
  let rows = 0;
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    // Rows that come again change shares a little, and names not at all; attributes were read only of blocks with a match.
    if (step.kind === "again" || step.rows.isEmpty()) continue;
    rows += step.rows.count();
    const attributes = step.scan.block.attributeNames.map((name): ListedField => ({
      kind: "attribute",
      name,
      at: NOWHERE,
    }));
    const named = [...BUILTINS, ...attributes].filter((field) => isNamed(field, prefix));
    for (const [at, field] of named.entries()) {
      if (at > 0 && at % NAMES_A_LOOK === 0) {
        if (deps.spending.isTurnOver) await deps.spending.rowTurn();
        if (deps.spending.elapsedMs() >= FIRST_MS) {
          walk.missing.add(`of ${named.length} names in one block ${at} were looked at`);
          break;
        }
      }
      try {
        if (!look(step.scan, field, step.rows, seen, held))
          walk.missing.add(`more than ${MAX_NAMES} names are not told apart`);
      } catch (error) {
        walk.miss(error);
      }
    }
    const spent = deps.spending.overfull(held.bytes);
    if (spent !== undefined) walk.stop(spent);
    if (rows >= ENOUGH_ROWS || deps.spending.elapsedMs() >= ENOUGH_MS)
      walk.stop(`the newest ${rows} entries were looked at`);
  }
  const fields = [...seen].map(([name, { rows: own, types }]): FieldInfo => {
    const [only] = types;
    return { name, type: only === undefined || types.size > 1 ? "mixed" : only, share: own / rows };
  });
  fields.sort((a, b) => b.share - a.share || compareCodePoints(a.name, b.name));
  const { reasons } = walk;
  return {
    fields,
    partial: reasons.length > 0,
    partialReason: reasons.join("; "),
    coveredStartNanos: walk.coveredStart,
  };
}

/** @param prefix folded. An attribute may be asked for with its `@` or without. */
function isNamed({ kind, name }: ListedField, prefix: string): boolean {
  const folded = foldText(name);
  return folded.startsWith(prefix) || (kind === "attribute" && `@${folded}`.startsWith(prefix));
}

/** @returns false when it is one name too many. */
function look(
  scan: BlockScan,
  field: ListedField,
  rows: Bitmap,
  seen: Map<string, Seen>,
  held: Held,
): boolean {
  const { block } = scan;
  const name = nameOfField(field);
  if (seen.size >= MAX_NAMES && !seen.has(name)) return false;
  const has = compileBlockFilter({ kind: "field", field, test: { kind: "exists" }, at: NOWHERE });
  const having = has(scan, rows);
  const count = having.count();
  if (count === 0) return true;
  let known = seen.get(name);
  if (known === undefined) {
    known = { rows: 0, types: new Set() };
    seen.set(name, known);
    held.bytes += SEEN_BYTES + textBytes(name);
  }
  known.rows += count;
  for (const type of typesOf(block, field, having)) known.types.add(type);
  return true;
}

function typesOf(
  block: BlockReader,
  { kind, name }: ListedField,
  having: Bitmap,
): FieldInfo["type"][] {
  const column: ColumnView | undefined = kind === "attribute" ? block.attribute(name) : undefined;
  if (column === undefined || column.kind === "text") return ["text"];
  if (column.kind === "numbers") return ["number"];
  const types = new Set<FieldInfo["type"]>();
  const values =
    column.kind === "dictionary"
      ? column.values
      : [...having.rows()].map((row) => column.value(row) ?? null);
  for (const scalar of values.flatMap(flatten)) {
    if (typeof scalar === "string") types.add("text");
    else types.add(typeof scalar === "boolean" ? "boolean" : "number");
  }
  return types.size === 0 ? ["mixed"] : [...types];
}

export async function listFieldValues(
  request: FieldValuesRequest,
  prepared: Prepared,
  deps: RunDeps,
): Promise<FieldValuesResult> {
  const limit = request.limit === undefined || request.limit === 0 ? DEFAULT_VALUES : request.limit;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_VALUES)
    throw invalid("limit", `a whole number from 1 to ${MAX_VALUES}`);
  const { filter } = pipelineOf(prepared.query);
  const pipe: Pipe = {
    kind: "top",
    count: Number.MAX_SAFE_INTEGER,
    fields: [fieldNamed(request.field, "field")],
    at: NOWHERE,
  };
  const needs = needsOfPipe(pipe);
  const walk = await walkRange(request.app, prepared.range, filter, false, deps, needs);
  const reasons = new Set<string>();
  const env = {
    shown: prepared.shown,
    timeZone: prepared.timeZone,
    partial: (reason: string) => reasons.add(reason),
    overfull: (bytes: number) => deps.spending.overfull(bytes),
    meter: deps.spending.rowMeter(),
  };
  const totals = new UnitTotals(() => gathererOf(pipe, env), env);
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") {
      totals.forget(step.unit);
      continue;
    }
    // What is looked at afterwards was read only of blocks with a match.
    if (step.rows.isEmpty()) continue;
    try {
      totals.of(step.unit).add(blockBatch(step.scan, step.rows.rows()));
    } catch (error) {
      walk.miss(error);
    }
    totals.close(step.unit, walk);
    const spent = totals.overfull(walk);
    if (spent !== undefined) walk.stop(spent);
  }
  const prefix = foldText(request.prefix ?? "");
  const values = totals
    .finish()
    .total.finish()
    .rows.flatMap(([value = null, count]) => {
      const [scalar] = scalarsOf(value);
      if (scalar === undefined || !foldText(formOf(scalar)).startsWith(prefix)) return [];
      return [{ value, count: Number(count) }];
    });
  for (const reason of walk.reasons) reasons.add(reason);
  return {
    values: values.slice(0, limit),
    partial: reasons.size > 0,
    partialReason: [...reasons].join("; "),
    coveredStartNanos: walk.coveredStart,
  };
}
