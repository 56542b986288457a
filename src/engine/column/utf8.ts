/**
 * UTF-8 as columns need it. Invariant: what `isUtf8` accepts is exactly what the Unicode standard, table 3-7, calls
 * well-formed: no overlong forms, no surrogates, nothing above U+10FFFF.
 */

/** @returns whether source[start..end) is well-formed UTF-8. */
export function isUtf8(source: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end) {
    const lead = source[i++] as number;
    if (lead < 0x80) continue;
    let low = 0x80;
    let high = 0xbf;
    let more: number;
    if (lead >= 0xc2 && lead <= 0xdf) more = 1;
    else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead === 0xe0) low = 0xa0;
      else if (lead === 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead === 0xf0) low = 0x90;
      else if (lead === 0xf4) high = 0x8f;
    } else return false;
    if (i + more > end) return false;
    const second = source[i++] as number;
    if (second < low || second > high) return false;
    for (let k = 1; k < more; k++) if (((source[i++] as number) & 0xc0) !== 0x80) return false;
  }
  return true;
}

/** @returns the largest end ≤ `limit` that does not split a character of source[start..). */
export function characterEnd(source: Uint8Array, start: number, limit: number): number {
  let end = limit;
  // A character has at most three bytes after its first; more are not UTF-8, and are refused as such.
  while (end > start && limit - end < 4 && ((source[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
