/**
 * Decodes the JSON body of SendLogs straight into a row sink: canonical proto3 JSON, without message objects.
 * Invariants: what the generated decoder accepts means the same here; a wrong type refuses the whole body and
 * names its path; a level or time that is a text but not understood refuses nothing and is kept.
 */
import { invalid } from "../domain/fault.ts";
import { LIMITS } from "../domain/limits.ts";
import { checkUtf8, checkValues, parseJson, utf8Text } from "../ingest/decode/json-body.ts";
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
import { NOTHING_KNOWN } from "./send-logs.fields.ts";
import { ENTRY_ATTRIBUTES_LEVEL, putLevel, putTime, wrong } from "./send-logs.json-fields.ts";
import { walkSendLogsJson } from "./send-logs.json-walk.ts";

/** What this decoder must know of the batch. */
export type SendLogsJsonOptions = Pick<RawBatch, "batch">;

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
  checkUtf8(body);
  checkValues(body);
  if (!walkSendLogsJson(body, sink, (members) => putMembers(members, sink, options)))
    decodeParsedSendLogs(body, sink, options);
}

/** The long way, by JSON.parse: takes every body there is. Same faults, same rows. */
export function decodeParsedSendLogs(
  body: Uint8Array,
  sink: DecodingSink,
  options: SendLogsJsonOptions,
): void {
  const request = parseJson(utf8Text(body));
  if (!isMap(request)) throw wrong("the body", "a JSON object");
  const entries = request["entries"] ?? [];
  if (typeof entries !== "object" || isMap(entries)) throw wrong("entries", "a list");
  if (entries.length > LIMITS.entriesPerBatch)
    throw invalid("entries", `more than ${LIMITS.entriesPerBatch}`);
  putMembers(request, sink, options);
  const decoder = new EntryDecoder(sink);
  for (let i = 0; i < entries.length; i++) decoder.decode(i, entries[i] ?? null);
}

/** What the request says of all its entries. */
function putMembers(request: JsonMap, sink: DecodingSink, options: SendLogsJsonOptions): void {
  let service = "";
  let host = "";
  let batchId = "";
  let attributes: JsonMap | undefined;
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
        break;
      default:
        checkDepth(value, LIMITS.jsonDepth - 1);
    }
  }
  if (batchId !== "" && batchId.toLowerCase() !== options.batch)
    throw invalid("batch_id", "stands in the body twice, or in an unusual spelling");
  if (service !== "") sink.defaultService(service);
  if (host !== "") sink.defaultHost(host);
  const room = LIMITS.jsonDepth - BATCH_ATTRIBUTES_LEVEL;
  for (const key in attributes)
    putDefault(sink, sink.nameOfText(key), attributes[key] ?? null, 1, room);
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
    let hasKnown = false;
    let hasUnknown = false;
    for (const key in entry) {
      const value = entry[key];
      if (value === null || value === undefined) continue;
      let isKnown = true;
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
          putTime(sink, this.#time, value, index);
          break;
        case "level":
          putLevel(sink, value, index);
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
          isKnown = false;
      }
      hasKnown ||= isKnown;
      hasUnknown ||= !isKnown;
    }
    if (hasUnknown && !hasKnown) sink.reject(NOTHING_KNOWN);
    else sink.end();
  }

  #text(value: Json, index: number, key: string): number {
    if (typeof value !== "string") throw wrong(`entries[${index}].${key}`, "a text");
    return this.#scratch.put(value);
  }
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
