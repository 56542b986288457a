/**
 * Secrets as text: digits and letters only, so that a double click selects the whole and no shell quotes it.
 * Invariant: every character carries the same 5.95 bits; 43 of them hold 256.
 */
import type { Entropy } from "./entropy.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** @returns `length` characters drawn one by one, without a bias. */
export function randomBase62(entropy: Entropy, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += DIGITS[entropy.below(62)];
  return text;
}

/** @returns the lowest `length` base62 digits of `bytes` read as one big-endian number. */
export function base62Digits(bytes: Uint8Array, length: number): string {
  let rest = 0n;
  for (const byte of bytes) rest = (rest << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < length; i++) {
    text = (DIGITS[Number(rest % 62n)] ?? "") + text;
    rest /= 62n;
  }
  return text;
}
