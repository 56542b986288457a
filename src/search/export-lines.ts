/**
 * Writes rows of blocks as the lines of an export.
 * Invariant: a line is the API's JSON of an entry and a line feed; what is taken out are whole lines. It is written from
 * columns as bytes: values of a dictionary are made into JSON once a block, and nothing is made for a row but texts of
 * its numbers.
 */
import { type AttributeValue, type Entry, entryIdText } from "../domain/entry.ts";
import { LEVELS, levelOf, severityOf } from "../domain/level.ts";
import { msOf, nanosOf } from "../domain/time-range.ts";
import type { BlockReader, ColumnView } from "../engine/block/block-reader.ts";
import { hasRow } from "../engine/block/column-views.ts";
import { utf8Bytes } from "../engine/column/bytes.ts";

/** Below a millisecond's work, so that queries of the same thread get their turn. */
export const CHUNK_BYTES = 256 * 1024;
/** Most lines that begin before a chunk is full end in it. */
const SLACK_BYTES = 16 * 1024;
/** Shorter ones are copied faster byte by byte than by a call. */
const SHORT_BYTES = 64;

const QUOTE = 0x22;
const OPEN = 0x7b;
/** The JSON of each byte that may not stand in a text as it is. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === 0x5c
    ? utf8Bytes(JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
    : undefined,
);

const TIME = utf8Bytes('{"time":"');
const LEVEL = utf8Bytes('Z","level":');
/** By severity. Those between the names are numbers in canonical JSON. */
const SEVERITIES = Array.from({ length: 25 }, (_, severity) => {
  const level = levelOf(severity);
  const isNamed = severity > 0 && LEVELS.includes(level) && severityOf(level) === severity;
  return utf8Bytes(isNamed ? `"LEVEL_${level.toUpperCase()}"` : String(severity));
});
const ATTRIBUTES = utf8Bytes(',"attributes":');
const NO_TRUNCATED = utf8Bytes(',"truncated":[]}\n');
const TRUNCATED = utf8Bytes(',"truncated":');
const END = utf8Bytes("}\n");
const NO_TEXT = utf8Bytes('""');
const BUILTINS = ["message", "service", "host", "trace_id", "span_id"] as const;

/** Bytes that grow, taken out a chunk at a time. */
export class LineBytes {
  #bytes: Uint8Array<ArrayBuffer> = freshBytes();
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** Forgets what was written behind a place. */
  cut(at: number): void {
    this.#at = at;
  }

  /** @returns what was written; alone in its buffer, which is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = freshBytes();
    this.#at = 0;
    return taken;
  }

  put(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  replace(at: number, byte: number): void {
    this.#bytes[at] = byte;
  }

  raw(from: Uint8Array): void {
    const { length } = from;
    this.#room(length);
    const bytes = this.#bytes;
    const at = this.#at;
    if (length > SHORT_BYTES) bytes.set(from, at);
    else for (let i = 0; i < length; i++) bytes[at + i] = from[i] as number;
    this.#at = at + length;
  }

  /** @param text ASCII alone. */
  ascii(text: string): void {
    const { length } = text;
    this.#room(length);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + length;
  }

  /** The text of from[start..end), which is UTF-8, as JSON. */
  quoted(from: Uint8Array, start: number, end: number): void {
    this.#room(end - start + 2);
    let bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from[i] as number;
      const escape = ESCAPES[byte];
      if (escape === undefined) {
        bytes[at++] = byte;
        continue;
      }
      this.#at = at;
      this.#room(escape.length + end - i + 1);
      bytes = this.#bytes;
      for (let j = 0; j < escape.length; j++) bytes[at++] = escape[j] as number;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  #room(more: number): void {
    const need = this.#at + more;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

function freshBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(CHUNK_BYTES + SLACK_BYTES);
}

/** Writes one row; throws `corrupt` for what turns out unreadable, when a part of the line may be there. */
export type RowWriter = (row: number) => void;

/** Throws `corrupt` when a column cannot be read. */
export function rowWriter(block: BlockReader, out: LineBytes): RowWriter {
  const { timeMs, timeRemNanos, severities, batches, batchOf, indexInBatch } = block;
  const writeSecond = secondWriter(out);
  const builtins = BUILTINS.map((name) =>
    columnWriter(`,"${name}":`, block.builtin(name), out, NO_TEXT),
  );
  const attributes = Array.from(block.attributeColumns(), ({ name, column }) =>
    columnWriter(`,${JSON.stringify(name)}:`, column, out, undefined),
  );
  const rest = block.restObjects();
  const truncated = block.truncatedNames();
  const received = batches.map((_, i) =>
    utf8Bytes(`},"observed_time":"${timeText(block.receivedMs(i), 0)}","id":"`),
  );
  const ids = batches.map((batch) => utf8Bytes(`.${batch}.`));

  return (row) => {
    const ms = timeMs[row] as number;
    const rem = timeRemNanos[row] as number;
    const batch = batchOf[row] as number;
    out.raw(TIME);
    writeSecond(ms, rem);
    out.raw(LEVEL);
    out.raw(SEVERITIES[severities[row] as number] ?? NO_TEXT);
    for (const write of builtins) write(row);
    out.raw(ATTRIBUTES);
    const at = out.length;
    for (const write of attributes) write(row);
    const more = rest?.value(row);
    if (more !== undefined && more !== null && typeof more === "object")
      for (const [name, value] of Object.entries(more))
        out.raw(utf8Bytes(`,${JSON.stringify(name)}:${valueJson(value as AttributeValue)}`));
    // Each attribute began with a comma: the first one's is where the object opens.
    if (out.length > at) out.replace(at, OPEN);
    else out.put(OPEN);
    out.raw(received[batch] ?? END);
    out.ascii(nanosText(ms, rem));
    out.raw(ids[batch] ?? END);
    out.ascii(String(indexInBatch[row]));
    out.put(QUOTE);
    const cut = truncated?.value(row);
    if (cut === undefined) {
      out.raw(NO_TRUNCATED);
      return;
    }
    out.raw(TRUNCATED);
    out.raw(utf8Bytes(valueJson(cut)));
    out.raw(END);
  };
}

/** The line of an entry that pipes have made of a row. */
export function writeEntry(entry: Entry, out: LineBytes): void {
  const { severity, attributes } = entry;
  const ms = msOf(entry.timeNanos);
  const members = Array.from(
    attributes,
    ([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`,
  );
  const texts = [entry.message, entry.service, entry.host, entry.traceId, entry.spanId];
  out.raw(TIME);
  out.ascii(timeText(ms, Number(entry.timeNanos - nanosOf(ms, 0))).slice(0, -1));
  out.raw(LEVEL);
  out.raw(SEVERITIES[severity] ?? NO_TEXT);
  const builtins = BUILTINS.map((name, i) => `,"${name}":${JSON.stringify(texts[i])}`).join("");
  const observed = timeText(msOf(entry.observedNanos), 0);
  out.raw(
    utf8Bytes(
      `${builtins},"attributes":{${members.join(",")}},"observed_time":"${observed}",` +
        `"id":"${entryIdText(entry.id)}","truncated":${JSON.stringify(entry.truncated)}}\n`,
    ),
  );
}

/** @param absent what a row without a value has; nothing at all when undefined. */
function columnWriter(
  prefix: string,
  column: ColumnView,
  out: LineBytes,
  absent: Uint8Array | undefined,
): RowWriter {
  const before = utf8Bytes(prefix);
  const { present } = column;
  const lacks = (): void => {
    if (absent === undefined) return;
    out.raw(before);
    out.raw(absent);
  };
  switch (column.kind) {
    case "dictionary": {
      const { values, codes } = column;
      const fragments: (Uint8Array | undefined)[] = Array.from({ length: values.length });
      return (row) => {
        if (!hasRow(present, row)) return lacks();
        const code = codes[row] as number;
        out.raw((fragments[code] ??= utf8Bytes(prefix + valueJson(values[code] ?? null))));
      };
    }
    case "numbers": {
      const { numbers } = column;
      return (row) => {
        if (!hasRow(present, row)) return lacks();
        out.raw(before);
        out.ascii(numberJson(numbers[row] as number));
      };
    }
    case "text": {
      const { bytes, starts } = column;
      return (row) => {
        if (!hasRow(present, row)) return lacks();
        out.raw(before);
        // Behind each text stands one line feed.
        const start = starts[row] as number;
        const end = (starts[row + 1] as number) - 1;
        out.quoted(bytes, start, end < start ? start : end);
      };
    }
    default:
      return (row) => {
        const value = column.value(row);
        if (value === undefined) return lacks();
        out.raw(before);
        out.raw(utf8Bytes(valueJson(value)));
      };
  }
}

/** An integer beyond ±2^53 and a number that JSON has not are texts, as in all answers. */
function valueJson(value: AttributeValue): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      return numberJson(value);
    case "bigint":
      return `"${value}"`;
    default:
      break;
  }
  if (value === null) return "null";
  if (Array.isArray(value))
    return `[${(value as readonly AttributeValue[]).map(valueJson).join(",")}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${valueJson(member as AttributeValue)}`,
  );
  return `{${members.join(",")}}`;
}

function numberJson(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

/** Nanoseconds since 1970, without a bigint where digits can be put together. */
function nanosText(ms: number, rem: number): string {
  return ms > 0 ? `${ms}${padded(rem, 6)}` : String(nanosOf(ms, rem));
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** RFC 3339 with 0, 3, 6 or 9 digits of a second, as canonical JSON has it. */
function timeText(ms: number, rem: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}${fraction(ms, rem)}Z`;
}

function fraction(ms: number, rem: number): string {
  const millis = ms - Math.floor(ms / 1000) * 1000;
  if (rem !== 0)
    return rem % 1000 === 0
      ? `.${padded(millis, 3)}${padded(rem / 1000, 3)}`
      : `.${padded(millis, 3)}${padded(rem, 6)}`;
  return millis === 0 ? "" : `.${padded(millis, 3)}`;
}

/** Writes times without their Z; rows in order share their second. */
function secondWriter(out: LineBytes): (ms: number, rem: number) => void {
  let second = Number.NaN;
  let text = NO_TEXT;
  return (ms, rem) => {
    const own = Math.floor(ms / 1000);
    if (own !== second) {
      second = own;
      text = utf8Bytes(new Date(own * 1000).toISOString().slice(0, 19));
    }
    out.raw(text);
    out.ascii(fraction(ms, rem));
  };
}
