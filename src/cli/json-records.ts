/**
 * JSON that is not a record a line, made into that: an array of records, or records over several lines.
 * Invariant: holds nothing; each record is on one line of the output, byte for byte but for line breaks between its parts.
 * What is no JSON comes out as lines that are none, which the server refuses one by one.
 */
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const MAP = 0x7b;
const MAP_END = 0x7d;

export async function* recordLines(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let depth = 0;
  /** Depth at which records lie: 1 in an array. */
  let base = -1;
  let inText = false;
  let isEscaped = false;
  for await (const chunk of input) {
    // A byte becomes two at most: itself and a line's end.
    const out = new Uint8Array(chunk.length * 2);
    let size = 0;
    for (const byte of chunk) {
      if (inText) {
        out[size++] = byte;
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inText = false;
        continue;
      }
      if (base < 0) {
        if (byte === SPACE || byte === TAB || byte === NEWLINE || byte === RETURN) continue;
        base = byte === LIST ? 1 : 0;
        if (base === 1) {
          depth = 1;
          continue;
        }
      }
      if (byte === QUOTE) inText = true;
      else if (byte === MAP || byte === LIST) depth++;
      else if (byte === MAP_END || byte === LIST_END) {
        depth--;
        if (depth < base) {
          // The array's own end; another may follow.
          out[size++] = NEWLINE;
          base = -1;
          depth = 0;
          continue;
        }
      }
      const isBetween = depth === base && base === 1 && byte === COMMA;
      out[size++] = isBetween ? NEWLINE : byte === NEWLINE || byte === RETURN ? SPACE : byte;
      if (base === 0 && depth === 0 && byte === MAP_END) out[size++] = NEWLINE;
    }
    yield out.subarray(0, size);
  }
}

/** Bytes enough to see how the input begins; a first line may be all of an array. */
const LOOKED_AT = 65_536;

/** @returns what the input begins with, to its first line's end if that comes soon, and all of it again. */
export async function beginningOf(
  input: AsyncIterable<Uint8Array>,
): Promise<{ first: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const reader = input[Symbol.asyncIterator]();
  let first = new Uint8Array(0);
  while (first.length < LOOKED_AT && !hasLine(first)) {
    const read = await reader.next();
    if (read.done === true) break;
    const more = new Uint8Array(first.length + read.value.length);
    more.set(first);
    more.set(read.value, first.length);
    first = more;
  }
  async function* again(): AsyncGenerator<Uint8Array, void, undefined> {
    if (first.length > 0) yield first;
    for (let read = await reader.next(); read.done !== true; read = await reader.next())
      yield read.value;
  }
  return { first, whole: again() };
}

/** Whether a line ends behind something that is no space. */
function hasLine(bytes: Uint8Array): boolean {
  const begins = bytes.findIndex((byte) => byte > SPACE);
  return begins >= 0 && bytes.indexOf(NEWLINE, begins) >= 0;
}
