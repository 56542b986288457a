/**
 * Attribute names as small numbers (handles), for as long as one sink lives.
 * Invariant: handles with one flat name share one canonical handle; a canonical handle's bytes are at most
 * LIMITS.attributeNameBytes long. Handles of nested spellings or of cut names are not canonical.
 *
 * Rows of one program repeat their names in one order, so the name that followed the last one is tried first,
 * by comparing bytes, before any hash.
 */
import { LIMITS } from "../../domain/limits.ts";
import {
  grownBytes,
  grownI32,
  grownU32,
  hashBytes,
  sameBytes,
  textView,
  utf8Bytes,
  utf8Text,
} from "./bytes.ts";
import { characterEnd, isUtf8 } from "./utf8.ts";
import type { Name } from "./row-sink.ts";

/** Flags of a handle. */
export const NAME_NOT_UTF8 = 1;
export const NAME_CUT = 2;

const DOT = 0x2e;
/**
 * Looks into the table for one name. Its hash is fixed, so a sender can choose names that collide: those that find no
 * place go to a Map, whose hashes nobody can foresee.
 */
const MOST_LOOKS = 64;

export class NameTable {
  size = 0;
  canonical = new Int32Array(64);
  /** How many joins made the name: 0 for the flat spelling. */
  depth = new Uint8Array(64);
  flags = new Uint8Array(64);
  #bytes = new Uint8Array(1024);
  #starts = new Uint32Array(64);
  #ends = new Uint32Array(64);
  #hashes = new Uint32Array(64);
  #next = new Int32Array(64).fill(-1);
  #last = 0;
  #table = new Int32Array(128);
  /** Names whose places were all taken, by their bytes as latin1. */
  readonly #crowded = new Map<string, Name>();
  #joined = new Map<number, Name>();
  #cut = new Map<Name, Name>();
  #texts: string[] = [];
  #quoted: string[] = [];

  nameOf(source: Uint8Array, start: number, end: number): Name {
    const length = end - start;
    const guess = this.#next[this.#last] as number;
    if (guess >= 0) {
      const at = this.#starts[guess] as number;
      if (
        (this.#ends[guess] as number) - at === length &&
        sameBytes(this.#bytes, at, source, start, length)
      ) {
        this.#last = guess;
        return guess as Name;
      }
    }
    if (length > LIMITS.attributeNameBytes) return this.#cutName(source, start);
    const name = this.#lookUp(source, start, end);
    this.#next[this.#last] = name;
    this.#last = name;
    return name;
  }

  /** Over-long names: a handle of their own whose canonical one is the name's first bytes. */
  #cutName(source: Uint8Array, start: number): Name {
    const end = characterEnd(source, start, start + LIMITS.attributeNameBytes);
    const whole = this.#lookUp(source, start, end);
    let cut = this.#cut.get(whole);
    if (cut === undefined) {
      cut = this.#make(0, 0, 0, whole);
      this.flags[cut] = NAME_CUT | (this.flags[whole] as number);
      this.#cut.set(whole, cut);
    }
    return cut;
  }

  #lookUp(source: Uint8Array, start: number, end: number): Name {
    const hash = hashBytes(source, start, end);
    const length = end - start;
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    let looks = 0;
    for (; looks < MOST_LOOKS; looks++) {
      const name = (this.#table[slot] as number) - 1;
      if (name < 0) break;
      const at = this.#starts[name] as number;
      if (
        this.#hashes[name] === hash &&
        (this.#ends[name] as number) - at === length &&
        sameBytes(this.#bytes, at, source, start, length)
      )
        return name as Name;
      slot = (slot + 1) & mask;
    }
    const text = looks < MOST_LOOKS ? "" : textView(source).latin1Slice(start, end);
    if (looks === MOST_LOOKS) {
      const known = this.#crowded.get(text);
      if (known !== undefined) return known;
    }
    const at = this.size === 0 ? 0 : (this.#ends[this.size - 1] as number);
    if (at + length > this.#bytes.length) this.#bytes = grownBytes(this.#bytes, at + length);
    this.#bytes.set(source.subarray(start, end), at);
    const name = this.#make(at, at + length, hash, -1);
    if (!isUtf8(source, start, end)) this.flags[name] = NAME_NOT_UTF8;
    if (looks < MOST_LOOKS) this.#table[slot] = name + 1;
    else this.#crowded.set(text, name);
    if (this.size * 2 > this.#table.length) this.#rebuild();
    return name;
  }

  #make(start: number, end: number, hash: number, canonical: number): Name {
    const name = this.size++;
    if (name === this.flags.length) {
      this.canonical = grownI32(this.canonical, name + 1);
      this.depth = grownBytes(this.depth, name + 1);
      this.flags = grownBytes(this.flags, name + 1);
      this.#starts = grownU32(this.#starts, name + 1);
      this.#ends = grownU32(this.#ends, name + 1);
      this.#hashes = grownU32(this.#hashes, name + 1);
      this.#next = grownI32(this.#next, name + 1);
    }
    this.canonical[name] = canonical < 0 ? name : canonical;
    // A handle without bytes of its own repeats where the bytes before it ended, so that ends never fall.
    const at = canonical < 0 ? start : name === 0 ? 0 : (this.#ends[name - 1] as number);
    this.#starts[name] = at;
    this.#ends[name] = canonical < 0 ? end : at;
    this.#hashes[name] = hash;
    this.#next[name] = -1;
    return name as Name;
  }

  #rebuild(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    this.#crowded.clear();
    for (let name = 0; name < this.size; name++)
      if (this.canonical[name] === name) this.#place(name as Name);
  }

  #place(name: Name): void {
    const mask = this.#table.length - 1;
    let slot = (this.#hashes[name] as number) & mask;
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      if (this.#table[slot] === 0) {
        this.#table[slot] = name + 1;
        return;
      }
      slot = (slot + 1) & mask;
    }
    const bytes = textView(this.#bytes);
    const text = bytes.latin1Slice(this.#starts[name], this.#ends[name]);
    this.#crowded.set(text, name);
  }

  nameOfText(text: string): Name {
    const bytes = utf8Bytes(text);
    return bytes.length > LIMITS.attributeNameBytes
      ? this.#cutName(bytes, 0)
      : this.#lookUp(bytes, 0, bytes.length);
  }

  join(parent: Name, child: Name): Name {
    const key = parent * 0x400_0000 + child;
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const head = this.bytesOf(parent);
    const tail = this.bytesOf(child);
    const whole = new Uint8Array(head.length + 1 + tail.length);
    whole.set(head);
    whole[head.length] = DOT;
    whole.set(tail, head.length + 1);
    const cut = whole.length > LIMITS.attributeNameBytes;
    const end = cut ? characterEnd(whole, 0, LIMITS.attributeNameBytes) : whole.length;
    const canonical = this.#lookUp(whole, 0, end);
    const parentFlags = this.flags[parent] as number;
    const childFlags = this.flags[child] as number;
    const name = this.#make(0, 0, 0, canonical);
    this.flags[name] = (this.flags[canonical] as number) | parentFlags | childFlags;
    if (cut) this.flags[name] = (this.flags[name] as number) | NAME_CUT;
    this.depth[name] = Math.min(255, (this.depth[parent] as number) + 1);
    this.#joined.set(key, name);
    return name;
  }

  /** A view of the canonical name's bytes, valid until the next name is made. */
  bytesOf(name: Name): Uint8Array {
    const whole = this.canonical[name] as number;
    return this.#bytes.subarray(this.#starts[whole], this.#ends[whole]);
  }

  /** The name as JSON. */
  quotedOf(name: Name): string {
    const whole = this.canonical[name] as number;
    return (this.#quoted[whole] ??= JSON.stringify(this.textOf(name)));
  }

  textOf(name: Name): string {
    const whole = this.canonical[name] as number;
    return (this.#texts[whole] ??= utf8Text(this.bytesOf(name)));
  }
}
