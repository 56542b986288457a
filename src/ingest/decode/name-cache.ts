/**
 * Handles of the attribute names of one body, so that a name is turned into bytes once and not in every row.
 * Invariant: lives no longer than the body is decoded: handles are the sink's, for this batch.
 */
import type { Name, RowSinkNames } from "../../engine/column/row-sink.ts";

/** Bodies with more names than this have a name a row: remembering those would only take memory. */
const MOST_NAMES = 4096;

export class NameCache {
  readonly #sink: RowSinkNames;
  readonly #names = new Map<string, Name>();

  constructor(sink: RowSinkNames) {
    this.#sink = sink;
  }

  of(text: string): Name {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = this.#sink.nameOfText(text);
    if (this.#names.size < MOST_NAMES) this.#names.set(text, name);
    return name;
  }
}
