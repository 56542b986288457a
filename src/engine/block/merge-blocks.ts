/**
 * Merges opened blocks of one bucket into merged blocks.
 * Invariant: the rows of the outputs are exactly those of the inputs without the fragments to drop, ascending by
 * (time, batch, index) within and across outputs. Works column by column; makes no object per row. Where outputs are
 * cut does not depend on how many inputs are there at a time.
 */
import type { BatchId } from "../../domain/ids.ts";
import { giveBack } from "../../domain/give-back.ts";
import { nanosOf } from "../../domain/time-range.ts";
import { MAX_ATTRIBUTE_COLUMNS } from "../column/block-rows.ts";
import { utf8Bytes } from "../column/bytes.ts";
import { ColumnBuilder } from "../column/column-builder.ts";
import { jsonText } from "../column/json-value.ts";
import { encodeSummary, withTopServices } from "../summary/summary.ts";
import type { ColumnView } from "./block-reader.ts";
import type { ColumnEntry } from "./directory.ts";
import type { EncodedBlock } from "./encode-block.ts";
import { type ColumnShape, writeColumn } from "./encode-column.ts";
import { CODEC_PLAIN, COLUMN } from "./format.ts";
import { writeMergedColumn } from "./merge-column.ts";
import { gatherFixed, writeFixed, writeIds } from "./merge-fixed.ts";
import { type Candidates, MergeCursor, orderRows, type Picked, pickRows } from "./merge-order.ts";
import { PresenceOf } from "./merge-presence.ts";
import type { OpenedBlock } from "./open-block.ts";
import { packMerged } from "./pack-parts.ts";
import { countCells } from "./summarize-rows.ts";
import { ByteWriter } from "./wire.ts";
import { LEVEL_L0, LEVEL_MERGED } from "./zstd.ts";

/** Larger blocks compress better, smaller ones prune better and are quicker to open. */
export const MERGED_ROWS = 16_384;
/** Before compression, which makes about a quarter of it: the bound of 1 MB. */
const MERGED_RAW_BYTES = 4 * 1024 * 1024;
/** Costs a tenth of a merge less than LEVEL_MERGED, for the same bytes a row on block.bench.ts's entries. */
export const FIRST_MERGE_LEVEL = LEVEL_L0;
const NO_NAME: Uint8Array = new Uint8Array(0);
const NANOS_A_MS = 1_000_000n;

export interface MergeInput {
  /** With all its parts. */
  readonly block: OpenedBlock;
  /** Fragments of this block to leave out: copies, or deleted ones. */
  readonly except?: ReadonlySet<BatchId>;
  /** Told when all of its rows are in outputs. */
  readonly onUsed?: () => void;
}

export interface MergeLimits {
  readonly rows: number;
  readonly rawBytes: number;
}

const LIMITS: MergeLimits = { rows: MERGED_ROWS, rawBytes: MERGED_RAW_BYTES };

/**
 * @param inputs with all parts added. @returns no blocks when no row is left.
 * Throws `corrupt` when an input is damaged.
 */
export function mergeBlocks(inputs: readonly MergeInput[], limits = LIMITS): EncodedBlock[] {
  const merger = new BlockMerger(limits);
  for (const input of inputs) merger.add(input);
  return merger.finish();
}

/** Merges inputs that come one after the other and lets go of those that are used up. */
export class BlockMerger {
  readonly #limits: MergeLimits;
  readonly #level: number;
  readonly #bodies = new ByteWriter(1 << 16);
  readonly #directory = new ByteWriter(1 << 12);
  #cursors: MergeCursor[] = [];
  readonly #onUsed = new WeakMap<MergeCursor, () => void>();
  #baseMs: number | undefined;
  #waiting = 0;

  /** @param level zstd's: FIRST_MERGE_LEVEL for rows that may be merged again, or LEVEL_MERGED. */
  constructor(limits = LIMITS, level = LEVEL_MERGED) {
    this.#limits = limits;
    this.#level = level;
  }

  /** At most 65,535 may wait at a time. */
  add({ block, except, onUsed }: MergeInput): void {
    this.#baseMs ??= block.timeMs[0] ?? 0;
    const cursor = new MergeCursor(block, except, this.#baseMs);
    if (cursor.left === 0) {
      onUsed?.();
      return;
    }
    this.#cursors.push(cursor);
    if (onUsed !== undefined) this.#onUsed.set(cursor, onUsed);
    this.#waiting += cursor.left;
  }

  /** Rows added that no output has yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** @returns whole blocks of rows before `timeNanos`, which no later input has; the others wait. */
  take(timeNanos: bigint): EncodedBlock[] {
    const base = BigInt(this.#baseMs ?? 0) * NANOS_A_MS;
    return this.#encode(Number(timeNanos - base), false);
  }

  /** @returns all that is left; the merger is as new. */
  finish(): EncodedBlock[] {
    const blocks = this.#encode(Infinity, true);
    this.#baseMs = undefined;
    return blocks;
  }

  #encode(beforeKey: number, all: boolean): EncodedBlock[] {
    const out: EncodedBlock[] = [];
    const candidates = orderRows(this.#cursors, beforeKey);
    let from = 0;
    while (from < candidates.total) {
      const to = this.#cut(candidates, from);
      // A block that only ran out of rows may grow yet.
      if (to === undefined && !all) break;
      const end = to ?? candidates.total;
      out.push(this.#block(pickRows(this.#cursors, candidates, from, end), end - from));
      from = end;
    }
    this.#waiting -= from;
    for (const cursor of this.#cursors) if (cursor.left === 0) this.#onUsed.get(cursor)?.();
    this.#cursors = this.#cursors.filter(({ left }) => left > 0);
    giveBack(candidates.order, candidates.cursorOf, candidates.rowOf);
    return out;
  }

  /** @returns where a block that begins at `from` is full, undefined when it is not. */
  #cut({ order, cursorOf, rowOf, total }: Candidates, from: number): number | undefined {
    const { rows, rawBytes } = this.#limits;
    const last = Math.min(total, from + rows);
    let bytes = 0;
    for (let i = from; i < last; i++) {
      const at = order[i] as number;
      const cursor = this.#cursors[cursorOf[at] as number] as MergeCursor;
      bytes += cursor.weight;
      const starts = cursor.messageStarts;
      if (starts !== undefined) {
        const row = rowOf[at] as number;
        bytes += (starts[row + 1] as number) - (starts[row] as number);
      }
      if (bytes > rawBytes && i > from) return i;
    }
    return last === from + rows ? last : undefined;
  }

  #block(picked: readonly Picked[], rows: number): EncodedBlock {
    const out = this.#bodies;
    out.reset();
    const columns: ColumnEntry[] = [];
    const presence = new PresenceOf(picked, rows);
    const take = (kind: number, write: () => ColumnShape | undefined, name = NO_NAME): void => {
      const offset = out.length;
      const described = write();
      if (described === undefined) return;
      const rawLength = out.length - offset;
      const place = { rawLength, part: 0, offset, storedLength: rawLength, codec: CODEC_PLAIN };
      columns.push({ ...described, kind, name, ...place });
    };
    const copy = (
      kind: number,
      viewOf: (block: OpenedBlock) => ColumnView | undefined,
      name = NO_NAME,
    ): void => {
      const views = picked.map(({ block }) => viewOf(block));
      take(kind, () => writeMergedColumn(out, presence, views), name);
    };
    const fixed = gatherFixed(picked, rows);
    writeFixed(out, fixed, rows, take);
    copy(COLUMN.service, (block) => block.builtin("service"));
    copy(COLUMN.host, (block) => block.builtin("host"));
    take(COLUMN.traceId, () => writeIds(out, picked, "trace_id", rows));
    take(COLUMN.spanId, () => writeIds(out, picked, "span_id", rows));
    copy(COLUMN.truncated, (block) => block.truncatedNames());
    copy(COLUMN.message, (block) => block.builtin("message"));
    const beyond: string[] = [];
    let attributes = 0;
    for (const name of attributeNames(picked)) {
      const before = columns.length;
      if (attributes === MAX_ATTRIBUTE_COLUMNS) beyond.push(name);
      else copy(COLUMN.attribute, (block) => block.attribute(name), utf8Bytes(name));
      attributes += columns.length - before;
    }
    if (beyond.length > 0) take(COLUMN.rest, () => writeRest(out, picked, beyond, rows));

    const { timeMs, timeRem, severities, batches } = fixed;
    const packed = packMerged(out, { rows, batches, columns }, this.#directory, this.#level);
    const cells = countCells(rows, timeMs, severities);
    const services = countServices(picked);
    return {
      bytes: packed.bytes,
      batches: batches.map(({ batch }) => batch),
      meta: {
        rows,
        minTimeNanos: nanosOf(timeMs[0] as number, timeRem[0] as number),
        maxTimeNanos: nanosOf(timeMs[rows - 1] as number, timeRem[rows - 1] as number),
        sizeBytes: packed.bytes.length,
        parts: packed.parts,
        summary: encodeSummary({ rows, cells, ...withTopServices(services) }),
      },
    };
  }
}

/** Every attribute name, in the order of the first block that has it. */
function attributeNames(picked: readonly Picked[]): Set<string> {
  const names = new Set<string>();
  for (const { block } of picked) for (const name of block.attributeNames) names.add(name);
  return names;
}

/** A JSON object of these attributes for each row that has any. */
function writeRest(
  out: ByteWriter,
  picked: readonly Picked[],
  names: readonly string[],
  rows: number,
): ColumnShape | undefined {
  const members: (string[] | undefined)[] = Array.from({ length: rows });
  for (const name of names) {
    const key = JSON.stringify(name);
    for (const { block, rows: own, places } of picked) {
      const view = block.attribute(name);
      if (view === undefined) continue;
      for (let k = 0; k < own.length; k++) {
        const value = view.value(own[k] as number);
        if (value !== undefined)
          (members[places[k] as number] ??= []).push(`${key}:${jsonText(value)}`);
      }
    }
  }
  const column = new ColumnBuilder();
  members.forEach((of, row) => {
    if (of === undefined) return;
    const bytes = utf8Bytes(`{${of.join(",")}}`);
    column.addJson(row, bytes, 0, bytes.length);
  });
  return column.count === 0 ? undefined : writeColumn(out, column, rows, undefined, undefined);
}

function countServices(picked: readonly Picked[]): Map<string, number> {
  const services = new Map<string, number>();
  const add = (name: unknown, count: number): void => {
    if (typeof name === "string") services.set(name, (services.get(name) ?? 0) + count);
  };
  for (const { block, rows } of picked) {
    const view = block.builtin("service");
    if (view.kind !== "dictionary") {
      for (let k = 0; k < rows.length; k++) add(view.value(rows[k] as number), 1);
      continue;
    }
    const counts = new Uint32Array(view.values.length);
    for (let k = 0; k < rows.length; k++) {
      const code = view.codes[rows[k] as number] as number;
      counts[code] = (counts[code] as number) + 1;
    }
    counts.forEach((count, code) => {
      if (count > 0) add(view.values[code], count);
    });
  }
  return services;
}
