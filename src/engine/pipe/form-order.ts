/**
 * The order of a table's forms by value, and the first of them, without a text a form where bytes decide.
 * Invariant: as `compareKeys` orders single keys that are there.
 */
import type { Scalar } from "../../domain/entry.ts";
import type { ColumnType } from "../../query/ast.ts";
import { highBits } from "../column/bytes.ts";
import { compareNumbers, compareTotally, formOf, numericView } from "./cell.ts";
import { compareCodePoints } from "../../domain/text-order.ts";
import type { FormTable } from "./form-table.ts";

/**
 * The numbers of the first `wanted` forms by (their counts' order, value), in that order.
 * @param order below zero when the first of two counts stands before the other.
 */
export function firstForms(
  table: FormTable,
  type: ColumnType,
  wanted: number,
  countOf: (id: number) => number,
  order: (a: number, b: number) => number,
): ArrayLike<number> & Iterable<number> {
  const values = new FormOrder(table, type);
  const compare = (a: number, b: number): number =>
    order(countOf(a), countOf(b)) || values.compare(a, b);
  const { size } = table;
  // Of many, keeping few in order beats sorting them all.
  if (wanted * 8 >= size)
    return Uint32Array.from({ length: size }, (_, id) => id)
      .sort(compare)
      .subarray(0, wanted);
  const first: number[] = [];
  for (let id = 0; id < size; id++) {
    const last = first.length < wanted ? undefined : first.at(-1);
    if (last !== undefined && compare(id, last) > 0) continue;
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(first[middle] as number, id) > 0) high = middle;
      else low = middle + 1;
    }
    first.splice(low, 0, id);
    if (first.length > wanted) first.pop();
  }
  return first;
}

/** What is compared of a form that bytes alone do not order. */
interface ValueKey {
  readonly scalar: Scalar;
  readonly view: number | bigint | undefined;
}

class FormOrder {
  readonly #table: FormTable;
  readonly #type: ColumnType;
  readonly #bytes: Uint8Array;
  /** The same with small letters for capitals of ASCII. */
  readonly #folded: Uint8Array;
  /** 1 for texts of ASCII that are no numbers: those stand in the order of their folded bytes, then of their bytes. */
  readonly #plain: Uint8Array;
  readonly #keys = new Map<number, ValueKey>();

  constructor(table: FormTable, type: ColumnType) {
    this.#table = table;
    this.#type = type;
    this.#bytes = table.bytes;
    this.#folded = foldedAscii(this.#bytes);
    this.#plain = new Uint8Array(table.size);
    if (type !== "value") return;
    for (let id = 0; id < table.size; id++) {
      const start = table.startOf(id);
      const end = start + table.lengthOf(id);
      if (table.isText(id) && !mayBeNumber(this.#bytes, start, end))
        this.#plain[id] = highBits(this.#bytes, start, end) < 0x80 ? 1 : 0;
    }
  }

  compare(a: number, b: number): number {
    if (this.#plain[a] === 1 && this.#plain[b] === 1)
      return this.#compareBytes(this.#folded, a, b) || this.#compareBytes(this.#bytes, a, b);
    const x = this.#keyOf(a);
    const y = this.#keyOf(b);
    if (x.view !== undefined && y.view !== undefined && this.#type === "value")
      return (
        compareNumbers(x.view, y.view) || compareCodePoints(formOf(x.scalar), formOf(y.scalar))
      );
    return compareTotally(x.scalar, y.scalar, this.#type);
  }

  #keyOf(id: number): ValueKey {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const scalar = this.#table.scalarAt(id);
    const key = { scalar, view: numericView(scalar) };
    this.#keys.set(id, key);
    return key;
  }

  #compareBytes(bytes: Uint8Array, a: number, b: number): number {
    const x = this.#table.startOf(a);
    const y = this.#table.startOf(b);
    const [xLength, yLength] = [this.#table.lengthOf(a), this.#table.lengthOf(b)];
    const shared = Math.min(xLength, yLength);
    for (let i = 0; i < shared; i++) {
      const difference = (bytes[x + i] as number) - (bytes[y + i] as number);
      if (difference !== 0) return difference;
    }
    return xLength - yLength;
  }
}

function foldedAscii(bytes: Uint8Array): Uint8Array {
  const folded = bytes.slice();
  for (let i = 0; i < folded.length; i++) {
    const byte = folded[i] as number;
    if (byte >= 0x41 && byte <= 0x5a) folded[i] = byte + 0x20;
  }
  return folded;
}

/** False only for texts whose first character says that they are none: a letter or a slash. */
function mayBeNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  const first = (bytes[start] as number) | 0x20;
  return !((first >= 0x61 && first <= 0x7a) || bytes[start] === 0x2f);
}
