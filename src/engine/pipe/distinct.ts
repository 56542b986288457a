/**
 * Counts distinct texts.
 * Invariant: exact up to EXACT texts, then an estimate with a standard error of 0.81 %; joining two gives what one
 * over all texts would give. Source: HyperLogLog (Flajolet et al. 2007) with 2^14 registers and 64-bit hashes.
 */
import { textView } from "../column/bytes.ts";
import { Held, OBJECT_BYTES, textBytes } from "./held.ts";

const EXACT = 10_000;
const REGISTER_BITS = 14;
const REGISTERS = 2 ** REGISTER_BITS;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

export class Distinct {
  readonly #held: Held;
  #texts = new Set<string>();
  #textBytes = 0;
  #registers: Uint8Array | undefined;

  constructor(held = new Held()) {
    this.#held = held;
  }

  get approximate(): boolean {
    return this.#registers !== undefined;
  }

  add(text: string): void {
    if (this.#registers !== undefined) {
      put(this.#registers, text);
      return;
    }
    const before = this.#texts.size;
    this.#texts.add(text);
    if (this.#texts.size > before) this.#hold(OBJECT_BYTES + textBytes(text));
    if (this.#texts.size > EXACT) this.#estimate();
  }

  /** The same of a text of ASCII, in bytes[start..end): beyond EXACT without making it. */
  addAscii(bytes: Uint8Array, start: number, end: number): void {
    if (this.#registers !== undefined) putAscii(this.#registers, bytes, start, end);
    else this.add(textView(bytes).latin1Slice(start, end));
  }

  absorb(other: Distinct): void {
    if (other.#registers === undefined) {
      for (const text of other.#texts) this.add(text);
      return;
    }
    const own = this.#estimate();
    other.#registers.forEach((rank, i) => {
      if (rank > (own[i] ?? 0)) own[i] = rank;
    });
  }

  count(): number {
    const registers = this.#registers;
    if (registers === undefined) return this.#texts.size;
    let sum = 0;
    let empty = 0;
    for (const rank of registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    // Few texts leave registers empty, and counting those is more exact.
    return Math.round(
      raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw,
    );
  }

  #hold(bytes: number): void {
    this.#textBytes += bytes;
    this.#held.bytes += bytes;
  }

  /** Goes over to an estimate now: for who has no room for the texts. */
  estimate(): void {
    this.#estimate();
  }

  #estimate(): Uint8Array {
    if (this.#registers !== undefined) return this.#registers;
    const registers = new Uint8Array(REGISTERS);
    this.#registers = registers;
    for (const text of this.#texts) put(registers, text);
    this.#texts = new Set();
    this.#held.bytes += REGISTERS - this.#textBytes;
    return registers;
  }
}

const LOW = 0x9e3779b9;
const HIGH = 0x85ebca6b;

/** Two units a step: half the cost of one a step, and the estimates stay within their error (estimates.test.ts). */
function put(registers: Uint8Array, text: string): void {
  let low = LOW;
  let high = HIGH;
  for (let i = 0; i < text.length; i += 2) {
    const units = text.charCodeAt(i) | (i + 1 < text.length ? text.charCodeAt(i + 1) << 16 : 0);
    low = Math.imul(low ^ units, 0x5bd1e995);
    low ^= low >>> 15;
    high = Math.imul(high ^ units, 0x1b873593);
    high ^= high >>> 13;
  }
  putHash(registers, low, high, text.length);
}

/** As `put` for the same text: a unit of ASCII is its byte. */
function putAscii(registers: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
  let low = LOW;
  let high = HIGH;
  for (let i = start; i < end; i += 2) {
    const units = (bytes[i] as number) | (i + 1 < end ? (bytes[i + 1] as number) << 16 : 0);
    low = Math.imul(low ^ units, 0x5bd1e995);
    low ^= low >>> 15;
    high = Math.imul(high ^ units, 0x1b873593);
    high ^= high >>> 13;
  }
  putHash(registers, low, high, end - start);
}

function putHash(registers: Uint8Array, lowUnits: number, highUnits: number, length: number): void {
  const low = mix(lowUnits ^ length);
  const high = mix(highUnits ^ low);
  const at = low >>> (32 - REGISTER_BITS);
  // 18 bits of the low word and 32 of the high one are left for the rank.
  const tail = low << REGISTER_BITS;
  const rank = tail === 0 ? 18 + Math.clz32(high) + 1 : Math.clz32(tail) + 1;
  if (rank > (registers[at] ?? 0)) registers[at] = rank;
}

/** Spreads the bits of a 32-bit word; the finalizer of MurmurHash3. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
