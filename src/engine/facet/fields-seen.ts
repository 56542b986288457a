/**
 * What a walk over blocks learns of attributes that nobody named.
 * Invariant: it holds for all that the walk counts, in whatever order blocks come; where a block was counted before one of
 * its fields was found, it says so.
 */
import type { FieldRef } from "../../query/ast.ts";
import type { BlockReader, ColumnView } from "../block/block-reader.ts";
import { beginningsOf, mayHoldMaps } from "../filter/field-columns.ts";

/** Attributes told apart where all are counted: as many as an entry may have. */
export const MAX_FOUND = 1000;

export class FieldsSeen {
  /** Names of attributes that are counted though nobody named them. */
  readonly found = new Set<string>();
  /** By key: fields that have too many values. */
  readonly leftOut = new Map<string, FieldRef>();
  /** There were more attributes than MAX_FOUND. */
  overMany = false;
  /** Attributes that have lists. */
  readonly #lists = new Set<string>();
  /** Those of `found` whose values also stand in the lists of others, by the others. */
  readonly #inLists = new Map<string, readonly string[]>();

  /** Notes the column of an attribute. */
  note(name: string, column: ColumnView | undefined): void {
    if (column !== undefined && !this.#lists.has(name) && holdsLists(column)) this.#lists.add(name);
  }

  /** @returns found attributes that a block without a column of their name may have in its lists. */
  inListsOf({ attributeNames }: BlockReader): string[] {
    return [...this.#inLists].flatMap(([name, lists]) =>
      !attributeNames.includes(name) && lists.some((list) => attributeNames.includes(list))
        ? [name]
        : [],
    );
  }

  /** @returns whether blocks may have been counted before one of their fields was found: the walk has to be done again. */
  overlooked(): boolean {
    const known = this.#inLists.size;
    for (const name of this.found) {
      const lists = beginningsOf(name).filter((beginning) => this.#lists.has(beginning));
      if (lists.length > 0) this.#inLists.set(name, lists);
    }
    return this.#inLists.size > known;
  }
}

function holdsLists(column: ColumnView): boolean {
  if (column.kind === "dictionary") return column.values.some((value) => Array.isArray(value));
  return mayHoldMaps(column);
}
