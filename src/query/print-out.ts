/**
 * Collects the printed pieces of a query.
 * Invariant: whether a bare path reads as a regex depends on what follows it, so such pieces are
 * decided last, from right to left.
 */

import { ParseStop } from "./problem.ts";
import { readRegex } from "./regex.ts";

/** A text that begins with `/`, and how to write it where it would read as a regex. */
type Path = { readonly bare: string; readonly quoted: string; readonly inList: boolean };

export type Out = (string | Path)[];

export function newOut(): Out {
  return [];
}

/** Writes `bare`, or `quoted` where the slash would open a regex. */
export function pushPath(out: Out, bare: string, quoted: string, inList: boolean): void {
  out.push(bare.startsWith("/") ? { bare, quoted, inList } : bare);
}

export function finish(out: Out): string {
  return out.reduceRight<string>((rest, piece) => {
    if (typeof piece === "string") return piece + rest;
    return (readsAsPath(piece.bare + rest, piece.inList) ? piece.bare : piece.quoted) + rest;
  }, "");
}

function readsAsPath(text: string, inList: boolean): boolean {
  try {
    return readRegex({ text, at: 0, testStart: 0, inList }) === null;
  } catch (error) {
    if (error instanceof ParseStop) return false;
    throw error;
  }
}
