/**
 * A row sink that keeps what decoders tell it as plain entries.
 * Invariant: the same rules as the real one where a decoder can see them (last setter wins, a name that comes twice
 * holds a list of distinct values, ids of a wrong length become attributes, text that is not UTF-8 rejects the row);
 * limits of size are not applied.
 */
import { isUtf8 } from "node:buffer";
import type { AttributeValue } from "../../src/domain/entry.ts";
import { DEFAULT_SEVERITY } from "../../src/domain/level.ts";
import { nanosOf } from "../../src/domain/time-range.ts";
import type {
  Name,
  RowSink,
  RowSinkDefaults,
  RowSinkNames,
} from "../../src/engine/column/row-sink.ts";
import type { Rejection } from "../../src/ingest/raw-batch.ts";

export interface RecordedEntry {
  readonly index: number;
  /** undefined: the batch's time is taken. */
  timeNanos: bigint | undefined;
  severity: number;
  message: string;
  service: string;
  host: string;
  traceId: string;
  spanId: string;
  readonly attributes: Record<string, AttributeValue>;
  readonly truncated: string[];
}

type RowText = "message" | "service" | "host";

export class RecordingSink implements RowSink, RowSinkNames, RowSinkDefaults {
  readonly entries: RecordedEntry[] = [];
  readonly rejections: Rejection[] = [];
  readonly #names: string[] = [];
  readonly #defaults: { service: string; host: string; attributes: Map<string, AttributeValue> } = {
    service: "",
    host: "",
    attributes: new Map(),
  };
  #row: RecordedEntry | undefined;
  #bad: string | undefined;

  restart(): void {
    this.#row = undefined;
    this.entries.length = 0;
    this.rejections.length = 0;
    this.#defaults.service = this.#defaults.host = "";
    this.#defaults.attributes.clear();
  }

  begin(index: number): void {
    if (this.#row !== undefined) throw new Error("begin inside a row");
    this.#bad = undefined;
    this.#row = {
      index,
      timeNanos: undefined,
      severity: DEFAULT_SEVERITY,
      message: "",
      service: "",
      host: "",
      traceId: "",
      spanId: "",
      attributes: Object.create(null) as Record<string, AttributeValue>,
      truncated: [],
    };
  }

  time(ms: number, remNanos: number): void {
    if (!Number.isInteger(ms) || !(remNanos >= 0 && remNanos < 1_000_000))
      throw new Error(`not a time: ${ms} ${remNanos}`);
    this.#open().timeNanos = nanosOf(ms, remNanos);
  }

  unreadableTime(text: string): void {
    this.#open().timeNanos = undefined;
    this.#open().attributes["time_original"] = text;
  }

  severity(severity: number): void {
    if (!Number.isInteger(severity) || severity < 1 || severity > 24)
      throw new Error(`not a severity: ${severity}`);
    this.#open().severity = severity;
  }

  levelOriginal(text: string): void {
    this.#open().attributes["level_original"] = text;
  }

  message(source: Uint8Array, start: number, end: number): void {
    this.#set("message", source, start, end);
  }
  service(source: Uint8Array, start: number, end: number): void {
    this.#set("service", source, start, end);
  }
  host(source: Uint8Array, start: number, end: number): void {
    this.#set("host", source, start, end);
  }
  traceId(source: Uint8Array, start: number, end: number): void {
    this.#id("traceId", "trace_id", 32, this.#text(source, start, end));
  }
  spanId(source: Uint8Array, start: number, end: number): void {
    this.#id("spanId", "span_id", 16, this.#text(source, start, end));
  }

  attributeText(name: Name, source: Uint8Array, start: number, end: number): void {
    this.#add(name, this.#text(source, start, end));
  }
  attributeNumber(name: Name, value: number): void {
    if (!Number.isFinite(value)) throw new Error("a number that is none");
    this.#add(name, value);
  }
  attributeBoolean(name: Name, value: boolean): void {
    this.#add(name, value);
  }
  attributeJson(name: Name, source: Uint8Array, start: number, end: number): void {
    this.#add(name, jsonValue(this.#text(source, start, end)));
  }

  truncated(name: string): void {
    this.#open().truncated.push(name);
  }

  end(): void {
    const row = this.#open();
    this.#row = undefined;
    if (this.#bad !== undefined) {
      this.rejections.push({ index: row.index, reason: this.#bad });
      return;
    }
    if (row.service === "") row.service = this.#defaults.service;
    if (row.host === "") row.host = this.#defaults.host;
    for (const [name, value] of this.#defaults.attributes)
      if (!Object.hasOwn(row.attributes, name)) row.attributes[name] = value;
    this.entries.push(row);
  }

  reject(reason: string): void {
    this.rejections.push({ index: this.#open().index, reason });
    this.#row = undefined;
  }

  nameOf(source: Uint8Array, start: number, end: number): Name {
    return this.nameOfText(this.#text(source, start, end));
  }
  nameOfText(text: string): Name {
    const known = this.#names.indexOf(text);
    return (known >= 0 ? known : this.#names.push(text) - 1) as Name;
  }
  join(parent: Name, child: Name): Name {
    return this.nameOfText(`${this.#names[parent]}.${this.#names[child]}`);
  }

  defaultService(text: string): void {
    this.#defaults.service = text;
  }
  defaultHost(text: string): void {
    this.#defaults.host = text;
  }
  defaultText(name: Name, text: string): void {
    this.#default(name, text);
  }
  defaultNumber(name: Name, value: number): void {
    this.#default(name, value);
  }
  defaultBoolean(name: Name, value: boolean): void {
    this.#default(name, value);
  }
  defaultJson(name: Name, json: string): void {
    this.#default(name, jsonValue(json));
  }

  #default(name: Name, value: AttributeValue): void {
    if (this.entries.length > 0 || this.#row !== undefined)
      throw new Error("a default after the first row");
    this.#defaults.attributes.set(this.#names[name] ?? "", value);
  }

  #open(): RecordedEntry {
    if (this.#row === undefined) throw new Error("no row was begun");
    return this.#row;
  }

  #set(field: RowText, source: Uint8Array, start: number, end: number): void {
    this.#open()[field] = this.#text(source, start, end);
  }

  #id(field: "traceId" | "spanId", name: string, length: number, text: string): void {
    const row = this.#open();
    if (text === "" || /^0+$/.test(text)) return;
    if (text.length === length && /^[0-9a-f]+$/i.test(text)) row[field] = text.toLowerCase();
    else row.attributes[name] = text;
  }

  #add(name: Name, value: AttributeValue): void {
    const attributes = this.#open().attributes;
    const text = this.#names[name];
    if (text === undefined) throw new Error("an unknown name");
    const before = attributes[text];
    if (before === undefined) attributes[text] = value;
    else {
      const list: readonly AttributeValue[] = Array.isArray(before) ? before : [before];
      const more: readonly AttributeValue[] = Array.isArray(value) ? value : [value];
      attributes[text] = [...new Set([...list, ...more])];
    }
  }

  #text(source: Uint8Array, start: number, end: number): string {
    const bytes = source.subarray(start, end);
    if (!isUtf8(bytes)) this.#bad = "not UTF-8";
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  }
}

/** Integers beyond 2^53 stay exact. */
function jsonValue(json: string): AttributeValue {
  return /^-?\d{16,}$/.test(json) && !Number.isSafeInteger(Number(json))
    ? BigInt(json)
    : (JSON.parse(json) as AttributeValue);
}
