/**
 * `parse`: fields out of the text of a field.
 * Invariant: new values hide attributes of the same name, never built-ins; an entry that does not parse passes
 * unchanged, and so does text beyond the limit.
 */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { KiB } from "../../domain/limits.ts";
import { utf8Bytes } from "../column/bytes.ts";
import type { ParseHow, PatternPiece, Pipe } from "../../query/ast.ts";
import { scalarsOf } from "./cell.ts";
import { cellOfEntry } from "./field-cell.ts";
import { parseJson } from "./parse-json.ts";

const MAX_TEXT = 256 * KiB;
const MAX_NAMES = 200;

/** @returns the entry with what was parsed, or itself. */
export function parseFields(entry: Entry, pipe: Extract<Pipe, { kind: "parse" }>): Entry {
  const [text] = scalarsOf(cellOfEntry(entry, pipe.from));
  if (typeof text !== "string" || isTooLong(text)) return entry;
  const found = parseText(text, pipe.how);
  if (found === undefined || found.size === 0) return entry;
  const attributes = new Map(entry.attributes);
  for (const [name, value] of found)
    attributes.set(pipe.as === null ? name : `${pipe.as}.${name}`, value);
  return { ...entry, attributes };
}

/** In bytes of UTF-8: a character has three at most for each unit of its text. */
function isTooLong(text: string): boolean {
  const { length } = text;
  return length > MAX_TEXT || (length * 3 > MAX_TEXT && utf8Bytes(text).length > MAX_TEXT);
}

function parseText(text: string, how: ParseHow): Map<string, AttributeValue> | undefined {
  switch (how.kind) {
    case "json":
      return parseJson(text);
    case "logfmt":
      return parseLogfmt(text);
    case "pattern":
      return parsePattern(text, how.pieces);
    default:
      return how satisfies never;
  }
}

/** A name begins behind what is in no name: tried at each place of a long word, this would not end. */
const PAIR = /(?<![^\s="])([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

function parseLogfmt(text: string): Map<string, AttributeValue> {
  const found = new Map<string, AttributeValue>();
  for (const [, name = "", quoted, bare = ""] of text.matchAll(PAIR)) {
    if (found.size >= MAX_NAMES && !found.has(name)) continue;
    const value = quoted?.replace(/\\(.)/g, (_all, char: string) => ESCAPES.get(char) ?? char);
    found.set(name, value ?? bare);
  }
  return found;
}

/** Pieces in order, leftmost; a gap takes the text up to the next piece, a last one to the end of its line. */
function parsePattern(
  text: string,
  pieces: readonly PatternPiece[],
): Map<string, AttributeValue> | undefined {
  const found = new Map<string, AttributeValue>();
  let at = 0;
  let gap: { readonly name: string | null } | undefined;
  for (const piece of pieces) {
    if (piece.kind === "gap") {
      gap = piece;
      continue;
    }
    const next = text.indexOf(piece.text, at);
    if (next < 0) return undefined;
    if (gap !== undefined && gap.name !== null) found.set(gap.name, text.slice(at, next));
    gap = undefined;
    at = next + piece.text.length;
  }
  if (gap !== undefined && gap.name !== null) {
    const [rest = ""] = text.slice(at).split(/\r?\n/, 1);
    found.set(gap.name, rest);
  }
  return found;
}
