/**
 * Bytes of a body to parsed JSON. Invariant: bytes that are not UTF-8 are refused, never replaced.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { invalid } from "../../domain/fault.ts";
import { LIMITS } from "../../domain/limits.ts";
import type { Json } from "./json-values.ts";

/** Throws `invalid` when the body is not UTF-8. */
export function checkUtf8(body: Uint8Array): void {
  if (!isUtf8(body)) throw invalid("body", "not UTF-8");
}

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const MAP = 0x7b;

/**
 * Throws `invalid` for more values than LIMITS.valuesPerBody, of one JSON value or of lines: a parsed one takes up to thirty
 * times the bytes it came in. Bodies too short for so many are not looked at.
 */
export function checkValues(body: Uint8Array): void {
  if (body.length <= LIMITS.valuesPerBody) return;
  let values = 0;
  let inText = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    // No text of JSON has a line feed: a line that is none does not hide the next one.
    if (byte === LF) inText = false;
    else if (inText) {
      // What follows may be a line feed, which ends a text all the same.
      if (byte === BACKSLASH && body[i + 1] !== LF) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === COMMA || byte === LIST || byte === MAP) values++;
  }
  if (values > LIMITS.valuesPerBody)
    throw invalid("body", `more than ${LIMITS.valuesPerBody} values`);
}

/** @returns the text of a body; throws `invalid` when it is not UTF-8. A byte order mark is left out. */
export function utf8Text(body: Uint8Array): string {
  checkUtf8(body);
  const start = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  return Buffer.from(body.buffer, body.byteOffset + start, body.byteLength - start).toString(
    "utf8",
  );
}

/** @returns the one JSON value of the text; throws `invalid`, quoting nothing of the text. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalid("body", `not JSON${whereOf(error)}`);
  }
}

/** V8's messages quote the text; only the place in it is passed on. */
function whereOf(error: unknown): string {
  const place = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message) : null;
  return place === null ? "" : ` at character ${place[1]}`;
}
