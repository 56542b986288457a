/**
 * Writes one column of a merged block out of the columns of its inputs.
 * Invariant: `decode-column.ts` reads back what each row had; values go as they are stored (codes, numbers, bytes), no
 * object is made per row. What fits no common encoding takes the way of new rows, by a column builder.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import { copyWords, utf8Bytes, wordView } from "../column/bytes.ts";
import { ByteDictionary, FULL, MAX_DICTIONARY, NOT_UTF8 } from "../column/byte-dictionary.ts";
import {
  CELL_FALSE,
  CELL_JSON,
  CELL_TEXT,
  CELL_TRUE,
  ColumnBuilder,
} from "../column/column-builder.ts";
import { jsonText } from "../column/json-value.ts";
import type { ColumnView, DictionaryColumn, TextColumn } from "./block-reader.ts";
import { MixedView } from "./column-views.ts";
import {
  type ColumnShape,
  shape,
  writeColumn,
  writeDictionary,
  writeNumbers,
} from "./encode-column.ts";
import { ENCODING, FLAG_ASCII, FLAG_SPARSE } from "./format.ts";
import type { PresenceOf } from "./merge-presence.ts";
import type { ByteWriter } from "./wire.ts";

/** The values of one input: where they lie, and the number each gets in the output. */
interface Source {
  readonly view: ColumnView;
  readonly rows: Uint32Array;
  readonly places: Uint32Array;
}

const NO_BYTES = new Uint8Array(0);
/** A value in a dictionary stands for three rows at least, as in a column builder; few values always may. */
const ROWS_A_VALUE = 3;
const FREE_VALUES = 24;
/** Texts looked at before those that hardly repeat are left as texts: hashing them all costs more than it saves. */
const TRIAL = 2048;
/** Of so many, 19 in 20 differ when there are thousands of values: messages and ids. */
const FIRST_TRIAL = 256;
const FIRST_DISTINCT = Math.ceil(FIRST_TRIAL * 0.95);
/** Above this making a view for a native copy pays. */
const NATIVE_COPY_BYTES = 512;

/**
 * @param views the column of each of the picked blocks, undefined where a block has none.
 * @returns undefined, and writes nothing, when no row has a value.
 */
export function writeMergedColumn(
  out: ByteWriter,
  presence: PresenceOf,
  views: readonly (ColumnView | undefined)[],
): ColumnShape | undefined {
  const { picked, rows } = presence;
  const dense = views.every((view) => view !== undefined && view.present === undefined);
  if (dense) {
    const sources = picked.map((one, i) => ({ ...one, view: views[i] as ColumnView }));
    return writeValues(out, sources, rows);
  }
  const { kept, count, bitmap } = presence.find(views);
  if (count === 0) return undefined;
  const sources: Source[] = [];
  kept.forEach((one, i) => {
    if (one !== undefined) sources.push({ view: views[i] as ColumnView, ...one });
  });
  if (count < rows) out.raw(bitmap);
  const described = writeValues(out, sources, count);
  if (count < rows) described.flags |= FLAG_SPARSE;
  return described;
}

function writeValues(out: ByteWriter, sources: readonly Source[], count: number): ColumnShape {
  const kinds = new Set(sources.map(({ view }) => view.kind));
  if (kinds.size === 1 && kinds.has("numbers")) return mergeNumbers(out, sources, count);
  if (!kinds.has("numbers") && !kinds.has("mixed")) {
    const union = unionOf(sources, count);
    if (union !== undefined) return writeDictionary(out, { ...union, count }, undefined);
    if (sources.every(({ view }) => view.kind === "text" || isTexts(view)))
      return mergeTexts(out, sources, count);
  }
  return rebuild(out, sources, count);
}

function isTexts(view: ColumnView): boolean {
  return view.kind === "dictionary" && view.values.every((value) => typeof value === "string");
}

function mergeNumbers(out: ByteWriter, sources: readonly Source[], count: number): ColumnShape {
  const numbers = new Float64Array(count);
  for (const { view, rows, places } of sources) {
    if (view.kind !== "numbers") continue;
    const own = view.numbers;
    for (let k = 0; k < rows.length; k++)
      numbers[places[k] as number] = own[rows[k] as number] as number;
  }
  return writeNumbers(out, numbers, count, undefined);
}

interface Union {
  readonly dictionary: ByteDictionary;
  readonly codes: Uint16Array<ArrayBuffer>;
}

/** @returns the codes of all values in one dictionary; undefined when they are too many for one. */
function unionOf(sources: readonly Source[], count: number): Union | undefined {
  const dictionary = new ByteDictionary();
  const codes = new Uint16Array(count);
  let tried = 0;
  const isWorse = (rows: number): boolean =>
    dictionary.size > FREE_VALUES && dictionary.size * ROWS_A_VALUE > rows;
  // Texts first: it is they that may turn out not to repeat.
  for (const { view, rows, places } of sources) {
    if (view.kind !== "text") continue;
    const { bytes, starts } = view;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const end = (starts[row + 1] as number) - 1;
      const code = dictionary.codeOf(CELL_TEXT, bytes, starts[row] as number, end);
      if (code === FULL || code === NOT_UTF8) return undefined;
      codes[places[k] as number] = code;
      if (++tried === FIRST_TRIAL && dictionary.size >= FIRST_DISTINCT) return undefined;
      if (tried === TRIAL && isWorse(tried)) return undefined;
    }
  }
  for (const { view, rows, places } of sources) {
    if (view.kind !== "dictionary") continue;
    const remap = remapOf(view, rows, dictionary);
    if (remap === undefined) return undefined;
    const own = view.codes;
    // A loop for the kind that is common: one that meets several kinds of arrays takes twice as long.
    if (own instanceof Uint8Array) recodeBytes(codes, places, remap, own, rows);
    else
      for (let k = 0; k < rows.length; k++)
        codes[places[k] as number] = remap[own[rows[k] as number] as number] as number;
  }
  return isWorse(count) ? undefined : { dictionary, codes };
}

/** For codes of a byte each. */
function recodeBytes(
  codes: Uint16Array,
  places: Uint32Array,
  remap: Uint16Array,
  own: Uint8Array,
  rows: Uint32Array,
): void {
  for (let k = 0; k < rows.length; k++)
    codes[places[k] as number] = remap[own[rows[k] as number] as number] as number;
}

/** @returns the new code of each value that one of `rows` has; undefined when they do not fit. */
function remapOf(
  { values, codes }: DictionaryColumn,
  rows: Uint32Array,
  dictionary: ByteDictionary,
): Uint16Array | undefined {
  const used = new Uint8Array(values.length);
  for (let k = 0; k < rows.length; k++) used[codes[rows[k] as number] as number] = 1;
  const remap = new Uint16Array(values.length);
  for (let code = 0; code < values.length; code++) {
    if (used[code] === 0) continue;
    const { type, bytes } = cellOf(values[code] as AttributeValue);
    const known = dictionary.codeOf(type, bytes, 0, bytes.length);
    if (known < 0 || known >= MAX_DICTIONARY) return undefined;
    remap[code] = known;
  }
  return remap;
}

/** @param value no number: those have columns of their own kind. */
function cellOf(value: AttributeValue): { type: number; bytes: Uint8Array } {
  if (typeof value === "string") return { type: CELL_TEXT, bytes: utf8Bytes(value) };
  if (typeof value === "boolean") return { type: value ? CELL_TRUE : CELL_FALSE, bytes: NO_BYTES };
  return { type: CELL_JSON, bytes: utf8Bytes(jsonText(value)) };
}

/** A column of texts as bytes with an index: of the row, or of the row's code. */
interface Texts {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly codes: Uint32Array | Uint16Array | Uint8Array | undefined;
  readonly ascii: boolean;
}

function textsOf(view: DictionaryColumn | TextColumn): Texts {
  if (view.kind === "text")
    return { bytes: view.bytes, starts: view.starts, codes: undefined, ascii: view.ascii };
  const texts = view.values.map((value) => (typeof value === "string" ? value : ""));
  const bytes = utf8Bytes(texts.map((text) => `${text}\n`).join(""));
  const starts = new Uint32Array(texts.length + 1);
  let ascii = true;
  texts.forEach((text, code) => {
    const length = utf8Bytes(text).length;
    // As many bytes as UTF-16 units only when all are ASCII.
    if (length !== text.length) ascii = false;
    starts[code + 1] = (starts[code] as number) + length + 1;
  });
  return { bytes, starts, codes: view.codes, ascii };
}

/** Lengths as varints, then the values, each followed by `\n`. */
function mergeTexts(out: ByteWriter, sources: readonly Source[], count: number): ColumnShape {
  const all = sources.map(({ view }) => textsOf(view as DictionaryColumn | TextColumn));
  const ends = new Uint32Array(count);
  sources.forEach(({ rows, places }, i) => {
    const { starts, codes } = all[i] as Texts;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const at = codes === undefined ? row : (codes[row] as number);
      ends[places[k] as number] = (starts[at + 1] as number) - (starts[at] as number);
    }
  });
  out.reserve(count * 5);
  const lengthsAt = out.length;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const length = (ends[i] as number) - 1;
    if (length < 0x80) out.bytes[out.length++] = length;
    else out.varint(length);
    ends[i] = total += length + 1;
  }
  const size = out.length - lengthsAt;
  out.reserve(total);
  const target = wordView(out.bytes);
  const base = out.length;
  sources.forEach(({ rows, places }, i) => {
    const { bytes, starts, codes } = all[i] as Texts;
    const words = wordView(bytes);
    const isRun = codes === undefined;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const place = places[k] as number;
      const first = isRun ? row : (codes[row] as number);
      let last = first;
      // Rows that stay neighbours are neighbours in the bytes too.
      if (isRun)
        while (
          k + 1 < rows.length &&
          rows[k + 1] === last + 1 &&
          places[k + 1] === place + (last + 1 - first)
        ) {
          k++;
          last++;
        }
      const to = base + (place === 0 ? 0 : (ends[place - 1] as number));
      const start = starts[first] as number;
      const end = starts[last + 1] as number;
      if (end - start > NATIVE_COPY_BYTES) out.bytes.set(bytes.subarray(start, end), to);
      else copyWords(target, to, words, start, end);
    }
  });
  out.length = base + total;
  const described = { ...shape(ENCODING.text, count), size };
  if (all.every(({ ascii }) => ascii)) described.flags |= FLAG_ASCII;
  return described;
}

/** Values of several kinds, one by one in their order. */
function rebuild(out: ByteWriter, sources: readonly Source[], count: number): ColumnShape {
  const sourceOf = new Uint32Array(count);
  const rowOf = new Uint32Array(count);
  sources.forEach(({ rows, places }, i) => {
    for (let k = 0; k < rows.length; k++) {
      sourceOf[places[k] as number] = i;
      rowOf[places[k] as number] = rows[k] as number;
    }
  });
  const builder = new ColumnBuilder();
  for (let i = 0; i < count; i++)
    addValue(builder, i, (sources[sourceOf[i] as number] as Source).view, rowOf[i] as number);
  return writeColumn(out, builder, count, undefined, undefined);
}

function addValue(builder: ColumnBuilder, place: number, view: ColumnView, row: number): void {
  if (view.kind === "text" || view instanceof MixedView) {
    const type = view.kind === "text" ? CELL_TEXT : (view.types[row] as number);
    const start = view.starts[row] as number;
    const end = (view.starts[row + 1] as number) - 1;
    if (type === CELL_TEXT) return void builder.addText(place, view.bytes, start, end);
    if (type === CELL_JSON) return void builder.addJson(place, view.bytes, start, end);
  }
  const value = view.value(row);
  if (typeof value === "number") builder.addNumber(place, value);
  else if (typeof value === "boolean") builder.addBoolean(place, value);
  else if (value !== undefined) {
    const { type, bytes } = cellOf(value);
    if (type === CELL_TEXT) builder.addText(place, bytes, 0, bytes.length);
    else builder.addJson(place, bytes, 0, bytes.length);
  }
}
