/**
 * Puts parsed JSON values into a row sink as flat attributes.
 * Invariant: nothing is lost: maps become dotted names, null, empty maps and lists go in as their JSON, and maps
 * nested deeper than the limit as the text of their JSON, named in `truncated`.
 */
import { invalid } from "../../domain/fault.ts";
import { LIMITS } from "../../domain/limits.ts";
import { jsonText } from "../../engine/column/json-value.ts";
import type { Name, RowSink, RowSinkDefaults, RowSinkNames } from "../../engine/column/row-sink.ts";
import type { NameCache } from "./name-cache.ts";
import type { TextScratch } from "./text-scratch.ts";

/** What JSON.parse makes; integers that a double cannot hold may be bigint. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | JsonMap;
export type JsonMap = { readonly [name: string]: Json };

export type DecodingSink = RowSink & RowSinkNames & RowSinkDefaults;

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param depth levels of maps that `value` already lies in, the attributes themselves counting as 1.
 * @param room levels of nesting that the body may still have; throws `invalid` beyond.
 */
export function putAttribute(
  sink: DecodingSink,
  scratch: TextScratch,
  names: NameCache,
  name: Name,
  value: Json,
  depth: number,
  room: number,
): void {
  switch (typeof value) {
    case "string": {
      const start = scratch.put(startOf(value));
      sink.attributeText(name, scratch.bytes, start, scratch.end);
      return;
    }
    case "number":
      if (Number.isFinite(value)) sink.attributeNumber(name, value);
      else {
        // 1e999: JSON has it, a double has not.
        const start = scratch.put(String(value));
        sink.attributeText(name, scratch.bytes, start, scratch.end);
      }
      return;
    case "boolean":
      sink.attributeBoolean(name, value);
      return;
    case "bigint":
      putJson(sink, scratch, name, String(value));
      return;
    default:
  }
  if (value === null) putJson(sink, scratch, name, "null");
  else if (!isMap(value)) {
    checkDepth(value, room);
    putJson(sink, scratch, name, jsonText(value));
  } else if (isEmpty(value)) putJson(sink, scratch, name, "{}");
  else if (depth >= LIMITS.attributeDepth) {
    checkDepth(value, room);
    const start = scratch.put(startOf(jsonText(value)));
    sink.attributeText(name, scratch.bytes, start, scratch.end);
    sink.truncated("attributes");
  } else {
    if (room <= 0) throw tooDeep();
    for (const key in value) {
      // JSON.parse makes own properties only, `__proto__` included.
      putAttribute(
        sink,
        scratch,
        names,
        sink.join(name, names.of(key)),
        value[key] ?? null,
        depth + 1,
        room - 1,
      );
    }
  }
}

function putJson(sink: DecodingSink, scratch: TextScratch, name: Name, json: string): void {
  const start = scratch.put(startOf(json));
  sink.attributeJson(name, scratch.bytes, start, scratch.end);
}

/** @returns as much of a text as the sink needs to cut it, no byte less than what it may keep. */
function startOf(text: string): string {
  // Two more: what is over the limit is known to be, and a pair of surrogates stays whole.
  const most = LIMITS.attributeValueBytes + 2;
  return text.length > most ? text.slice(0, most) : text;
}

/** An attribute for all rows of the batch that lack it. Same rules as `putAttribute`. */
export function putDefault(
  sink: DecodingSink,
  name: Name,
  value: Json,
  depth: number,
  room: number,
): void {
  if (typeof value === "string") sink.defaultText(name, value);
  else if (typeof value === "boolean") sink.defaultBoolean(name, value);
  else if (typeof value === "number" && Number.isFinite(value)) sink.defaultNumber(name, value);
  else if (typeof value === "number") sink.defaultText(name, String(value));
  else if (isMap(value) && !isEmpty(value) && depth < LIMITS.attributeDepth) {
    if (room <= 0) throw tooDeep();
    for (const key in value)
      putDefault(
        sink,
        sink.join(name, sink.nameOfText(key)),
        value[key] ?? null,
        depth + 1,
        room - 1,
      );
  } else {
    checkDepth(value, room);
    if (isMap(value) && !isEmpty(value)) sink.defaultText(name, jsonText(value));
    else sink.defaultJson(name, jsonText(value));
  }
}

/** Throws `invalid` when maps and lists nest deeper than `room` levels. */
export function checkDepth(value: Json, room: number): void {
  if (typeof value !== "object" || value === null) return;
  if (room <= 0) throw tooDeep();
  if (isMap(value)) for (const key in value) checkDepth(value[key] ?? null, room - 1);
  else for (const item of value) checkDepth(item, room - 1);
}

function tooDeep(): Error {
  return invalid("body", `JSON nested deeper than ${LIMITS.jsonDepth} levels`);
}

function isEmpty(map: JsonMap): boolean {
  for (const _ in map) return false;
  return true;
}
