/**
 * The functions of `stats` and `timechart`, one object a group and function.
 * Invariant: adding rows in any order, in any parts joined by `absorb`, gives one result; only quantiles and distinct
 * counts beyond their exact size are estimates, and say so.
 */
import type { Scalar } from "../../domain/entry.ts";
import type { Aggregate, ColumnType } from "../../query/ast.ts";
import {
  type Cell,
  compareNumbers,
  compareTotally,
  formOf,
  numericView,
  preferred,
  scalarsOf,
} from "./cell.ts";
import { Distinct } from "./distinct.ts";
import { typeOfField } from "./field-cell.ts";
import { Held, OBJECT_BYTES, textBytes } from "./held.ts";
import { Quantiles } from "./quantiles.ts";
import { type Place, type RowBatch, comparePlaces } from "./row-batch.ts";

export interface Accumulator {
  /** @param cell the function's input in this row; null is missing. */
  add(cell: Cell, batch: RowBatch, row: number): void;
  /** Adds the text of ASCII in bytes[start..end); only `uniq` has it. */
  addAscii?(bytes: Uint8Array, start: number, end: number): void;
  /** Adds so many rows; only functions that count rows have it. */
  addCount?(rows: number): void;
  /** Adds what another one of the same function has; the other is only read. */
  absorb(other: Accumulator): void;
  /** @param seconds of the range, or of the part of the bucket inside it. */
  result(seconds: number): Cell;
  readonly approximate: boolean;
}

/** The type of the function's column. */
export function typeOfAggregate(aggregate: Aggregate): ColumnType {
  switch (aggregate.fn) {
    case "min":
    case "max":
    case "first":
    case "last":
    case "values":
      return typeOfField(aggregate.field);
    default:
      return "value";
  }
}

/** @param held what the function keeps of its rows is counted there. */
export function accumulatorOf(aggregate: Aggregate, held = new Held()): Accumulator {
  switch (aggregate.fn) {
    case "count":
    case "count_if":
      return new Counter(false);
    case "rate":
      return new Counter(true);
    case "uniq":
      return new UniqueForms(held);
    case "sum":
      return new Sum(false);
    case "avg":
      return new Sum(true);
    case "min":
      return new Extreme(-1, typeOfField(aggregate.field));
    case "max":
      return new Extreme(1, typeOfField(aggregate.field));
    case "percentile":
      return new Percentile(aggregate.percent, held);
    case "first":
      return new Edge(-1);
    case "last":
      return new Edge(1);
    case "values":
      return new Values(typeOfField(aggregate.field), held);
    default:
      return aggregate satisfies never;
  }
}

/** @returns what the function is given of each row. */
export function inputOf(aggregate: Aggregate, batch: RowBatch): (row: number) => Cell {
  if (aggregate.fn === "count_if") {
    const passes = batch.matches(aggregate.filter);
    return (row) => (passes(row) ? true : null);
  }
  return aggregate.field === null ? () => true : batch.cells(aggregate.field);
}

function mismatch(): never {
  throw new TypeError("accumulators of two functions cannot be joined");
}

class Counter implements Accumulator {
  readonly approximate = false;
  readonly #rate: boolean;
  #count = 0;

  constructor(rate: boolean) {
    this.#rate = rate;
  }

  add(cell: Cell): void {
    if (cell !== null) this.#count++;
  }

  addCount(rows: number): void {
    this.#count += rows;
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof Counter)) mismatch();
    this.#count += other.#count;
  }

  result(seconds: number): Cell {
    if (!this.#rate) return this.#count;
    return seconds > 0 ? this.#count / seconds : 0;
  }
}

class UniqueForms implements Accumulator {
  readonly #distinct: Distinct;

  constructor(held: Held) {
    this.#distinct = new Distinct(held);
  }

  get approximate(): boolean {
    return this.#distinct.approximate;
  }

  add(cell: Cell): void {
    for (const value of scalarsOf(cell)) this.#distinct.add(formOf(value));
  }

  addAscii(bytes: Uint8Array, start: number, end: number): void {
    this.#distinct.addAscii(bytes, start, end);
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof UniqueForms)) mismatch();
    this.#distinct.absorb(other.#distinct);
  }

  result(): Cell {
    return this.#distinct.count();
  }
}

class Sum implements Accumulator {
  readonly approximate = false;
  readonly #average: boolean;
  #sum = 0;
  #count = 0;

  constructor(average: boolean) {
    this.#average = average;
  }

  add(cell: Cell): void {
    for (const value of scalarsOf(cell)) {
      const number = numericView(value);
      if (number === undefined) continue;
      this.#sum += Number(number);
      this.#count++;
    }
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof Sum)) mismatch();
    this.#sum += other.#sum;
    this.#count += other.#count;
  }

  result(): Cell {
    if (this.#count === 0) return null;
    return this.#average ? this.#sum / this.#count : this.#sum;
  }
}

/** `min` and `max`: numeric views if there are any, else by the order of `sort`. */
class Extreme implements Accumulator {
  readonly approximate = false;
  readonly #sign: number;
  readonly #type: ColumnType;
  #number: number | bigint | undefined;
  #other: Scalar | undefined;

  constructor(sign: 1 | -1, type: ColumnType) {
    this.#sign = sign;
    this.#type = type;
  }

  add(cell: Cell): void {
    for (const value of scalarsOf(cell)) this.#take(value);
  }

  #take(value: Scalar): void {
    const number = this.#type === "level" ? undefined : numericView(value);
    if (number !== undefined) {
      if (this.#number === undefined || this.#sign * compareNumbers(number, this.#number) > 0)
        this.#number = number;
    } else if (
      this.#other === undefined ||
      this.#sign * compareTotally(value, this.#other, this.#type) > 0
    )
      this.#other = value;
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof Extreme)) mismatch();
    if (other.#number !== undefined) this.#take(other.#number);
    if (other.#other !== undefined) this.#take(other.#other);
  }

  result(): Cell {
    return this.#number ?? this.#other ?? null;
  }
}

class Percentile implements Accumulator {
  readonly #percent: number;
  readonly #values: Quantiles;

  constructor(percent: number, held: Held) {
    this.#percent = percent;
    this.#values = new Quantiles(held);
  }

  get approximate(): boolean {
    return this.#values.approximate;
  }

  add(cell: Cell): void {
    for (const value of scalarsOf(cell)) {
      const number = numericView(value);
      if (number !== undefined) this.#values.add(Number(number));
    }
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof Percentile)) mismatch();
    this.#values.absorb(other.#values);
  }

  result(): Cell {
    return this.#values.at(this.#percent) ?? null;
  }
}

/** `first` and `last`: the value of the earliest or latest row that has one. */
class Edge implements Accumulator {
  readonly approximate = false;
  readonly #sign: number;
  #cell: Cell = null;
  #place: Place | undefined;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  add(cell: Cell, batch: RowBatch, row: number): void {
    if (cell !== null) this.#take(cell, batch.place(row));
  }

  #take(cell: Cell, place: Place): void {
    if (this.#place !== undefined && this.#sign * comparePlaces(place, this.#place) <= 0) return;
    this.#cell = cell;
    this.#place = place;
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof Edge)) mismatch();
    if (other.#place !== undefined) this.#take(other.#cell, other.#place);
  }

  result(): Cell {
    return this.#cell;
  }
}

const SHOWN_VALUES = 100;
/** Of many values only the first hundred are shown, so what lies behind them is let go in between. */
const HELD_VALUES = 1000;

class Values implements Accumulator {
  readonly approximate = false;
  readonly #type: ColumnType;
  readonly #held: Held;
  #values = new Map<string, Scalar>();
  #bytes = 0;

  constructor(type: ColumnType, held: Held) {
    this.#type = type;
    this.#held = held;
  }

  add(cell: Cell): void {
    for (const value of scalarsOf(cell)) this.#take(value);
  }

  #take(value: Scalar): void {
    const form = formOf(value);
    const known = this.#values.get(form);
    this.#values.set(form, known === undefined ? value : preferred(known, value));
    if (known === undefined) this.#hold(OBJECT_BYTES + textBytes(form));
    if (this.#values.size <= HELD_VALUES) return;
    this.#values = new Map(this.#first().map((kept) => [formOf(kept), kept]));
    let left = 0;
    for (const kept of this.#values.keys()) left += OBJECT_BYTES + textBytes(kept);
    this.#hold(left - this.#bytes);
  }

  #hold(bytes: number): void {
    this.#bytes += bytes;
    this.#held.bytes += bytes;
  }

  #first(): Scalar[] {
    const sorted = [...this.#values.values()].sort((a, b) => compareTotally(a, b, this.#type));
    return sorted.slice(0, SHOWN_VALUES);
  }

  absorb(other: Accumulator): void {
    if (!(other instanceof Values)) mismatch();
    for (const value of other.#values.values()) this.#take(value);
  }

  result(): Cell {
    return this.#values.size === 0 ? null : this.#first();
  }
}
