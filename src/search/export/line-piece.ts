/**
 * Bytes that are written again and again: keys, names, values of a dictionary.
 * Invariant: they are copied a word at a time, so behind them stand some that mean nothing.
 */
import { utf8Bytes, wordView } from "../../engine/column/bytes.ts";

export interface Piece {
  /** Of its bytes and up to three zeros, little-endian. */
  readonly words: Int32Array;
  readonly length: number;
}

export function pieceOf(text: string): Piece {
  const bytes = utf8Bytes(text);
  const words = new Int32Array((bytes.length + 3) >> 2);
  const padded = new Uint8Array(words.length * 4);
  padded.set(bytes);
  const view = wordView(padded);
  for (let i = 0; i < words.length; i++) words[i] = view.getInt32(i * 4, true);
  return { words, length: bytes.length };
}

export const NO_PIECE = pieceOf("");
