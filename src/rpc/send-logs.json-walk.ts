/**
 * Walks the bytes of a SendLogs body in JSON onto a row sink, without a text or an object a value.
 * Invariant: what it takes it takes as `decodeSendLogsJson` does with JSON.parse (a property test compares them). It
 * gives up on whatever is unusual (a member twice, an escape in a name, what stands behind the entries, any fault);
 * then the sink is as it was.
 */
import { FaultError, isFault } from "../domain/fault.ts";
import { LIMITS } from "../domain/limits.ts";
import {
  grownU32,
  jsonMarks,
  sameBytes,
  textView,
  type ByteText,
  utf8Bytes,
  wordView,
} from "../engine/column/bytes.ts";
import type { Name } from "../engine/column/row-sink.ts";
import {
  checkDepth,
  putAttribute,
  type DecodingSink,
  type Json,
  type JsonMap,
} from "../ingest/decode/json-values.ts";
import { NameCache } from "../ingest/decode/name-cache.ts";
import { StampReader } from "../ingest/decode/stamp-reader.ts";
import { TextScratch } from "../ingest/decode/text-scratch.ts";
import { NOTHING_KNOWN } from "./send-logs.fields.ts";
import { ENTRY_ATTRIBUTES_LEVEL, isUnsetTime, putLevel, putTime } from "./send-logs.json-fields.ts";
import {
  ATTRIBUTES,
  HOST,
  LEVEL,
  MESSAGE,
  SERVICE,
  SPAN_ID,
  TRACE_ID,
  UNKNOWN,
  fieldOf,
} from "./send-logs.json-members.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const MAP = 0x7b;
const MAP_END = 0x7d;
/** First letters of `true`, `false` and `null`. */
const T = 0x74;
const F = 0x66;
const N = 0x6e;

/** Maps nested deeper go the long way. */
const WALKED_DEPTH = 8;
/** Numbers of so many digits are exact in a double, and so is their quotient by a power of ten below. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

const [TRUE, FALSE, NULL, EMPTY] = ["true", "false", "null", "{}"].map(utf8Bytes) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** Thrown to give up; says nothing to anybody. */
const UNUSUAL = new Error("unusual");

/**
 * @param body well-formed UTF-8.
 * @param begin takes the members that stand before the entries, before the first row.
 * @returns false when it gave up.
 */
export function walkSendLogsJson(
  body: Uint8Array,
  sink: DecodingSink,
  begin: (members: JsonMap) => void,
): boolean {
  try {
    new JsonWalker(body, sink).run(begin);
    return true;
  } catch (error) {
    const unusual =
      error === UNUSUAL || error instanceof SyntaxError || error instanceof FaultError;
    // What the rows come to is the same either way.
    if (!unusual || (isFault(error, "invalid") && error.fault.field !== "body")) throw error;
    // The long way finds any fault again, and names it.
    sink.restart();
    return false;
  }
}

class JsonWalker {
  readonly #body: Uint8Array;
  readonly #view: ByteText;
  readonly #words: DataView;
  /** Four bytes may be read before it. */
  readonly #lastWord: number;
  readonly #sink: DecodingSink;
  readonly #scratch = new TextScratch();
  readonly #names: NameCache;
  readonly #stamps = new StampReader();
  #at = 0;
  /** Where the last text lies. */
  #source: Uint8Array;
  #start = 0;
  #end = 0;
  /** By name: the last row that has it, to find a member that is sent twice. */
  #rowOf = new Uint32Array(64);
  #row = 0;
  #levelStart = 0;
  #levelEnd = 0;
  #severity = 0;

  constructor(body: Uint8Array, sink: DecodingSink) {
    this.#body = this.#source = body;
    this.#view = textView(body);
    this.#words = wordView(body);
    this.#lastWord = body.length - 3;
    this.#sink = sink;
    this.#names = new NameCache(sink);
  }

  run(begin: (members: JsonMap) => void): void {
    const members: Record<string, Json> = Object.create(null) as Record<string, Json>;
    this.#take(MAP);
    let entries = false;
    if (this.#next() === MAP_END) throw UNUSUAL;
    do {
      this.#name();
      const name = this.#view.latin1Slice(this.#start, this.#end);
      // A row wants the defaults before it.
      if (entries || name in members) throw UNUSUAL;
      this.#take(COLON);
      if (name === "entries") {
        begin(members);
        entries = true;
        this.#entries();
      } else {
        this.#next();
        members[name] = this.#parsed();
      }
    } while (this.#more(MAP_END));
    if (!entries || this.#next() >= 0) throw UNUSUAL;
  }

  #entries(): void {
    this.#take(LIST);
    if (this.#next() === LIST_END) {
      this.#at++;
      return;
    }
    let index = 0;
    do {
      if (index === LIMITS.entriesPerBatch) throw UNUSUAL;
      this.#entry(index++);
    } while (this.#more(LIST_END));
  }

  #entry(index: number): void {
    const sink = this.#sink;
    this.#take(MAP);
    this.#scratch.reset();
    this.#row++;
    sink.begin(index);
    if (this.#next() === MAP_END) {
      this.#at++;
      sink.end();
      return;
    }
    let seen = 0;
    let isKnown = false;
    let hasUnknown = false;
    let hasUnknownNull = false;
    do {
      this.#name();
      const field = fieldOf(this.#body, this.#start, this.#end);
      if (field !== UNKNOWN && (seen & (1 << field)) !== 0) throw UNUSUAL;
      seen |= 1 << field;
      this.#take(COLON);
      const byte = this.#next();
      if (byte === N) {
        this.#literal(NULL);
        hasUnknownNull ||= field === UNKNOWN;
        continue;
      }
      if (field === UNKNOWN) hasUnknown = true;
      else isKnown = true;
      if (field === ATTRIBUTES) {
        if (byte !== MAP) throw UNUSUAL;
        this.#map(undefined, 1);
      } else if (field === UNKNOWN) checkDepth(this.#parsed(), LIMITS.jsonDepth - 3);
      else if (field === LEVEL) this.#level(byte, index);
      else {
        if (byte !== QUOTE) throw UNUSUAL;
        this.#text();
        this.#textField(field, index);
      }
    } while (this.#more(MAP_END));
    const isRejected = hasUnknown && !isKnown;
    // Of a name that stands there twice the last value counts, and it may be the null.
    if (isRejected && hasUnknownNull) throw UNUSUAL;
    if (isRejected) sink.reject(NOTHING_KNOWN);
    else sink.end();
  }

  #textField(field: number, index: number): void {
    const sink = this.#sink;
    const source = this.#source;
    const start = this.#start;
    const end = this.#end;
    switch (field) {
      case MESSAGE:
        sink.message(source, start, end);
        return;
      case SERVICE:
        if (end > start) sink.service(source, start, end);
        return;
      case HOST:
        if (end > start) sink.host(source, start, end);
        return;
      case TRACE_ID:
        sink.traceId(source, start, end);
        return;
      case SPAN_ID:
        sink.spanId(source, start, end);
        return;
      default: {
        const stamps = this.#stamps;
        if (stamps.read(source, start, end) && !isUnsetTime(stamps.ms, stamps.remNanos))
          sink.time(stamps.ms, stamps.remNanos);
        else putTime(sink, stamps.parser, textView(source).utf8Slice(start, end), index);
      }
    }
  }

  #level(byte: number, index: number): void {
    if (byte !== QUOTE) {
      const number = this.#number();
      putLevel(this.#sink, Number.isNaN(number) ? this.#parsed() : number, index);
      return;
    }
    const at = this.#at + 1;
    const length = this.#levelEnd - this.#levelStart;
    const body = this.#body;
    if (
      this.#severity > 0 &&
      body[at + length] === QUOTE &&
      sameBytes(body, this.#levelStart, body, at, length)
    ) {
      this.#at = at + length + 1;
      this.#sink.severity(this.#severity);
      return;
    }
    this.#text();
    const text = textView(this.#source).utf8Slice(this.#start, this.#end);
    this.#severity = putLevel(this.#sink, text, index);
    if (this.#source !== body) this.#severity = 0;
    this.#levelStart = this.#start;
    this.#levelEnd = this.#end;
  }

  /** A map of attributes, flattened: `parent` is the name so far. */
  #map(parent: Name | undefined, depth: number): void {
    const sink = this.#sink;
    const body = this.#body;
    this.#at++;
    if (this.#next() === MAP_END) {
      this.#at++;
      if (parent !== undefined) sink.attributeJson(parent, EMPTY, 0, EMPTY.length);
      return;
    }
    do {
      this.#name();
      let name = sink.nameOf(body, this.#start, this.#end);
      if (parent !== undefined) name = sink.join(parent, name);
      if (name >= this.#rowOf.length) this.#rowOf = grownU32(this.#rowOf, name + 1);
      if (this.#rowOf[name] === this.#row) throw UNUSUAL;
      this.#rowOf[name] = this.#row;
      this.#take(COLON);
      this.#value(name, depth);
    } while (this.#more(MAP_END));
  }

  #value(name: Name, depth: number): void {
    const sink = this.#sink;
    switch (this.#next()) {
      case QUOTE:
        this.#text();
        sink.attributeText(name, this.#source, this.#start, this.#end);
        return;
      case T:
        this.#literal(TRUE);
        sink.attributeBoolean(name, true);
        return;
      case F:
        this.#literal(FALSE);
        sink.attributeBoolean(name, false);
        return;
      case N:
        this.#literal(NULL);
        sink.attributeJson(name, NULL, 0, NULL.length);
        return;
      case MAP:
        if (depth < WALKED_DEPTH) {
          this.#map(name, depth + 1);
          return;
        }
        break;
      case LIST:
        break;
      default: {
        const number = this.#number();
        if (!Number.isNaN(number)) {
          sink.attributeNumber(name, number);
          return;
        }
      }
    }
    const room = LIMITS.jsonDepth - ENTRY_ATTRIBUTES_LEVEL - (depth - 1);
    putAttribute(sink, this.#scratch, this.#names, name, this.#parsed(), depth, room);
  }

  /** @returns the number here, NaN when it is none or not a plain one; then nothing is read. */
  #number(): number {
    const body = this.#body;
    let i = this.#at;
    const negative = body[i] === 0x2d;
    if (negative) i++;
    const first = i;
    let value = 0;
    let digit = (body[i] as number) - 0x30;
    for (; digit >= 0 && digit <= 9; digit = (body[++i] as number) - 0x30)
      value = value * 10 + digit;
    let digits = i - first;
    if (digits === 0 || (digits > 1 && body[first] === 0x30)) return NaN;
    let scale = 0;
    if (body[i] === 0x2e) {
      const point = i++;
      digit = (body[i] as number) - 0x30;
      for (; digit >= 0 && digit <= 9; digit = (body[++i] as number) - 0x30)
        value = value * 10 + digit;
      scale = i - point - 1;
      if (scale === 0) return NaN;
      digits += scale;
    }
    if (digits > EXACT_DIGITS || ((body[i] as number) | 0x20) === 0x65) return NaN;
    this.#at = i;
    const absolute = scale === 0 ? value : value / (POWERS[scale] as number);
    return negative ? -absolute : absolute;
  }

  /** Reads a text, which begins here. */
  #text(): void {
    const body = this.#body;
    const start = this.#at + 1;
    const words = this.#words;
    let i = start;
    for (; i < this.#lastWord; i += 4) if (jsonMarks(words.getInt32(i, true)) !== 0) break;
    let byte = body[i] as number;
    while (byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20) byte = body[++i] as number;
    if (byte === QUOTE) {
      this.#source = body;
      this.#start = start;
      this.#end = i;
      this.#at = i + 1;
      return;
    }
    if (byte !== BACKSLASH) throw UNUSUAL;
    this.#start = this.#scratch.put(this.#parsed() as string);
    this.#source = this.#scratch.bytes;
    this.#end = this.#scratch.end;
  }

  /** Reads the name of a member, without escapes. */
  #name(): void {
    if (this.#next() !== QUOTE) throw UNUSUAL;
    this.#text();
    if (this.#source !== this.#body) throw UNUSUAL;
  }

  #literal(word: Uint8Array): void {
    if (!sameBytes(this.#body, this.#at, word, 0, word.length)) throw UNUSUAL;
    this.#at += word.length;
  }

  /** @returns the value that begins here, read by JSON.parse. */
  #parsed(): Json {
    const start = this.#at;
    const end = this.#valueEnd();
    this.#at = end;
    return JSON.parse(this.#view.utf8Slice(start, end)) as Json;
  }

  /** Where the value that begins here ends, if it is one. */
  #valueEnd(): number {
    const body = this.#body;
    let depth = 0;
    for (let i = this.#at; i < body.length; i++) {
      const byte = body[i] as number;
      if (byte === QUOTE) {
        for (i++; i < body.length && body[i] !== QUOTE; i++) if (body[i] === BACKSLASH) i++;
        if (i >= body.length) break;
        if (depth === 0) return i + 1;
      } else if (byte === MAP || byte === LIST) depth++;
      else if (byte === MAP_END || byte === LIST_END) {
        // Behind a number or a word, what ends is around it.
        if (depth === 0) return i;
        if (--depth === 0) return i + 1;
      } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) return i;
    }
    throw UNUSUAL;
  }

  /** @returns the next byte that is no space, -1 at the end; it is not read. */
  #next(): number {
    const body = this.#body;
    for (let at = this.#at; at < body.length; at++) {
      const byte = body[at] as number;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.#at = at;
        return byte;
      }
    }
    this.#at = body.length;
    return -1;
  }

  #take(wanted: number): void {
    if (this.#next() !== wanted) throw UNUSUAL;
    this.#at++;
  }

  /** Reads a comma or `end`. @returns whether it was a comma. */
  #more(end: number): boolean {
    const byte = this.#next();
    if (byte !== COMMA && byte !== end) throw UNUSUAL;
    this.#at++;
    return byte === COMMA;
  }
}
