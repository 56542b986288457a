/**
 * Which rows of one output have a value in a column, and where its inputs' values go.
 * Invariant: pure of the presence of the column in each input; what was found for one column serves every other that
 * the same rows have, as the attributes of one kind of message are.
 */
import { sameBytes } from "../column/bytes.ts";
import type { ColumnView } from "./block-reader.ts";
import { countRows, countsBefore, toValueNumbers } from "./column-views.ts";
import type { Picked } from "./merge-order.ts";

/** The rows of one input that have a value, and the number of each value in the output. */
export interface Kept {
  readonly rows: Uint32Array;
  readonly places: Uint32Array;
}

export interface Presence {
  /** Of each of `picked`, undefined where none of its rows has a value. */
  readonly kept: readonly (Kept | undefined)[];
  /** Values in the output. */
  readonly count: number;
  /** Bit `row & 7` of byte `row >> 3` for each row of the output that has one. */
  readonly bitmap: Uint8Array;
}

/** Columns remembered: attributes of a few kinds of messages take turns. */
const REMEMBERED = 4;

export class PresenceOf {
  readonly picked: readonly Picked[];
  /** Of the output. */
  readonly rows: number;
  readonly #known: { views: readonly (ColumnView | undefined)[]; presence: Presence }[] = [];

  constructor(picked: readonly Picked[], rows: number) {
    this.picked = picked;
    this.rows = rows;
  }

  /** @param views the column of each of `picked`, undefined where a block has none. */
  find(views: readonly (ColumnView | undefined)[]): Presence {
    const known = this.#known.find((one) => one.views.every((view, i) => isAlike(view, views[i])));
    if (known !== undefined) return known.presence;
    const presence = this.#make(views);
    if (this.#known.length === REMEMBERED) this.#known.shift();
    this.#known.push({ views, presence });
    return presence;
  }

  #make(views: readonly (ColumnView | undefined)[]): Presence {
    const { rows } = this;
    const bitmap = new Uint8Array((rows + 7) >> 3);
    const kept = this.picked.map((one, i) => {
      const view = views[i];
      return view === undefined ? undefined : keepPresent(one, view.present, bitmap);
    });
    const count = countRows(bitmap, rows);
    if (count < rows) {
      const before = countsBefore(bitmap);
      for (const one of kept) if (one !== undefined) toValueNumbers(one.places, bitmap, before);
    }
    return { kept, count, bitmap };
  }
}

function isAlike(one: ColumnView | undefined, other: ColumnView | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const a = one.present;
  const b = other.present;
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && sameBytes(a, 0, b, 0, a.length);
}

/** Marks in `bitmap` where they go. @returns undefined when no row has a value. */
function keepPresent(
  { rows, places }: Picked,
  present: Uint8Array | undefined,
  bitmap: Uint8Array,
): Kept | undefined {
  const keptRows = new Uint32Array(rows.length);
  const keptPlaces = new Uint32Array(rows.length);
  let count = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (present !== undefined && ((present[row >> 3] as number) & (1 << (row & 7))) === 0) continue;
    const place = places[k] as number;
    keptRows[count] = row;
    keptPlaces[count++] = place;
    bitmap[place >> 3] = (bitmap[place >> 3] as number) | (1 << (place & 7));
  }
  return count === 0
    ? undefined
    : { rows: keptRows.subarray(0, count), places: keptPlaces.subarray(0, count) };
}
