/**
 * One block under evaluation: the block and what was derived of its columns for one query.
 * Invariant: a text column is decoded and folded at most once, however many tests look at it, and what a test says of a
 * value of a dictionary is asked once, also when the evaluation is given up in the middle and begun anew.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import type {
  BlockReader,
  ColumnView,
  DictionaryColumn,
  TextColumn,
} from "../block/block-reader.ts";
import { Bitmap } from "../bitmap.ts";

/** Text between two looks at the time: with the largest regex two seconds, with a usual one microseconds. */
export const LOOK_BYTES = 4096;

export class BlockScan {
  readonly block: BlockReader;
  readonly #look: () => void;
  #unseenBytes = 0;
  #lower = new Map<TextColumn, string>();
  #present = new Map<ColumnView, Bitmap>();
  #passing = new Map<DictionaryColumn, Map<object, boolean[]>>();
  #names: readonly string[] | undefined;

  /** @param look called again and again while texts are tested; what it throws ends the test. */
  constructor(block: BlockReader, look: () => void = () => undefined) {
    this.block = block;
    this.#look = look;
  }

  /** Before so many bytes of text are tested. */
  work(bytes: number): void {
    this.#unseenBytes += bytes;
    if (this.#unseenBytes < LOOK_BYTES) return;
    this.#unseenBytes = 0;
    this.#look();
  }

  /**
   * All bytes of the column as latin1, ASCII in lower case: as long as `bytes`, so offsets are those of
   * `starts`. Bytes of other characters are changed, but never into ASCII.
   */
  lowerBytes(column: TextColumn): string {
    let lower = this.#lower.get(column);
    if (lower === undefined) {
      lower = bufferOf(column.bytes).toString("latin1").toLowerCase();
      this.#lower.set(column, lower);
    }
    return lower;
  }

  /**
   * Which values of a dictionary pass.
   * @param test whose answers they are: the same object asks the column the same.
   */
  passing(
    column: DictionaryColumn,
    test: object,
    accept: (value: AttributeValue) => boolean,
  ): readonly boolean[] {
    const { values } = column;
    let tests = this.#passing.get(column);
    if (tests === undefined) this.#passing.set(column, (tests = new Map<object, boolean[]>()));
    let passing = tests.get(test);
    if (passing === undefined) tests.set(test, (passing = []));
    while (passing.length < values.length) {
      const value = values[passing.length] ?? null;
      this.work(sizeOf(value));
      passing.push(accept(value));
    }
    return passing;
  }

  /** The attributes whose names begin with `prefix`: a block may have a hundred thousand, and each be asked about. */
  *namesBelow(prefix: string): Iterable<string> {
    // By their code units, so that those of one beginning stand together.
    const names = (this.#names ??= [...this.block.attributeNames].toSorted((a, b) =>
      a < b ? -1 : 1,
    ));
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((names[middle] as string) < prefix) low = middle + 1;
      else high = middle;
    }
    for (let at = low; names[at]?.startsWith(prefix) === true; at++) yield names[at] as string;
  }

  /** Rows that have a value in the column, null and empty lists and maps included. */
  presentRows(column: ColumnView): Bitmap {
    const known = this.#present.get(column);
    if (known !== undefined) return known;
    const { present } = column;
    const { rows } = this.block;
    const here = present === undefined ? Bitmap.all(rows) : Bitmap.ofBytes(rows, present);
    // There may be a million of those: none is kept.
    if (column.kind !== "mixed" || !column.isGathered) this.#present.set(column, here);
    return here;
  }
}

/** Bytes of a value's texts, roughly. */
export function sizeOf(value: AttributeValue): number {
  if (typeof value === "string") return value.length;
  // Lists and maps may hold many.
  return typeof value === "object" && value !== null ? JSON_BYTES : 8;
}
const JSON_BYTES = 256;

/** @returns the text of a row that has one. */
export function textOf(column: TextColumn, row: number): string {
  const start = column.starts[row] ?? 0;
  const end = (column.starts[row + 1] ?? 1) - 1;
  const bytes = bufferOf(column.bytes);
  return column.ascii ? bytes.toString("latin1", start, end) : bytes.toString("utf8", start, end);
}

/** True when a character that folds to ASCII without being ASCII (`ſ`, the Kelvin sign) is in the column. */
export function holdsForeignAscii(column: TextColumn): boolean {
  if (column.ascii) return false;
  const bytes = bufferOf(column.bytes);
  return bytes.includes("\u017f", 0, "utf8") || bytes.includes("\u212a", 0, "utf8");
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
