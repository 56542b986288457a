/**
 * Trace and span ids as raw bytes. Invariant: all zeros means absent, in rows and in blocks.
 */
const NIBBLES = new Uint8Array(256).fill(0xff);
for (let i = 0; i < 10; i++) NIBBLES[0x30 + i] = i;
for (let i = 0; i < 6; i++) {
  NIBBLES[0x41 + i] = 10 + i;
  NIBBLES[0x61 + i] = 10 + i;
}

/**
 * Reads `size` bytes of hex, of either case, from source[start..end) to `target` at `at`.
 * @returns false when it is something else; then what `target` holds there is meaningless.
 */
export function readHex(
  target: Uint8Array,
  at: number,
  size: number,
  source: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (end - start !== size * 2) return false;
  for (let i = 0, j = start; i < size; i++, j += 2) {
    const high = NIBBLES[source[j] as number] as number;
    const low = NIBBLES[source[j + 1] as number] as number;
    if ((high | low) > 15) return false;
    target[at + i] = (high << 4) | low;
  }
  return true;
}

const DIGITS = new Uint8Array(16).map((_, i) => (i < 10 ? 0x30 + i : 0x57 + i));

/** Writes the lower-case hex of source[start..end) to `target` at `at`. */
export function writeHex(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  for (let i = start, j = at; i < end; i++, j += 2) {
    const byte = source[i] as number;
    target[j] = DIGITS[byte >> 4] as number;
    target[j + 1] = DIGITS[byte & 15] as number;
  }
}

/** @param size of the id, in words. @returns whether words[at..at + size) are an id. */
export function isIdThere(words: Uint32Array, at: number, size: number): boolean {
  let bits = 0;
  for (let k = 0; k < size; k++) bits |= words[at + k] as number;
  return bits !== 0;
}
