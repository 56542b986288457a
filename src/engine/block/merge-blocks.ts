/**
 * Merges opened blocks of one bucket into merged blocks.
 * Invariant: the rows of the outputs are exactly those of the inputs without the fragments to drop, ascending by
 * (time, batch, index) within and across outputs. Works column by column; makes no object per row.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import type { BatchId } from "../../domain/ids.ts";
import { type BlockBatch, BlockRows } from "../column/block-rows.ts";
import { utf8Bytes } from "../column/bytes.ts";
import {
  CELL_FALSE,
  CELL_JSON,
  CELL_NUMBER,
  CELL_TEXT,
  CELL_TRUE,
  type ColumnBuilder,
  MODE_DICTIONARY,
} from "../column/column-builder.ts";
import { jsonText } from "../column/json-value.ts";
import type { ColumnView } from "./block-reader.ts";
import { HexView, hasRow, MixedView } from "./column-views.ts";
import type { BlockEncoder, EncodedBlock } from "./encode-block.ts";
import { COLUMN } from "./format.ts";
import type { OpenedBlock } from "./open-block.ts";
import { sortedRows } from "./row-order.ts";

/** Larger blocks compress better, smaller ones prune better and are quicker to open. */
export const MERGED_ROWS = 16_384;
/** Before compression, which makes about a quarter of it: the bound of 1 MB. */
const MERGED_RAW_BYTES = 4 * 1024 * 1024;

export interface MergeInput {
  /** With all its parts. */
  readonly block: OpenedBlock;
  /** Fragments of this block to leave out: copies, or deleted ones. */
  readonly except?: ReadonlySet<BatchId>;
}

/** All rows of the inputs that stay, in order. */
interface MergedOrder {
  readonly rows: number;
  readonly blockOf: Uint16Array;
  readonly rowOf: Uint32Array;
  /** Index into `batches`. */
  readonly batchOf: Uint32Array;
  readonly batches: readonly BlockBatch[];
}

/**
 * @param inputs at most 65,535, with all parts added. @returns no blocks when no row is left.
 * Throws `corrupt` when an input is damaged.
 */
export function mergeBlocks(
  inputs: readonly MergeInput[],
  encoder: BlockEncoder,
  limits: { rows: number; rawBytes: number } = { rows: MERGED_ROWS, rawBytes: MERGED_RAW_BYTES },
): EncodedBlock[] {
  const order = orderOf(inputs);
  const weights = inputs.map(({ block }) => weightOf(block));
  const target = new BlockRows();
  const out: EncodedBlock[] = [];
  let from = 0;
  while (from < order.rows) {
    let to = from;
    for (let bytes = 0; to < order.rows && to - from < limits.rows; to++) {
      const weight = weights[order.blockOf[to] as number];
      bytes += weight === undefined ? 0 : weight(order.rowOf[to] as number);
      if (bytes > limits.rawBytes && to > from) break;
    }
    target.reset();
    fill(target, inputs, order, from, to);
    out.push(encoder.encode(target, "merged"));
    from = to;
  }
  return out;
}

function orderOf(inputs: readonly MergeInput[]): MergedOrder {
  const byId = new Map<BatchId, number>();
  const batches: BlockBatch[] = [];
  const ordinals = inputs.map(({ block, except }) =>
    Int32Array.from(block.directory.batches, (one) => {
      if (except?.has(one.batch) === true) return -1;
      let ordinal = byId.get(one.batch);
      if (ordinal === undefined) {
        ordinal = batches.push(one) - 1;
        byId.set(one.batch, ordinal);
      }
      return ordinal;
    }),
  );
  let total = 0;
  for (const { block } of inputs) total += block.rows;
  const timeMs = new Float64Array(total);
  const timeRem = new Uint32Array(total);
  const batchOf = new Uint32Array(total);
  const indexes = new Uint32Array(total);
  const blockOf = new Uint16Array(total);
  const rowOf = new Uint32Array(total);
  let rows = 0;
  inputs.forEach(({ block }, at) => {
    const own = ordinals[at] as Int32Array;
    const { timeMs: ms, timeRemNanos: rem, batchOf: batch, indexInBatch } = block;
    for (let row = 0; row < block.rows; row++) {
      const ordinal = own[batch[row] as number] as number;
      if (ordinal < 0) continue;
      timeMs[rows] = ms[row] as number;
      timeRem[rows] = rem[row] as number;
      batchOf[rows] = ordinal;
      indexes[rows] = indexInBatch[row] as number;
      blockOf[rows] = at;
      rowOf[rows++] = row;
    }
  });
  const sortedIds = batches.map(({ batch }) => batch).toSorted();
  const rankOf = new Map(sortedIds.map((id, i) => [id, i] as const));
  const rank = Uint32Array.from(batches, ({ batch }) => rankOf.get(batch) ?? 0);
  const order = sortedRows({ rows, timeMs, timeRem, batchOf, indexes, rank });
  if (order === undefined) return { rows, blockOf, rowOf, batchOf, batches };
  return {
    rows,
    blockOf: Uint16Array.from(order, (i) => blockOf[i] as number),
    rowOf: Uint32Array.from(order, (i) => rowOf[i] as number),
    batchOf: Uint32Array.from(order, (i) => batchOf[i] as number),
    batches,
  };
}

/** About how many bytes a row has before compression: its message, and the mean of the rest. */
function weightOf(block: OpenedBlock): (row: number) => number {
  let mean = 0;
  const message = block.builtin("message");
  const starts = message.kind === "text" ? message.starts : undefined;
  for (const column of block.directory.columns)
    if (column.kind !== COLUMN.message || starts === undefined) mean += column.rawLength;
  mean /= Math.max(1, block.rows);
  return (row) =>
    mean + (starts === undefined ? 0 : (starts[row + 1] as number) - (starts[row] as number));
}

function fill(
  target: BlockRows,
  inputs: readonly MergeInput[],
  order: MergedOrder,
  from: number,
  to: number,
): void {
  target.batches = [...order.batches];
  fillFixed(target, inputs, order, from, to);
  const copy = (column: ColumnBuilder, views: readonly (ColumnView | undefined)[]): void =>
    copyColumn(column, views, order, from, to);
  for (const name of ["message", "service", "host"] as const)
    copy(
      target[name],
      inputs.map(({ block }) => block.builtin(name)),
    );
  copy(
    target.truncated,
    inputs.map(({ block }) => block.truncatedNames()),
  );
  const rest = new Map<number, string[]>();
  let ordinal = 0;
  for (const [name, views] of attributesOf(inputs)) {
    const used = rowsUse(views, order, from, to);
    if (!used) continue;
    const column = target.columnOf(ordinal++, () => utf8Bytes(name));
    if (column !== undefined) copy(column, views);
    else addToRest(rest, name, views, order, from, to);
  }
  for (const [row, members] of [...rest].toSorted((a, b) => a[0] - b[0]))
    target.addRest(row, members);
}

function fillFixed(
  target: BlockRows,
  inputs: readonly MergeInput[],
  order: MergedOrder,
  from: number,
  to: number,
): void {
  const ids = new Uint8Array(24);
  const columns = inputs.map(({ block }) => {
    const trace = block.builtin("trace_id");
    const span = block.builtin("span_id");
    return {
      ms: block.timeMs,
      rem: block.timeRemNanos,
      severities: block.severities,
      indexes: block.indexInBatch,
      trace: trace instanceof HexView ? trace.ids : undefined,
      span: span instanceof HexView ? span.ids : undefined,
    };
  });
  for (let i = from; i < to; i++) {
    const source = columns[order.blockOf[i] as number];
    if (source === undefined) continue;
    const row = order.rowOf[i] as number;
    for (let k = 0; k < 16; k++) ids[k] = source.trace?.[row * 16 + k] ?? 0;
    for (let k = 0; k < 8; k++) ids[16 + k] = source.span?.[row * 8 + k] ?? 0;
    target.openRow(
      source.ms[row] as number,
      source.rem[row] as number,
      source.severities[row] as number,
      order.batchOf[i] as number,
      source.indexes[row] as number,
      ids,
    );
    target.commitRow();
  }
}

/** Every attribute name, in the order of the first block that has it, and its column in each block. */
function attributesOf(
  inputs: readonly MergeInput[],
): ReadonlyMap<string, readonly (ColumnView | undefined)[]> {
  const all = new Map<string, (ColumnView | undefined)[]>();
  inputs.forEach(({ block }, at) => {
    for (const name of block.attributeNames) {
      let views = all.get(name);
      if (views === undefined) {
        views = Array.from<undefined>({ length: inputs.length });
        all.set(name, views);
      }
      views[at] = block.attribute(name);
    }
  });
  return all;
}

function rowsUse(
  views: readonly (ColumnView | undefined)[],
  order: MergedOrder,
  from: number,
  to: number,
): boolean {
  for (let i = from; i < to; i++) {
    const view = views[order.blockOf[i] as number];
    if (view !== undefined && hasRow(view.present, order.rowOf[i] as number)) return true;
  }
  return false;
}

function addToRest(
  rest: Map<number, string[]>,
  name: string,
  views: readonly (ColumnView | undefined)[],
  order: MergedOrder,
  from: number,
  to: number,
): void {
  const key = JSON.stringify(name);
  for (let i = from; i < to; i++) {
    const value = views[order.blockOf[i] as number]?.value(order.rowOf[i] as number);
    if (value === undefined) continue;
    const member = `${key}:${jsonText(value)}`;
    const members = rest.get(i - from);
    if (members === undefined) rest.set(i - from, [member]);
    else members.push(member);
  }
}

/** A dictionary's values as typed bytes, and their codes in the target once they are known. */
interface Remap {
  readonly types: Uint8Array;
  readonly bytes: readonly Uint8Array[];
  readonly codes: Int32Array;
}

const NO_BYTES = new Uint8Array(0);

function remapOf(values: readonly AttributeValue[]): Remap {
  const types = Uint8Array.from(values, (value) =>
    typeof value === "string"
      ? CELL_TEXT
      : typeof value === "number"
        ? CELL_NUMBER
        : typeof value === "boolean"
          ? value
            ? CELL_TRUE
            : CELL_FALSE
          : CELL_JSON,
  );
  const bytes = values.map((value) =>
    typeof value === "string"
      ? utf8Bytes(value)
      : typeof value === "object" || typeof value === "bigint"
        ? utf8Bytes(jsonText(value))
        : NO_BYTES,
  );
  return { types, bytes, codes: new Int32Array(values.length).fill(-1) };
}

function copyColumn(
  target: ColumnBuilder,
  views: readonly (ColumnView | undefined)[],
  order: MergedOrder,
  from: number,
  to: number,
): void {
  const remaps = views.map((view) =>
    view?.kind === "dictionary" ? remapOf(view.values) : undefined,
  );
  const { blockOf, rowOf } = order;
  for (let i = from; i < to; i++) {
    const at = blockOf[i] as number;
    const view = views[at];
    if (view === undefined) continue;
    const row = rowOf[i] as number;
    if (!hasRow(view.present, row)) continue;
    const place = i - from;
    switch (view.kind) {
      case "text": {
        const { starts } = view;
        target.addText(place, view.bytes, starts[row] as number, (starts[row + 1] as number) - 1);
        break;
      }
      case "numbers":
        target.addNumber(place, view.numbers[row] as number);
        break;
      case "dictionary":
        copyCode(target, place, remaps[at] as Remap, view.codes[row] as number);
        break;
      case "mixed":
        copyMixed(target, place, view, row);
        break;
      default:
        view satisfies never;
    }
  }
}

function copyCode(target: ColumnBuilder, place: number, remap: Remap, code: number): void {
  const known = remap.codes[code] as number;
  if (known >= 0 && target.mode === MODE_DICTIONARY) {
    target.addCode(place, known);
    return;
  }
  const bytes = remap.bytes[code] as Uint8Array;
  const type = remap.types[code] as number;
  if (type === CELL_TEXT) target.addText(place, bytes, 0, bytes.length);
  else if (type === CELL_JSON) target.addJson(place, bytes, 0, bytes.length);
  else target.addBoolean(place, type === CELL_TRUE);
  if (target.mode === MODE_DICTIONARY) remap.codes[code] = target.codes[target.count - 1] as number;
}

function copyMixed(target: ColumnBuilder, place: number, view: ColumnView, row: number): void {
  if (view instanceof MixedView) {
    const type = view.types[row] as number;
    const start = view.starts[row] as number;
    const end = (view.starts[row + 1] as number) - 1;
    if (type === CELL_TEXT) {
      target.addText(place, view.bytes, start, end);
      return;
    }
    if (type === CELL_JSON) {
      target.addJson(place, view.bytes, start, end);
      return;
    }
  }
  const value = view.value(row);
  if (value === undefined) return;
  if (typeof value === "number") target.addNumber(place, value);
  else if (typeof value === "boolean") target.addBoolean(place, value);
  else {
    const bytes = utf8Bytes(typeof value === "string" ? value : jsonText(value));
    if (typeof value === "string") target.addText(place, bytes, 0, bytes.length);
    else target.addJson(place, bytes, 0, bytes.length);
  }
}
