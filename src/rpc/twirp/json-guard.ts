/**
 * What must hold of JSON before it is parsed. Invariant: linear, without recursion or allocation.
 */
import { isUtf8 } from "node:buffer";
import { LIMITS } from "../../domain/limits.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** @returns what is wrong with the bytes as JSON text, undefined if nothing that is looked for here. */
export function jsonProblem(body: Uint8Array): string | undefined {
  if (body.length === 0) return "the body is empty";
  if (!isUtf8(body)) return "not valid UTF-8";
  if (depthExceeds(body, LIMITS.jsonDepth)) return `nested deeper than ${LIMITS.jsonDepth} levels`;
  return undefined;
}

/** Counts brackets outside of strings; what is not JSON is left to the parser. */
export function depthExceeds(body: Uint8Array, maxDepth: number): boolean {
  // Without so many brackets it cannot be deep, which is how nearly all bodies end here.
  if (body.length <= maxDepth) return false;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (++depth > maxDepth) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
  }
  return false;
}
