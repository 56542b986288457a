/**
 * Decodes the JSON body of SendLogs straight into a row sink: canonical proto3 JSON, without message objects.
 * Invariants: what the generated decoder accepts means the same here; a wrong type refuses the whole body and
 * names its path; a level or time that is a text but not understood refuses nothing and is kept.
 */
import { type FaultError, invalid } from "../domain/fault.ts";
import { DEFAULT_SEVERITY, levelNamed, severityOf } from "../domain/level.ts";
import { LIMITS } from "../domain/limits.ts";
import { parseJson, utf8Text } from "../ingest/decode/json-body.ts";
import {
  checkDepth,
  isMap,
  putAttribute,
  putDefault,
  type DecodingSink,
  type Json,
  type JsonMap,
} from "../ingest/decode/json-values.ts";
import { NameCache } from "../ingest/decode/name-cache.ts";
import { TextScratch } from "../ingest/decode/text-scratch.ts";
import { TimestampParser } from "../ingest/decode/timestamp.ts";
import type { RawBatch } from "../ingest/raw-batch.ts";

/** What this decoder must know of the batch. */
export type SendLogsJsonOptions = Pick<RawBatch, "batch">;

/** Levels of the body that attributes lie in: request, entries, entry, attributes. */
const ENTRY_ATTRIBUTES_LEVEL = 4;
const BATCH_ATTRIBUTES_LEVEL = 2;

/**
 * Throws `invalid`: field `body` when it is not a SendLogsRequest in JSON (Twirp's `malformed`), field `entries`
 * for too many, `batch_id` when the body names another batch than the server found in it.
 */
export function decodeSendLogsJson(
  body: Uint8Array,
  sink: DecodingSink,
  options: SendLogsJsonOptions,
): void {
  const request = parseJson(utf8Text(body));
  if (!isMap(request)) throw wrong("the body", "a JSON object");
  let service = "";
  let host = "";
  let batchId = "";
  let attributes: JsonMap | undefined;
  let entries: readonly Json[] = [];
  for (const key in request) {
    const value = request[key] ?? null;
    switch (key) {
      case "batch_id":
      case "batchId":
        batchId = textOf(value, key);
        break;
      case "service":
        service = textOf(value, key);
        break;
      case "host":
        host = textOf(value, key);
        break;
      case "attributes":
        attributes = mapOf(value, key);
        break;
      case "entries":
        if (value === null) entries = [];
        else if (typeof value === "object" && !isMap(value)) entries = value;
        else throw wrong(key, "a list");
        break;
      default:
        checkDepth(value, LIMITS.jsonDepth - 1);
    }
  }
  if (batchId !== "" && batchId.toLowerCase() !== options.batch)
    throw invalid("batch_id", "stands in the body twice, or in an unusual spelling");
  if (entries.length > LIMITS.entriesPerBatch)
    throw invalid("entries", `more than ${LIMITS.entriesPerBatch}`);
  if (service !== "") sink.defaultService(service);
  if (host !== "") sink.defaultHost(host);
  const room = LIMITS.jsonDepth - BATCH_ATTRIBUTES_LEVEL;
  for (const key in attributes)
    putDefault(sink, sink.nameOfText(key), attributes[key] ?? null, 1, room);
  const decoder = new EntryDecoder(sink);
  for (let i = 0; i < entries.length; i++) decoder.decode(i, entries[i] ?? null);
}

class EntryDecoder {
  readonly #sink: DecodingSink;
  readonly #scratch = new TextScratch();
  readonly #time = new TimestampParser();
  readonly #names: NameCache;

  constructor(sink: DecodingSink) {
    this.#sink = sink;
    this.#names = new NameCache(sink);
  }

  decode(index: number, entry: Json): void {
    if (!isMap(entry)) throw wrong(`entries[${index}]`, "an object");
    const sink = this.#sink;
    const scratch = this.#scratch;
    scratch.reset();
    sink.begin(index);
    for (const key in entry) {
      const value = entry[key];
      if (value === null || value === undefined) continue;
      switch (key) {
        case "message": {
          const start = this.#text(value, index, key);
          sink.message(scratch.bytes, start, scratch.end);
          break;
        }
        case "service": {
          const start = this.#text(value, index, key);
          if (scratch.end > start) sink.service(scratch.bytes, start, scratch.end);
          break;
        }
        case "host": {
          const start = this.#text(value, index, key);
          if (scratch.end > start) sink.host(scratch.bytes, start, scratch.end);
          break;
        }
        case "trace_id":
        case "traceId": {
          const start = this.#text(value, index, key);
          sink.traceId(scratch.bytes, start, scratch.end);
          break;
        }
        case "span_id":
        case "spanId": {
          const start = this.#text(value, index, key);
          sink.spanId(scratch.bytes, start, scratch.end);
          break;
        }
        case "time":
          this.#putTime(value, index);
          break;
        case "level":
          this.#putLevel(value, index);
          break;
        case "attributes": {
          if (!isMap(value)) throw wrong(`entries[${index}].attributes`, "an object");
          const room = LIMITS.jsonDepth - ENTRY_ATTRIBUTES_LEVEL;
          for (const name in value)
            putAttribute(
              sink,
              scratch,
              this.#names,
              this.#names.of(name),
              value[name] ?? null,
              1,
              room,
            );
          break;
        }
        default:
          // Output only or unknown: ignored, as proto3 has it.
          checkDepth(value, LIMITS.jsonDepth - 3);
      }
    }
    sink.end();
  }

  #text(value: Json, index: number, key: string): number {
    if (typeof value !== "string") throw wrong(`entries[${index}].${key}`, "a text");
    return this.#scratch.put(value);
  }

  #putTime(value: Json, index: number): void {
    if (typeof value !== "string") throw wrong(`entries[${index}].time`, "an RFC 3339 time");
    if (this.#time.parse(value, true) && !isUnsetTime(this.#time))
      this.#sink.time(this.#time.ms, this.#time.remNanos);
    else this.#sink.unreadableTime(value);
  }

  #putLevel(value: Json, index: number): void {
    const sink = this.#sink;
    if (typeof value === "number") {
      if (!Number.isInteger(value)) throw wrong(`entries[${index}].level`, "a level");
      if (value >= 1 && value <= 24) sink.severity(value);
      else if (value !== 0) sink.levelOriginal(String(value));
      return;
    }
    if (typeof value !== "string") throw wrong(`entries[${index}].level`, "a level");
    const known = PROTO_LEVELS.get(value);
    if (known !== undefined) {
      if (known !== 0) sink.severity(known);
      return;
    }
    const level = levelNamed(value);
    sink.severity(level === undefined ? DEFAULT_SEVERITY : severityOf(level));
    if (level !== value.toLowerCase()) sink.levelOriginal(value);
  }
}

const PROTO_LEVELS: ReadonlyMap<string, number> = new Map([
  ["LEVEL_UNSPECIFIED", 0],
  ["LEVEL_TRACE", 1],
  ["LEVEL_DEBUG", 5],
  ["LEVEL_INFO", 9],
  ["LEVEL_WARN", 13],
  ["LEVEL_ERROR", 17],
  ["LEVEL_FATAL", 21],
]);

/** 0001-01-01T00:00:00Z, what Go writes for a time that was never set. */
const GO_ZERO_MS = -62_135_596_800_000;

function isUnsetTime(time: TimestampParser): boolean {
  return (time.ms === 0 || time.ms === GO_ZERO_MS) && time.remNanos === 0;
}

function textOf(value: Json, path: string): string {
  if (value === null) return "";
  if (typeof value !== "string") throw wrong(path, "a text");
  return value;
}

function mapOf(value: Json, path: string): JsonMap | undefined {
  if (value === null) return undefined;
  if (!isMap(value)) throw wrong(path, "an object");
  return value;
}

function wrong(path: string, wanted: string): FaultError {
  return invalid("body", `${path} is not ${wanted}`);
}
