/**
 * Groups of rows by keys, each with its accumulators.
 * Invariant: values with one text form are one group, shown as the number when one was; missing is a group; a row with
 * a list is counted once under each distinct element.
 */
import type { Scalar } from "../../domain/entry.ts";
import type { Aggregate, ColumnType, FieldRef, GroupKey } from "../../query/ast.ts";
import { hasRow } from "../block/column-views.ts";
import { type Accumulator, accumulatorOf } from "./accumulator.ts";
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
import { type Feed, feedOf } from "./feed.ts";
import { typeOfField } from "./field-cell.ts";
import { FormTable, NO_ROOM } from "./form-table.ts";
import { Held, OBJECT_BYTES, textBytes } from "./held.ts";
import type { PlainColumn, RowBatch } from "./row-batch.ts";
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
  #size = 0;
  /** Of one key: its values are numbered, which makes no name a row. */
  #table: FormTable;
  #byForm: (Group | undefined)[] = [];
  #missing: Group | undefined;
  /** Of none or several keys. */
  #byName = new Map<string, Group>();
  #held = new Held();

  /** @param onFull called for each group beyond `max`, which is left out. */
  constructor(aggregates: readonly Aggregate[], max: number, onFull: () => void) {
    this.#aggregates = aggregates;
    this.#max = max;
    this.#onFull = onFull;
    this.#table = new FormTable(max);
  }

  /** What all groups take, about, in bytes. */
  get heldBytes(): number {
    return this.#held.bytes + this.#table.heldBytes;
  }

  values(): Group[] {
    const all = [...this.#byName.values(), ...this.#byForm.filter((group) => group !== undefined)];
    if (this.#missing !== undefined) all.push(this.#missing);
    return all;
  }

  /** The group of no key at all, which is there without any row. */
  whole(): Group | undefined {
    return this.#group([]);
  }

  /**
   * @param skipMissing leaves out rows that lack a key.
   * @param field of the one key there is, when it is a field: its column may be read as a whole.
   * @returns how many rows were counted.
   */
  add(
    batch: RowBatch,
    readers: readonly KeyReader[],
    skipMissing: boolean,
    field?: FieldRef,
  ): number {
    const feed = feedOf(this.#aggregates, batch);
    const plain = field === undefined ? undefined : batch.plainColumn?.(field);
    if (plain?.column.kind === "text") return this.#addTexts(plain, feed, skipMissing);
    let counted = 0;
    for (let row = 0; row < batch.length; row++) {
      const values = readers.map((read) => read(row));
      if (skipMissing && values.some((own) => own[0] === null)) continue;
      counted++;
      for (const keys of combinations(values)) {
        const group = this.#group(keys);
        if (group !== undefined) feed(group.accumulators, row);
      }
    }
    return counted;
  }

  #addTexts(
    { column, rows, emptyIsMissing }: PlainColumn,
    feed: Feed,
    skipMissing: boolean,
  ): number {
    if (column.kind !== "text") return 0;
    const { bytes, starts, present } = column;
    let counted = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const start = starts[row] as number;
      const end = (starts[row + 1] as number) - 1;
      let group: Group | undefined;
      if (!hasRow(present, row) || (emptyIsMissing && end <= start)) {
        if (skipMissing) continue;
        group = this.#group([null]);
      } else group = this.#ofForm(this.#table.ofBytes(bytes, start, end));
      counted++;
      if (group !== undefined) feed(group.accumulators, i);
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

  /** @param other not used any more afterwards. */
  absorb(other: Groups): void {
    if (this.#size === 0) {
      this.#size = other.#size;
      this.#table = other.#table;
      this.#byForm = other.#byForm;
      this.#missing = other.#missing;
      this.#byName = other.#byName;
      this.#held = other.#held;
      return;
    }
    for (const group of other.values()) {
      const own = this.#group(group.keys);
      if (own === undefined) continue;
      group.accumulators.forEach((accumulator, i) => own.accumulators[i]?.absorb(accumulator));
    }
  }

  #group(keys: readonly (Scalar | null)[]): Group | undefined {
    if (keys.length === 1) {
      const [only = null] = keys;
      return only === null
        ? (this.#missing ??= this.#made(keys, 0))
        : this.#ofForm(this.#table.ofScalar(only), only);
    }
    const name = JSON.stringify(keys.map((key) => (key === null ? null : formOf(key))));
    const known = this.#byName.get(name);
    if (known !== undefined) {
      for (let i = 0; i < keys.length; i++) {
        const [own, value] = [known.keys[i] ?? null, keys[i] ?? null];
        if (own !== null && value !== null) known.keys[i] = preferred(own, value);
      }
      return known;
    }
    const group = this.#made(keys, textBytes(name));
    if (group !== undefined) this.#byName.set(name, group);
    return group;
  }

  #ofForm(id: number, value?: Scalar): Group | undefined {
    const known = this.#byForm[id];
    if (known !== undefined) {
      if (typeof value !== "string" && value !== undefined) known.keys[0] = value;
      return known;
    }
    const group =
      id === NO_ROOM ? this.#refused() : this.#made([value ?? this.#table.scalarAt(id)], 0);
    if (group !== undefined) this.#byForm[id] = group;
    return group;
  }

  #made(keys: readonly (Scalar | null)[], nameBytes: number): Group | undefined {
    if (this.#size >= this.#max) return this.#refused();
    this.#size++;
    const accumulators = this.#aggregates.map((own) => accumulatorOf(own, this.#held));
    this.#held.bytes += 2 * OBJECT_BYTES + nameBytes + OBJECT_BYTES * accumulators.length;
    for (const key of keys) if (typeof key === "string") this.#held.bytes += textBytes(key);
    return { keys: [...keys], accumulators };
  }

  #refused(): undefined {
    this.#onFull();
    return undefined;
  }
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
