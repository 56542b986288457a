/**
 * The attributes of the row being decoded, by place in their sources, before the row is taken.
 * Invariant: each canonical name stands once; after `settle` values obey LIMITS; what was cut is in `truncated`, and an
 * unreadable one in `refusal`. Nothing here is copied but lists that several spellings of one name made.
 */
import { LIMITS } from "../../domain/limits.ts";
import type { AttributeValue } from "../../domain/entry.ts";
import { grownBytes, grownF64, grownI32, grownU32, utf8Bytes, utf8Text } from "./bytes.ts";
import { CELL_FALSE, CELL_JSON, CELL_NUMBER, CELL_TEXT, CELL_TRUE } from "./column-builder.ts";
import { jsonText, parseJsonValue } from "./json-value.ts";
import { NAME_CUT, NAME_NOT_UTF8, type NameTable } from "./name-table.ts";
import type { Name } from "./row-sink.ts";
import { characterEnd, isUtf8 } from "./utf8.ts";

const NO_BYTES = new Uint8Array(0);
/** A number's, and what any cell costs beside its bytes. */
const PLAIN_BYTES = 8;
/** In place of a cell. */
const FULL_ROW = -1;
const REPEATED = -2;

/** What several spellings of one name, or one sent several times, add up to. */
interface Joined {
  /** Their distinct values as JSON, in order. */
  values: Set<string>;
  /** Of these, in UTF-16 units: no more than their bytes. */
  length: number;
  /** Whether a list was among them; one value alone stays what it is. */
  hasList: boolean;
}

export class RowCells {
  count = 0;
  /** Canonical handles. */
  names = new Int32Array(64);
  types = new Uint8Array(64);
  sources: Uint8Array[] = [];
  starts = new Uint32Array(64);
  ends = new Uint32Array(64);
  numbers = new Float64Array(64);
  readonly truncated = new Set<string>();
  /** What the rows since it was set to 0 took of LIMITS.repeatedBytesPerBatch. */
  repeatedBytes = 0;
  /** Why the row cannot be taken; empty when it can. */
  refusal = "";
  readonly #table: NameTable;
  /** The spelling each cell came by. */
  #spellings = new Int32Array(64);
  /** By canonical handle: the row that has it. */
  #rowOf = new Uint32Array(64);
  #row = 0;
  /** By cell. Few rows have any. */
  readonly #joined = new Map<number, Joined>();

  constructor(table: NameTable) {
    this.#table = table;
  }

  clear(): void {
    this.count = 0;
    if (this.truncated.size > 0) this.truncated.clear();
    if (this.#joined.size > 0) this.#joined.clear();
    this.refusal = "";
    this.#row++;
    if (this.#row > 0xffff_fffe) {
      this.#rowOf.fill(0);
      this.#row = 1;
    }
  }

  has(canonical: number): boolean {
    return this.#rowOf[canonical] === this.#row;
  }

  addText(name: Name, source: Uint8Array, start: number, end: number): void {
    let to = end;
    if (end - start > LIMITS.attributeValueBytes) {
      to = characterEnd(source, start, start + LIMITS.attributeValueBytes);
      this.cut(this.#table.textOf(name));
    }
    this.#addBytes(name, CELL_TEXT, source, start, to);
  }

  addJson(name: Name, source: Uint8Array, start: number, end: number): void {
    // What is left of a JSON text that was cut is a text.
    if (end - start > LIMITS.attributeValueBytes) this.addText(name, source, start, end);
    else this.#addBytes(name, CELL_JSON, source, start, end);
  }

  addNumber(name: Name, value: number): void {
    // The sum makes -0 a 0: JSON and columns of integers have one zero, so no number has two.
    if (Number.isFinite(value)) this.#addPlain(name, CELL_NUMBER, value + 0);
    else {
      const text = utf8Bytes(String(value));
      this.#addBytes(name, CELL_TEXT, text, 0, text.length);
    }
  }

  addBoolean(name: Name, value: boolean): void {
    this.#addPlain(name, value ? CELL_TRUE : CELL_FALSE, 0);
  }

  /** Adds those of `others`, which are settled, whose names are not here yet. */
  addMissing(others: RowCells): void {
    for (let i = 0; i < others.count; i++) {
      const name = others.names[i] as Name;
      if (this.has(name)) continue;
      const type = others.types[i] as number;
      if (type === CELL_TEXT || type === CELL_JSON)
        this.#addBytes(
          name,
          type,
          others.sources[i] as Uint8Array,
          others.starts[i] as number,
          others.ends[i] as number,
        );
      else this.#addPlain(name, type, others.numbers[i] as number);
    }
    for (const what of others.truncated) this.cut(what);
    this.refusal ||= others.refusal;
  }

  /** Names what was cut, once. */
  cut(what: string): void {
    this.truncated.add(what);
  }

  #addBytes(name: Name, type: number, source: Uint8Array, start: number, end: number): void {
    const at = this.#open(name);
    if (at === REPEATED) this.#join(name, type, source, start, end, 0);
    if (at < 0) return;
    this.types[at] = type;
    // Mostly the body that was there before: the collector hears of every store of an object.
    if (this.sources[at] !== source) this.sources[at] = source;
    this.starts[at] = start;
    this.ends[at] = end;
  }

  /** A number, or a boolean, whose type says all. */
  #addPlain(name: Name, type: number, value: number): void {
    const at = this.#open(name);
    if (at === REPEATED) this.#join(name, type, NO_BYTES, 0, 0, value);
    if (at < 0) return;
    this.types[at] = type;
    this.numbers[at] = value;
  }

  /** @returns a new cell for the name; FULL_ROW when there is none left, REPEATED when the row has the name. */
  #open(name: Name): number {
    const table = this.#table;
    const flags = table.flags[name] as number;
    if ((flags & NAME_NOT_UTF8) !== 0) this.refusal ||= "attributes: a name is not valid UTF-8";
    const canonical = table.canonical[name] as number;
    if (canonical >= this.#rowOf.length) this.#rowOf = grownU32(this.#rowOf, canonical + 1);
    if (this.#rowOf[canonical] === this.#row) {
      if ((flags & NAME_CUT) !== 0) this.cut(table.textOf(name));
      return REPEATED;
    }
    const at = this.count;
    if (at === LIMITS.attributesPerEntry) {
      this.cut("attributes");
      return FULL_ROW;
    }
    if ((flags & NAME_CUT) !== 0) this.cut(table.textOf(name));
    this.count++;
    if (at === this.names.length) {
      this.names = grownI32(this.names, at + 1);
      this.types = grownBytes(this.types, at + 1);
      this.starts = grownU32(this.starts, at + 1);
      this.ends = grownU32(this.ends, at + 1);
      this.numbers = grownF64(this.numbers, at + 1);
      this.#spellings = grownI32(this.#spellings, at + 1);
    }
    this.#rowOf[canonical] = this.#row;
    this.names[at] = canonical;
    this.#spellings[at] = name;
    return at;
  }

  #set(
    at: number,
    type: number,
    source: Uint8Array,
    start: number,
    end: number,
    value: number,
  ): void {
    this.types[at] = type;
    this.sources[at] = source;
    this.starts[at] = start;
    this.ends[at] = end;
    this.numbers[at] = value;
  }

  /** The name as JSON. */
  quotedName(at: number): string {
    return this.#table.quotedOf(this.names[at] as Name);
  }

  /** Bytes of all names and values. */
  get bytes(): number {
    let sum = 0;
    for (let i = 0; i < this.count; i++) {
      sum += this.#table.bytesOf(this.names[i] as Name).length + PLAIN_BYTES;
      const type = this.types[i];
      if (type === CELL_TEXT || type === CELL_JSON)
        sum += (this.ends[i] as number) - (this.starts[i] as number);
    }
    return sum;
  }

  valueAt(at: number): AttributeValue {
    return valueOf(
      this.types[at] as number,
      this.sources[at],
      this.starts[at] as number,
      this.ends[at] as number,
      this.numbers[at] as number,
    );
  }

  /** A second spelling of a name, or a name once more: the distinct values become a list, the flatter spelling's first. */
  #join(
    name: Name,
    type: number,
    source: Uint8Array,
    start: number,
    end: number,
    value: number,
  ): void {
    const at = this.names.indexOf(this.#table.canonical[name] as number);
    const isBytes = type === CELL_TEXT || type === CELL_JSON;
    if ((isBytes && !isUtf8(source, start, end)) || !this.#isReadable(at)) {
      this.refusal ||= `${this.#table.textOf(name)}: not valid UTF-8`;
      return;
    }
    let joined = this.#joined.get(at);
    if (joined === undefined) {
      joined = { values: new Set(), length: 0, hasList: false };
      addTo(joined, this.valueAt(at));
      this.#joined.set(at, joined);
    }
    // Over its limit it is cut, whatever else comes.
    if (joined.length > LIMITS.attributeValueBytes) return;
    const added = valueOf(type, source, start, end, value);
    const depth = this.#table.depth[name] as number;
    if (depth < (this.#table.depth[this.#spellings[at] as number] as number)) {
      this.#spellings[at] = name;
      const { values } = joined;
      joined.values = new Set();
      joined.length = 0;
      addTo(joined, added);
      for (const text of values) addText(joined, text);
    } else addTo(joined, added);
  }

  /** Whether the first value of a name that is sent again is UTF-8; once known to be, it stays so. */
  #isReadable(at: number): boolean {
    const type = this.types[at];
    if ((type !== CELL_TEXT && type !== CELL_JSON) || this.#joined.has(at)) return true;
    return isUtf8(
      this.sources[at] as Uint8Array,
      this.starts[at] as number,
      this.ends[at] as number,
    );
  }

  /** Makes the values that came in parts; nothing is added behind it. */
  settle(): void {
    if (this.#joined.size === 0) return;
    for (const [at, { values, hasList }] of this.#joined) {
      if (values.size === 1 && !hasList) continue;
      const list = utf8Bytes(`[${[...values].join(",")}]`);
      if (list.length > LIMITS.attributeValueBytes) {
        this.cut(this.#table.textOf(this.names[at] as Name));
        const to = characterEnd(list, 0, LIMITS.attributeValueBytes);
        this.#set(at, CELL_TEXT, list, 0, to, 0);
      } else this.#set(at, CELL_JSON, list, 0, list.length, 0);
    }
    this.#joined.clear();
  }
}

function valueOf(
  type: number,
  source: Uint8Array | undefined,
  start: number,
  end: number,
  number: number,
): AttributeValue {
  switch (type) {
    case CELL_NUMBER:
      return number;
    case CELL_FALSE:
      return false;
    case CELL_TRUE:
      return true;
    default: {
      const text = utf8Text(source as Uint8Array, start, end);
      return type === CELL_JSON ? parseJsonValue(text) : text;
    }
  }
}

function addTo(joined: Joined, value: AttributeValue): void {
  if (Array.isArray(value)) joined.hasList = true;
  for (const one of elements(value)) addText(joined, jsonText(one));
}

function addText(joined: Joined, text: string): void {
  if (joined.values.has(text)) return;
  joined.values.add(text);
  joined.length += text.length + 1;
}

function elements(value: AttributeValue): readonly AttributeValue[] {
  return Array.isArray(value) ? (value as readonly AttributeValue[]) : [value];
}
