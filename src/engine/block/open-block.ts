/**
 * Opens stored blocks. Invariant: a column's bytes are inflated when it is first asked for, and only its part need be
 * there; every part's checksum is checked when it comes in. Damage is `corrupt`; asking for a column whose part was
 * not given is a bug of the caller.
 */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { corrupt, FaultError } from "../../domain/fault.ts";
import { giveBack } from "../../domain/give-back.ts";
import type { BatchId } from "../../domain/ids.ts";
import { nanosOf } from "../../domain/time-range.ts";
import type { BlockReader, ColumnView } from "./block-reader.ts";
import { emptyTexts, GatheredView } from "./column-views.ts";
import { decodeColumn, decodeFixed } from "./decode-column.ts";
import { type ColumnEntry, columnName, type Directory, readDirectory } from "./directory.ts";
import {
  CODEC_PLAIN,
  CODEC_ZSTD,
  COLUMN,
  FORMAT_VERSION,
  LAYOUT_COLUMN_FRAMES,
  LAYOUT_ONE_FRAME,
  LAYOUT_PLAIN,
  MAGIC,
  MAX_BODY_BYTES,
} from "./format.ts";
import { ByteReader } from "./wire.ts";
import { crc32, decompress, giveBackFrame } from "./zstd.ts";

/** What a gathered name takes, about: a view, its two arrays, and its place among the names. */
const GATHERED_BYTES = 300;

export type BuiltinName = "message" | "service" | "host" | "trace_id" | "span_id";

const BUILTIN: Readonly<Record<BuiltinName, number>> = {
  message: COLUMN.message,
  service: COLUMN.service,
  host: COLUMN.host,
  trace_id: COLUMN.traceId,
  span_id: COLUMN.spanId,
};

/** Which columns a query wants: built-ins by name, attributes by flat name. */
export interface WantedColumns {
  readonly message?: boolean;
  /** "all" for whole entries. */
  readonly attributes: readonly string[] | "all";
}

/** Told how many bytes a frame holds, each time one is inflated. */
export type OnInflate = (bytes: number) => void;

/** @returns the block whose every byte is here; `bytes` must not change while it is used. */
export function openBlock(
  bytes: Uint8Array,
  parts: readonly { offset: number; length: number }[],
  what = "block",
  onInflate?: OnInflate,
): OpenedBlock {
  const [first, ...others] = parts.map(({ offset, length }) =>
    bytes.subarray(offset, offset + length),
  );
  const block = openPart0(first ?? bytes, what, onInflate);
  others.forEach((part, i) => block.addPart(i + 1, part));
  if (block.directory.columns.some(({ part }) => part >= Math.max(1, parts.length)))
    throw corrupt(what, "a column lies in a part that it does not have");
  return block;
}

/** @returns the block of which part 0 is here; ask it which other parts a query needs. */
export function openPart0(part: Uint8Array, what = "block", onInflate?: OnInflate): OpenedBlock {
  const sealed = unseal(part, `${what}, part 0`);
  const reader = new ByteReader(sealed, `${what}, part 0`);
  for (const byte of MAGIC)
    if (reader.u8() !== byte) throw corrupt(what, "it does not begin like a block");
  const version = reader.u8();
  if (version !== FORMAT_VERSION)
    throw corrupt(what, `it has format ${version}, this program reads up to ${FORMAT_VERSION}`);
  const layout = reader.u8();
  const raw = reader.u32();
  const directorySize = reader.u32();
  const stored = reader.raw(reader.u32());
  if (raw > MAX_BODY_BYTES || directorySize > raw)
    throw corrupt(what, "its sizes are out of bounds");
  if (layout !== LAYOUT_PLAIN && layout !== LAYOUT_ONE_FRAME && layout !== LAYOUT_COLUMN_FRAMES)
    throw corrupt(
      what,
      `it has layout ${layout}, unknown to this program, whose format is ${FORMAT_VERSION}`,
    );
  if (layout === LAYOUT_PLAIN && stored.length !== raw) throw corrupt(what, "it ends early");
  const inflated = layout === LAYOUT_PLAIN ? stored : decompress(stored, raw, what);
  onInflate?.(raw);
  const directory = directoryOf(inflated.subarray(raw - directorySize), what);
  if (layout !== LAYOUT_COLUMN_FRAMES && directory.columns.some((column) => column.part !== 0))
    throw corrupt(what, "a column lies in a part that it does not have");
  const bodies =
    layout === LAYOUT_COLUMN_FRAMES
      ? sealed.subarray(reader.at)
      : inflated.subarray(0, raw - directorySize);
  const own = layout === LAYOUT_ONE_FRAME ? inflated : undefined;
  return new OpenedBlock(directory, bodies, what, onInflate, own);
}

function directoryOf(bytes: Uint8Array, what: string): Directory {
  try {
    return readDirectory(new ByteReader(bytes, `${what}, directory`));
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "corrupt") throw error;
    throw corrupt(`${what}, directory`, "a batch id in it cannot be read");
  }
}

/** @returns what stands behind the checksum; throws when it does not match. */
function unseal(part: Uint8Array, what: string): Uint8Array {
  if (part.length < 4) throw corrupt(what, "it ends early");
  const stated = new DataView(part.buffer, part.byteOffset, 4).getUint32(0, true);
  const sealed = part.subarray(4);
  if (crc32(sealed) !== stated) throw corrupt(what, "its checksum does not match");
  return sealed;
}

export class OpenedBlock implements BlockReader {
  readonly rows: number;
  readonly batches: readonly BatchId[];
  readonly directory: Directory;
  readonly what: string;
  readonly #onInflate: OnInflate | undefined;
  readonly #parts: (Uint8Array | undefined)[];
  /** The block's own memory. */
  readonly #inflated: Uint8Array[];
  readonly #entries = new Map<number, ColumnEntry>();
  readonly #attributes = new Map<string, ColumnEntry>();
  readonly #views = new Map<ColumnEntry, ColumnView>();
  #rest: Map<string, GatheredView> | undefined;
  #names: readonly string[] | undefined;
  #timeMs: Float64Array | undefined;
  #timeRem: Uint32Array | undefined;
  #severities: Uint8Array | undefined;
  #batchOf: Uint32Array | undefined;
  #indexes: Uint32Array | undefined;

  /** @param inflated what `bodies` lie in, when that is the block's own memory. */
  constructor(
    directory: Directory,
    bodies: Uint8Array,
    what: string,
    onInflate?: OnInflate,
    inflated?: Uint8Array,
  ) {
    this.#inflated = inflated === undefined ? [] : [inflated];
    this.#onInflate = onInflate;
    this.directory = directory;
    this.what = what;
    this.rows = directory.rows;
    this.batches = directory.batches.map(({ batch }) => batch);
    this.#parts = [bodies];
    for (const entry of directory.columns)
      if (entry.kind === COLUMN.attribute) this.#attributes.set(columnName(entry), entry);
      else this.#entries.set(entry.kind, entry);
  }

  /** Parts, besides those that are here, that hold the columns a query wants; ascending. */
  missingParts(wanted: WantedColumns): number[] {
    const parts = new Set<number>();
    const need = (entry: ColumnEntry | undefined): void => {
      if (entry !== undefined && this.#parts[entry.part] === undefined) parts.add(entry.part);
    };
    if (wanted.message === true) need(this.#entries.get(COLUMN.message));
    if (wanted.attributes === "all") {
      for (const entry of this.#attributes.values()) need(entry);
      need(this.#entries.get(COLUMN.rest));
    } else
      for (const name of wanted.attributes)
        need(this.#attributes.get(name) ?? this.#entries.get(COLUMN.rest));
    return [...parts].toSorted((a, b) => a - b);
  }

  /** @param part the bytes of part `index` of the BlockMeta; throws `corrupt`. */
  addPart(index: number, part: Uint8Array): void {
    this.#parts[index] = unseal(part, `${this.what}, part ${index}`);
  }

  get timeMs(): Float64Array {
    return (this.#timeMs ??= this.#fixed(COLUMN.timeMs, "time"));
  }

  get timeRemNanos(): Uint32Array {
    return (this.#timeRem ??= narrowed(Uint32Array, this.#fixed(COLUMN.timeRem, "time")));
  }

  get severities(): Uint8Array {
    return (this.#severities ??= narrowed(Uint8Array, this.#fixed(COLUMN.severity, "level")));
  }

  get batchOf(): Uint32Array {
    if (this.#batchOf === undefined) {
      const batchOf = narrowed(Uint32Array, this.#fixed(COLUMN.batchOf, "batches"));
      for (let row = 0; row < this.rows; row++)
        if ((batchOf[row] as number) >= this.batches.length)
          throw corrupt(`${this.what}, batches`, "a row names no batch");
      this.#batchOf = batchOf;
    }
    return this.#batchOf;
  }

  get indexInBatch(): Uint32Array {
    if (this.#indexes === undefined) {
      const { batchOf } = this;
      const sums = this.#fixed(COLUMN.index, "index");
      const expected = new Float64Array(this.batches.length);
      const indexes = new Uint32Array(this.rows);
      let before = 0;
      for (let row = 0; row < this.rows; row++) {
        const batch = batchOf[row] as number;
        const sum = sums[row] as number;
        const index = (expected[batch] as number) + sum - before;
        before = sum;
        indexes[row] = index;
        expected[batch] = index + 1;
      }
      giveBack(sums, expected);
      this.#indexes = indexes;
    }
    return this.#indexes;
  }

  /** Before compression, for a guess of what its rows weigh. */
  rawBytes(but: BuiltinName): number {
    let bytes = 0;
    for (const { kind, rawLength } of this.directory.columns)
      if (kind !== BUILTIN[but]) bytes += rawLength;
    return bytes;
  }

  get attributeNames(): readonly string[] {
    return (this.#names ??= [...this.#attributes.keys(), ...this.#gathered().keys()]);
  }

  builtin(name: BuiltinName): ColumnView {
    const entry = this.#entries.get(BUILTIN[name]);
    return entry === undefined ? emptyTexts(this.rows) : this.#view(entry, name);
  }

  attribute(name: string): ColumnView | undefined {
    const entry = this.#attributes.get(name);
    return entry === undefined ? this.#gathered().get(name) : this.#view(entry, name);
  }

  /** The names of what was cut, of each row that has any. */
  truncatedNames(): ColumnView | undefined {
    const entry = this.#entries.get(COLUMN.truncated);
    return entry === undefined ? undefined : this.#view(entry, "truncated");
  }

  /** The JSON objects of names beyond those with columns. */
  restObjects(): ColumnView | undefined {
    const entry = this.#entries.get(COLUMN.rest);
    return entry === undefined ? undefined : this.#view(entry, "rest");
  }

  /** Attributes with a column, in the order of the directory. */
  *attributeColumns(): Iterable<{ name: string; nameBytes: Uint8Array; column: ColumnView }> {
    for (const [name, entry] of this.#attributes)
      yield { name, nameBytes: entry.name, column: this.#view(entry, name) };
  }

  receivedMs(batch: number): number {
    return this.directory.batches[batch]?.receivedMs ?? 0;
  }

  entry(row: number): Entry {
    const attributes = new Map<string, AttributeValue>();
    for (const [name, entry] of this.#attributes) {
      const value = this.#view(entry, name).value(row);
      if (value !== undefined) attributes.set(name, value);
    }
    const rest = this.restObjects()?.value(row);
    if (rest !== undefined && rest !== null && typeof rest === "object")
      for (const [name, value] of Object.entries(rest))
        attributes.set(name, value as AttributeValue);
    const timeNanos = nanosOf(this.timeMs[row] as number, this.timeRemNanos[row] as number);
    const at = this.batchOf[row] as number;
    const batch = this.batches[at] as BatchId;
    const text = (name: BuiltinName): string => this.builtin(name).value(row) as string;
    return {
      id: { timeNanos, batch, index: this.indexInBatch[row] as number },
      timeNanos,
      observedNanos: nanosOf(this.receivedMs(at), 0),
      severity: this.severities[row] as number,
      message: text("message"),
      service: text("service"),
      host: text("host"),
      traceId: text("trace_id"),
      spanId: text("span_id"),
      attributes,
      truncated: (this.truncatedNames()?.value(row) as readonly string[] | undefined) ?? [],
    };
  }

  heldBytes(): number {
    const fixed = [
      this.#timeMs,
      this.#timeRem,
      this.#severities,
      this.#batchOf,
      this.#indexes,
    ] as const;
    let bytes = 0;
    for (const array of [...this.#parts, ...this.#inflated, ...fixed])
      bytes += array?.byteLength ?? 0;
    for (const { kind } of this.#views.values()) bytes += this.rows * (kind === "numbers" ? 8 : 4);
    bytes += (this.#rest?.size ?? 0) * GATHERED_BYTES;
    return bytes;
  }

  giveBack(): void {
    giveBack(this.#timeMs, this.#timeRem, this.#severities, this.#batchOf, this.#indexes);
    for (const view of this.#views.values())
      if (view.kind === "numbers") giveBack(view.numbers);
      else if (view.kind === "dictionary") giveBack(view.codes);
      else if (view.kind === "text") giveBack(view.starts);
    this.#inflated.forEach(giveBackFrame);
  }

  #fixed(kind: number, name: string): Float64Array {
    const what = `${this.what}, ${name}`;
    const entry = this.#entries.get(kind);
    if (entry === undefined) throw corrupt(what, "it is not there");
    return decodeFixed(entry, this.rows, this.#body(entry, what), what);
  }

  #view(entry: ColumnEntry, name: string): ColumnView {
    let view = this.#views.get(entry);
    if (view === undefined) {
      const what = `${this.what}, column ${name}`;
      view = decodeColumn(entry, this.rows, this.#body(entry, what), what);
      this.#views.set(entry, view);
    }
    return view;
  }

  #body(entry: ColumnEntry, what: string): Uint8Array {
    const part = this.#parts[entry.part];
    if (part === undefined) throw new Error(`part ${entry.part} of the block was not fetched`);
    const stored = part.subarray(entry.offset, entry.offset + entry.storedLength);
    if (stored.length !== entry.storedLength) throw corrupt(what, "it ends early");
    if (entry.codec === CODEC_ZSTD) {
      this.#onInflate?.(entry.rawLength);
      const inflated = decompress(stored, entry.rawLength, what);
      this.#inflated.push(inflated);
      return inflated;
    }
    if (entry.codec !== CODEC_PLAIN || stored.length !== entry.rawLength)
      throw corrupt(what, `it has codec ${entry.codec}, unknown to block format ${FORMAT_VERSION}`);
    return stored;
  }

  #gathered(): Map<string, GatheredView> {
    if (this.#rest !== undefined) return this.#rest;
    const gathered = new Map<string, GatheredView>();
    const objects = this.restObjects();
    if (objects !== undefined)
      for (let row = 0; row < this.rows; row++) {
        const object = objects.value(row);
        if (object === undefined || object === null || typeof object !== "object") continue;
        for (const [name, value] of Object.entries(object)) {
          const column = gathered.get(name);
          if (column !== undefined) column.add(row, value as AttributeValue);
          else gathered.set(name, new GatheredView(this.rows, row, value as AttributeValue));
        }
      }
    this.#rest = gathered;
    return gathered;
  }
}

function narrowed<T extends Uint8Array | Uint32Array>(
  kind: new (values: Float64Array) => T,
  values: Float64Array,
): T {
  const narrow = new kind(values);
  giveBack(values);
  return narrow;
}
