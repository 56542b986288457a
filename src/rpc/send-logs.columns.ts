/**
 * Walks the wire bytes of a SendLogsRequest onto a row sink, without message objects.
 * Invariant: what it takes is what the generated decoder reads (a property test compares them), except that names
 * sent twice add up, as the sink has it. Bytes that are not a SendLogsRequest make `invalid`; unknown fields are skipped.
 * Source: protobuf.dev, "Encoding".
 */
import { invalid } from "../domain/fault.ts";
import { LIMITS } from "../domain/limits.ts";
import type { Name, RowSink, RowSinkDefaults, RowSinkNames } from "../engine/column/row-sink.ts";
import { FIELDS, NOTHING_KNOWN, tooManyValues, undecodable, utf8 } from "./send-logs.fields.ts";
import { PlainValues } from "./send-logs.plain.ts";
import { BYTES, FIXED64, KEY, MEMBER, VARINT, WireCursor } from "./send-logs.wire.ts";

const REQUEST = FIELDS["argus.v1.SendLogsRequest"];
const ENTRY = FIELDS["argus.v1.LogEntry"];
const TIME = FIELDS["google.protobuf.Timestamp"];
const STRUCT = FIELDS["google.protobuf.Struct"];
const VALUE = FIELDS["google.protobuf.Value"];

const NULL = new TextEncoder().encode("null");

type Sink = RowSink & RowSinkNames & RowSinkDefaults;

/** Decodes the whole body into `sink`, between its `beginBatch` and `endBatch`; throws `invalid`. */
export function decodeSendLogs(body: Uint8Array, sink: Sink): void {
  new SendLogsWalker(body, sink).run();
}

/** @returns the `batch_id` as sent, "" when there is none; scans the top level only. Throws `invalid`. */
export function peekBatchId(body: Uint8Array): string {
  const walker = new SendLogsWalker(body, undefined);
  return walker.batchId();
}

class SendLogsWalker extends WireCursor {
  readonly #sink: Sink | undefined;
  #seconds = 0;
  #nanos = 0;
  #serviceStart = 0;
  #serviceEnd = 0;
  #hostStart = 0;
  #hostEnd = 0;
  /** Attributes so far. */
  #values = 0;
  /** Made for the first list of the body: most have none. */
  #plainValues: PlainValues | undefined;

  constructor(body: Uint8Array, sink: Sink | undefined) {
    super(body);
    this.#sink = sink;
  }

  batchId(): string {
    const end = this.body.length;
    // Of a field that is sent again the last one counts, and only that is made a text.
    let start = 0;
    let stop = 0;
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag === ((REQUEST.batch_id << 3) | BYTES)) {
        stop = this.length(end);
        start = this.at;
        this.at = stop;
      } else this.skip(tag, end);
    }
    return utf8(this.body, start, stop);
  }

  run(): void {
    const sink = this.#sink as Sink;
    const end = this.body.length;
    let entries = 0;
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag === ((REQUEST.entries << 3) | BYTES)) {
        const to = this.length(end);
        if (entries === 0) this.#putNames();
        this.#entry(to, entries++);
      } else if (this.#default(tag, end)) {
        // Encoders write defaults before the entries, as the sink wants them; behind an entry they start it over.
        if (entries > 0) {
          sink.restart();
          this.#runDefaultsFirst();
          return;
        }
      } else this.skip(tag, end);
    }
    if (entries === 0) this.#putNames();
  }

  #runDefaultsFirst(): void {
    const end = this.body.length;
    this.at = 0;
    while (this.at < end) {
      const tag = this.tag(end);
      if (!this.#default(tag, end)) this.skip(tag, end);
    }
    this.#putNames();
    this.#values = 0;
    this.at = 0;
    let entries = 0;
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag !== ((REQUEST.entries << 3) | BYTES)) this.skip(tag, end);
      else this.#entry(this.length(end), entries++);
    }
  }

  /** @returns false, having read nothing, when the field is no default for the entries. */
  #default(tag: number, end: number): boolean {
    switch (tag) {
      case (REQUEST.service << 3) | BYTES:
        this.#serviceEnd = this.length(end);
        this.#serviceStart = this.at;
        this.at = this.#serviceEnd;
        return true;
      case (REQUEST.host << 3) | BYTES:
        this.#hostEnd = this.length(end);
        this.#hostStart = this.at;
        this.at = this.#hostEnd;
        return true;
      case (REQUEST.attributes << 3) | BYTES:
        this.#struct(this.length(end), undefined, 1, true);
        return true;
      default:
        return false;
    }
  }

  /** The defaults that are texts: of a field that is sent again the last one counts. */
  #putNames(): void {
    const sink = this.#sink as Sink;
    if (this.#serviceEnd > 0)
      sink.defaultService(utf8(this.body, this.#serviceStart, this.#serviceEnd));
    if (this.#hostEnd > 0) sink.defaultHost(utf8(this.body, this.#hostStart, this.#hostEnd));
  }

  #entry(end: number, index: number): void {
    if (index === LIMITS.entriesPerBatch)
      throw invalid("entries", `more than ${LIMITS.entriesPerBatch}`);
    const sink = this.#sink as Sink;
    const body = this.body;
    sink.begin(index);
    let hasTime = false;
    if (this.#plainValues !== undefined) this.#plainValues.hasBadText = false;
    this.#seconds = 0;
    this.#nanos = 0;
    let traceStart = -1;
    let traceEnd = 0;
    let spanStart = -1;
    let spanEnd = 0;
    let isKnown = false;
    let hasUnknown = false;
    while (this.at < end) {
      const tag = this.tag(end);
      switch (tag) {
        case (ENTRY.time << 3) | BYTES:
          hasTime = true;
          this.#timestamp(this.length(end));
          break;
        case (ENTRY.level << 3) | VARINT: {
          const level = this.varint(end) | 0;
          if (level !== 0) sink.severity(level);
          break;
        }
        case (ENTRY.message << 3) | BYTES: {
          const to = this.length(end);
          sink.message(body, this.at, to);
          this.at = to;
          break;
        }
        case (ENTRY.service << 3) | BYTES: {
          const to = this.length(end);
          sink.service(body, this.at, to);
          this.at = to;
          break;
        }
        case (ENTRY.host << 3) | BYTES: {
          const to = this.length(end);
          sink.host(body, this.at, to);
          this.at = to;
          break;
        }
        case (ENTRY.trace_id << 3) | BYTES:
          traceEnd = this.length(end);
          traceStart = this.at;
          this.at = traceEnd;
          break;
        case (ENTRY.span_id << 3) | BYTES:
          spanEnd = this.length(end);
          spanStart = this.at;
          this.at = spanEnd;
          break;
        case (ENTRY.attributes << 3) | BYTES:
          this.#struct(this.length(end), undefined, 1, false);
          break;
        default:
          hasUnknown = true;
          this.skip(tag, end);
          continue;
      }
      isKnown = true;
    }
    if (hasTime) this.#putTime(sink);
    // Not as they come: one that is no id becomes an attribute, which the next would add to.
    if (traceStart >= 0) sink.traceId(body, traceStart, traceEnd);
    if (spanStart >= 0) sink.spanId(body, spanStart, spanEnd);
    if (this.#plainValues?.hasBadText === true)
      sink.reject("attributes: a text in a list is not valid UTF-8");
    else if (hasUnknown && !isKnown) sink.reject(NOTHING_KNOWN);
    else sink.end();
  }

  #timestamp(end: number): void {
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag === ((TIME.seconds << 3) | VARINT)) this.#seconds = this.int64(end);
      else if (tag === ((TIME.nanos << 3) | VARINT)) this.#nanos = this.varint(end) | 0;
      else this.skip(tag, end);
    }
  }

  #putTime(sink: Sink): void {
    const seconds = this.#seconds;
    const nanos = this.#nanos;
    // Timestamp's own range is the years 1 to 9999.
    if (nanos < 0 || nanos > 999_999_999 || Math.abs(seconds) > 253_402_300_799) {
      sink.unreadableTime(`${seconds}s ${nanos}ns`);
      return;
    }
    const ms = Math.floor(nanos / 1_000_000);
    sink.time(seconds * 1000 + ms, nanos - ms * 1_000_000);
  }

  /** A map of attributes, flattened: `parent` is the name so far. */
  #struct(end: number, parent: Name | undefined, depth: number, isDefault: boolean): void {
    while (this.at < end) {
      if (++this.#values > LIMITS.valuesPerBody) throw tooManyValues();
      if (!isDefault && this.#shortMember(end, parent)) continue;
      const tag = this.tag(end);
      if (tag !== ((STRUCT.fields << 3) | BYTES)) {
        this.skip(tag, end);
        continue;
      }
      const memberEnd = this.length(end);
      let keyStart = 0;
      let keyEnd = 0;
      let valueStart = -1;
      let valueEnd = 0;
      while (this.at < memberEnd) {
        const inner = this.tag(memberEnd);
        if (inner === KEY) {
          keyEnd = this.length(memberEnd);
          keyStart = this.at;
          this.at = keyEnd;
        } else if (inner === MEMBER) {
          valueEnd = this.length(memberEnd);
          valueStart = this.at;
          this.at = valueEnd;
        } else this.skip(inner, memberEnd);
      }
      const name = this.#nameAt(keyStart, keyEnd, parent);
      if (valueStart < 0) this.#null(name, isDefault);
      else {
        this.at = valueStart;
        this.#value(valueEnd, name, depth, isDefault);
        this.at = memberEnd;
      }
    }
  }

  /** Takes a member as every encoder writes short ones: name, value, one byte a length. @returns false for another. */
  #shortMember(end: number, parent: Name | undefined): boolean {
    const body = this.body;
    const at = this.at;
    const length = body[at + 1] as number;
    const keyLength = body[at + 3] as number;
    const keyEnd = at + 4 + keyLength;
    const value = keyEnd + 2;
    const memberEnd = at + 2 + length;
    if (
      (length | keyLength) >= 0x80 ||
      memberEnd > end ||
      keyEnd + 3 >= memberEnd ||
      body[at] !== ((STRUCT.fields << 3) | BYTES) ||
      body[at + 2] !== KEY ||
      body[keyEnd] !== MEMBER ||
      value + (body[keyEnd + 1] as number) !== memberEnd
    )
      return false;
    const sink = this.#sink as Sink;
    const first = body[value + 1] as number;
    switch (body[value]) {
      case (VALUE.string_value << 3) | BYTES:
        if (value + 2 + first !== memberEnd) return false;
        sink.attributeText(this.#nameAt(at + 4, keyEnd, parent), body, value + 2, memberEnd);
        break;
      case (VALUE.number_value << 3) | FIXED64:
        if (value + 9 !== memberEnd) return false;
        sink.attributeNumber(
          this.#nameAt(at + 4, keyEnd, parent),
          this.view.getFloat64(value + 1, true),
        );
        break;
      case (VALUE.bool_value << 3) | VARINT:
        if (value + 2 !== memberEnd || first > 1) return false;
        sink.attributeBoolean(this.#nameAt(at + 4, keyEnd, parent), first === 1);
        break;
      default:
        return false;
    }
    this.at = memberEnd;
    return true;
  }

  #nameAt(start: number, end: number, parent: Name | undefined): Name {
    const sink = this.#sink as Sink;
    const name = sink.nameOf(this.body, start, end);
    return parent === undefined ? name : sink.join(parent, name);
  }

  #value(end: number, name: Name, depth: number, isDefault: boolean): void {
    const sink = this.#sink as Sink;
    const body = this.body;
    let kind = 0;
    let start = 0;
    let stop = 0;
    let number = 0;
    // The last member of a oneof wins.
    while (this.at < end) {
      const tag = this.tag(end);
      switch (tag) {
        case (VALUE.null_value << 3) | VARINT:
        case (VALUE.bool_value << 3) | VARINT:
          kind = tag >> 3;
          number = this.bool(end) ? 1 : 0;
          break;
        case (VALUE.number_value << 3) | FIXED64:
          kind = VALUE.number_value;
          if (this.at + 8 > end) throw undecodable();
          number = this.view.getFloat64(this.at, true);
          this.at += 8;
          break;
        case (VALUE.string_value << 3) | BYTES:
        case (VALUE.struct_value << 3) | BYTES:
        case (VALUE.list_value << 3) | BYTES:
          kind = tag >> 3;
          stop = this.length(end);
          start = this.at;
          this.at = stop;
          break;
        default:
          this.skip(tag, end);
      }
    }
    switch (kind) {
      case VALUE.string_value:
        if (isDefault) sink.defaultText(name, utf8(body, start, stop));
        else sink.attributeText(name, body, start, stop);
        return;
      case VALUE.number_value:
        if (isDefault) sink.defaultNumber(name, number);
        else sink.attributeNumber(name, number);
        return;
      case VALUE.bool_value:
        if (isDefault) sink.defaultBoolean(name, number !== 0);
        else sink.attributeBoolean(name, number !== 0);
        return;
      case VALUE.struct_value:
        if (start === stop) this.#json(name, "{}", isDefault);
        else if (depth >= LIMITS.attributeDepth) {
          const cut = JSON.stringify(this.#plain().struct(start, stop, depth));
          this.#text(name, cut, isDefault);
        } else {
          this.at = start;
          this.#struct(stop, name, depth + 1, isDefault);
        }
        return;
      case VALUE.list_value:
        this.#json(name, JSON.stringify(this.#plain().list(start, stop, depth)), isDefault);
        return;
      default:
        this.#null(name, isDefault);
    }
  }

  #null(name: Name, isDefault: boolean): void {
    const sink = this.#sink as Sink;
    if (isDefault) sink.defaultJson(name, "null");
    else sink.attributeJson(name, NULL, 0, NULL.length);
  }

  #plain(): PlainValues {
    return (this.#plainValues ??= new PlainValues(this.body));
  }

  #json(name: Name, json: string, isDefault: boolean): void {
    const sink = this.#sink as Sink;
    if (isDefault) {
      sink.defaultJson(name, json);
      return;
    }
    const bytes = new TextEncoder().encode(json);
    sink.attributeJson(name, bytes, 0, bytes.length);
  }

  /** What lies deeper than is kept, as its JSON text. */
  #text(name: Name, text: string, isDefault: boolean): void {
    const sink = this.#sink as Sink;
    if (isDefault) {
      sink.defaultText(name, text);
      return;
    }
    const bytes = new TextEncoder().encode(text);
    sink.attributeText(name, bytes, 0, bytes.length);
    sink.truncated("attributes");
  }
}
