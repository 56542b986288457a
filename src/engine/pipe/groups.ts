/**
 * Groups of rows by keys, each with its accumulators.
 * Invariant: values with one text form are one group, shown as the number when one was; missing is a group; a row with
 * a list is counted once under each distinct element.
 */
import type { Scalar } from "../../domain/entry.ts";
import type { Aggregate, ColumnType, GroupKey } from "../../query/ast.ts";
import { type Accumulator, accumulatorOf, inputOf } from "./accumulator.ts";
import {
  type Cell,
  compareScalars,
  compareTotally,
  formOf,
  isListCell,
  numericView,
  preferred,
} from "./cell.ts";
import { type RowCount, countedKeyReader } from "./counted-rows.ts";
import { typeOfField } from "./field-cell.ts";
import { Held, OBJECT_BYTES, textBytes } from "./held.ts";
import type { RowBatch } from "./row-batch.ts";
import { timeBuckets } from "./time-buckets.ts";

export interface Group {
  /** One value a key. */
  readonly keys: (Scalar | null)[];
  readonly accumulators: readonly Accumulator[];
}

/** @returns the values of a key in a row; null for missing. */
export type KeyReader = (row: number) => readonly (Scalar | null)[];

export function keyReader(key: GroupKey, batch: RowBatch, zone: string): KeyReader {
  switch (key.kind) {
    case "field": {
      const cells = batch.cells(key.field);
      return (row) => distinctOf(cells(row));
    }
    case "bin": {
      const buckets = timeBuckets(key.width, zone);
      return (row) => [buckets.startOf(batch.nanos(row))];
    }
    case "numberBin": {
      const cells = batch.cells(key.field);
      const { step } = key;
      return (row) => {
        const cell = cells(row);
        const numbers = (isListCell(cell) ? cell : cell === null ? [] : [cell])
          .map(numericView)
          .filter((number) => number !== undefined);
        // Adding zero turns -0 into 0, which is one group.
        const bins = new Set(numbers.map((number) => Math.floor(Number(number) / step) * step + 0));
        return bins.size === 0 ? MISSING : [...bins];
      };
    }
    default:
      return key satisfies never;
  }
}

export function typeOfKey(key: GroupKey): ColumnType {
  if (key.kind === "bin") return "time";
  return key.kind === "field" ? typeOfField(key.field) : "value";
}

const MISSING: readonly null[] = [null];

function distinctOf(cell: Cell): readonly (Scalar | null)[] {
  if (cell === null) return MISSING;
  if (!isListCell(cell)) return [cell];
  const distinct = new Map<string, Scalar>();
  for (const value of cell) {
    const form = formOf(value);
    distinct.set(form, preferred(distinct.get(form) ?? value, value));
  }
  return [...distinct.values()];
}

export class Groups {
  readonly #aggregates: readonly Aggregate[];
  readonly #max: number;
  readonly #onFull: () => void;
  readonly #groups = new Map<string, Group>();
  readonly #held = new Held();

  /** @param onFull called for each group beyond `max`, which is left out. */
  constructor(aggregates: readonly Aggregate[], max: number, onFull: () => void) {
    this.#aggregates = aggregates;
    this.#max = max;
    this.#onFull = onFull;
  }

  /** What all groups take, about, in bytes. */
  get heldBytes(): number {
    return this.#held.bytes;
  }

  values(): Group[] {
    return [...this.#groups.values()];
  }

  /** The group of no key at all, which is there without any row. */
  whole(): Group | undefined {
    return this.#group([]);
  }

  /** @param skipMissing leaves out rows that lack a key. @returns how many rows were counted. */
  add(batch: RowBatch, readers: readonly KeyReader[], skipMissing: boolean): number {
    const inputs = this.#aggregates.map((aggregate) => inputOf(aggregate, batch));
    let counted = 0;
    for (let row = 0; row < batch.length; row++) {
      const values = readers.map((read) => read(row));
      if (skipMissing && values.some((own) => own[0] === null)) continue;
      counted++;
      for (const keys of combinations(values)) {
        const group = this.#group(keys);
        if (group === undefined) continue;
        for (let i = 0; i < inputs.length; i++)
          group.accumulators[i]?.add(inputs[i]?.(row) ?? null, batch, row);
      }
    }
    return counted;
  }

  /** @returns false when a key is not known of all counts: nothing was added. */
  addCounts(counts: readonly RowCount[], keys: readonly GroupKey[], zone: string): boolean {
    const readers = keys.map((key) => countedKeyReader(key, zone));
    const named: (Scalar | null)[][] = [];
    for (const row of counts) {
      const values = readers.flatMap((read) => {
        const value = read(row);
        return value === undefined ? [] : [value];
      });
      if (values.length < readers.length) return false;
      named.push(values);
    }
    named.forEach((values, i) => {
      const group = this.#group(values);
      for (const accumulator of group?.accumulators ?? [])
        accumulator.addCount?.(counts[i]?.count ?? 0);
    });
    return true;
  }

  absorb(other: Groups): void {
    for (const group of other.#groups.values()) {
      const own = this.#group(group.keys);
      if (own === undefined) continue;
      group.accumulators.forEach((accumulator, i) => own.accumulators[i]?.absorb(accumulator));
    }
  }

  #group(keys: readonly (Scalar | null)[]): Group | undefined {
    const name = nameOf(keys);
    const known = this.#groups.get(name);
    if (known !== undefined) {
      for (let i = 0; i < keys.length; i++) {
        const [own, value] = [known.keys[i] ?? null, keys[i] ?? null];
        if (own !== null && value !== null) known.keys[i] = preferred(own, value);
      }
      return known;
    }
    if (this.#groups.size >= this.#max) {
      this.#onFull();
      return undefined;
    }
    const group = {
      keys: [...keys],
      accumulators: this.#aggregates.map((own) => accumulatorOf(own, this.#held)),
    };
    this.#groups.set(name, group);
    this.#held.bytes +=
      2 * OBJECT_BYTES + textBytes(name) * 2 + OBJECT_BYTES * group.accumulators.length;
    return group;
  }
}

function nameOf(keys: readonly (Scalar | null)[]): string {
  if (keys.length === 1) {
    const [only] = keys;
    return only === undefined || only === null ? "-" : `+${formOf(only)}`;
  }
  return JSON.stringify(keys.map((key) => (key === null ? null : formOf(key))));
}

function combinations(values: readonly (readonly (Scalar | null)[])[]): (Scalar | null)[][] {
  return values.reduce<(Scalar | null)[][]>(
    (all, own) => all.flatMap((keys) => own.map((value) => [...keys, value])),
    [[]],
  );
}

/** Ascending by keys in the order of `sort`, missing last. */
export function compareKeys(
  a: readonly (Scalar | null)[],
  b: readonly (Scalar | null)[],
  types: readonly ColumnType[],
): number {
  let tie = 0;
  for (let i = 0; i < types.length; i++) {
    const [x, y] = [a[i] ?? null, b[i] ?? null];
    const type = types[i] ?? "value";
    if (x === null || y === null) {
      if (x !== y) return x === null ? 1 : -1;
      continue;
    }
    const sign = compareScalars(x, y, type);
    if (sign !== 0) return sign;
    tie ||= compareTotally(x, y, type);
  }
  return tie;
}
