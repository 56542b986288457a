/**
 * Decodes `POST /ingest/ndjson`: one JSON object, an array of them, or lines.
 * Invariants: a bad line or element rejects only itself, by its number from 0 (blank lines count, and are nothing
 * else); integers beyond ±2^53 keep their digits.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { FaultError, invalid } from "../../domain/fault.ts";
import { LIMITS } from "../../domain/limits.ts";
import { parseJsonValue } from "../../engine/column/json-value.ts";
import { checkValues } from "../../ingest/decode/json-body.ts";
import { isMap, type DecodingSink, type Json } from "../../ingest/decode/json-values.ts";
import { TextScratch } from "../../ingest/decode/text-scratch.ts";
import { isDerived } from "../../ingest/derived-batch-id.ts";
import type { RawBatch } from "../../ingest/raw-batch.ts";
import { EntryMapper, roomInside } from "../json-entry/entry-mapper.ts";

const LF = 0x0a;
const OPEN_LIST = 0x5b;
/** A number token of many digits; a text that looks like one only costs the slower parse. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/** What this decoder must know of the batch. */
export type NdjsonOptions = Pick<RawBatch, "batch" | "defaultTimeMs">;

/** Throws `invalid`: field `body` when an array does not parse, `entries` for too many entries. */
export function decodeNdjson(body: Uint8Array, sink: DecodingSink, options: NdjsonOptions): void {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const start = firstByte(bytes);
  if (start === bytes.length) return;
  checkValues(bytes);
  const decoder = new RecordDecoder(
    sink,
    bytes,
    isDerived(options.batch) ? options.defaultTimeMs : undefined,
  );
  if (bytes[start] === OPEN_LIST) decoder.list(start);
  else if (!decoder.wholeObject(start)) decoder.lines(start);
}

class RecordDecoder {
  readonly #sink: DecodingSink;
  readonly #bytes: Buffer;
  readonly #valid: boolean;
  readonly #ownTimeMs: number | undefined;
  readonly #scratch = new TextScratch();
  readonly #mapper: EntryMapper;

  constructor(sink: DecodingSink, bytes: Buffer, ownTimeMs: number | undefined) {
    this.#ownTimeMs = ownTimeMs;
    this.#sink = sink;
    this.#bytes = bytes;
    this.#valid = isUtf8(bytes);
    this.#mapper = new EntryMapper(sink, this.#scratch);
  }

  list(start: number): void {
    if (!this.#valid) throw invalid("body", "not UTF-8");
    let elements: Json;
    try {
      elements = parseRecord(this.#bytes.toString("utf8", start));
    } catch {
      throw invalid("body", "an array that is not JSON");
    }
    if (isMap(elements) || typeof elements !== "object" || elements === null)
      throw invalid("body", "neither an object nor an array of them");
    if (elements.length > LIMITS.entriesPerBatch) throw tooMany();
    for (const [index, element] of elements.entries()) this.#put(index, element, 1);
  }

  /**
   * One object over several lines, as people paste it: only then does the first line not parse, and the whole does.
   * @returns false when the body is lines.
   */
  wholeObject(start: number): boolean {
    const end = lineEnd(this.#bytes, start);
    if (end === this.#bytes.length || !this.#valid) return false;
    const first = this.#bytes.toString("utf8", start, end).trimEnd();
    // An object on one line ends with a brace; the first line of a longer one ends with `{` or a comma.
    if (first.endsWith("}")) return false;
    try {
      const whole = parseRecord(this.#bytes.toString("utf8", start));
      if (!isMap(whole)) return false;
      this.#put(0, whole, 0);
      return true;
    } catch (error) {
      if (error instanceof FaultError) throw error;
      return false;
    }
  }

  lines(start: number): void {
    const bytes = this.#bytes;
    let index = 0;
    let entries = 0;
    // Blank lines before the first byte count.
    for (let i = 0; i < start; i++) if (bytes[i] === LF) index++;
    for (let at = start; at < bytes.length; index++) {
      const end = lineEnd(bytes, at);
      const first = firstByte(bytes, at, end);
      if (first < end) {
        if (++entries > LIMITS.entriesPerBatch) throw tooMany();
        this.#line(index, first, end);
      }
      at = end + 1;
    }
  }

  #line(index: number, start: number, end: number): void {
    if (!this.#valid && !isUtf8(this.#bytes.subarray(start, end))) {
      this.#reject(index, "not UTF-8");
      return;
    }
    let record: Json;
    try {
      record = parseRecord(this.#bytes.toString("utf8", start, end));
    } catch {
      this.#reject(index, "not JSON");
      return;
    }
    this.#put(index, record, 0);
  }

  #put(index: number, record: Json, levels: number): void {
    if (!isMap(record)) {
      this.#reject(index, "not a JSON object");
      return;
    }
    const sink = this.#sink;
    sink.begin(index);
    this.#scratch.reset();
    try {
      this.#mapper.put(record, roomInside(levels), ownTime(this.#ownTimeMs, index));
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      sink.reject(error.fault.kind === "invalid" ? error.fault.reason : error.message);
      return;
    }
    sink.end();
  }

  #reject(index: number, reason: string): void {
    this.#sink.begin(index);
    this.#sink.reject(reason);
  }
}

/** The batch's time and the place in it in nanoseconds, as the sink has it for other batches. */
export function ownTime(
  ms: number | undefined,
  index: number,
): { readonly ms: number; readonly remNanos: number } | undefined {
  if (ms === undefined) return undefined;
  return { ms: ms + Math.floor(index / 1_000_000), remNanos: index % 1_000_000 };
}

function parseRecord(text: string): Json {
  return LONG_NUMBER.test(text) ? parseJsonValue(text) : (JSON.parse(text) as Json);
}

function tooMany(): Error {
  return invalid("entries", `more than ${LIMITS.entriesPerBatch}`);
}

/** @returns the place of the next line feed at or after `at`, or the end. */
export function lineEnd(bytes: Buffer, at: number): number {
  // Blank lines come in runs; a call into the search costs more than this look.
  if (bytes[at] === LF) return at;
  const end = bytes.indexOf(LF, at);
  return end < 0 ? bytes.length : end;
}

/** @returns the place of the first byte that is neither white space nor part of a byte order mark. */
export function firstByte(bytes: Buffer, from = 0, end = bytes.length): number {
  let at = from;
  if (at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
  while (at < end) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0d && byte !== LF && byte !== 0x09) break;
    at++;
  }
  return at;
}
