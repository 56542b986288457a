/**
 * `top n f` and `rare n f`: the most (fewest) frequent combinations, with their share of the entries that have all of the
 * fields; ties by value; missing is not counted.
 */
import type { Aggregate, FieldRef, Pipe } from "../../query/ast.ts";
import { fieldName } from "../../query/pipe-words.ts";
import type { Cell, Table } from "./cell.ts";
import { typeOfField } from "./field-cell.ts";
import { FormCounts } from "./form-counts.ts";
import { firstForms } from "./form-order.ts";
import type { Gatherer } from "./gatherer.ts";
import { Groups, compareKeys, keyReader } from "./groups.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";

/** So many combinations are told apart while reading. */
const MAX_COMBINATIONS = 1_000_000;

type TopPipe = Extract<Pipe, { kind: "top" | "rare" }>;

export function topOf(pipe: TopPipe, env: PipeEnv): Gatherer {
  const [field, second] = pipe.fields;
  return field === undefined || second !== undefined
    ? new TopCombinations(pipe, env)
    : new TopValues(pipe, field, env);
}

function onFull(pipe: TopPipe, env: PipeEnv): () => void {
  return () => env.partial(`${pipe.kind} tells at most ${MAX_COMBINATIONS} combinations apart`);
}

/** By count: most frequent first, or least. */
function order({ kind }: TopPipe): (a: number, b: number) => number {
  return kind === "top" ? (a, b) => b - a : (a, b) => a - b;
}

function tableOf(pipe: TopPipe, rows: readonly (readonly Cell[])[]): Table {
  return {
    columns: [
      ...pipe.fields.map((field) => ({
        name: fieldName(field),
        type: typeOfField(field),
        approximate: false,
      })),
      { name: "count", type: "value", approximate: false },
      { name: "share", type: "value", approximate: false },
    ],
    rows,
  };
}

/** Of one field: its values are often as many as the rows. */
class TopValues implements Gatherer {
  readonly #pipe: TopPipe;
  readonly #field: FieldRef;
  readonly #counts: FormCounts;

  constructor(pipe: TopPipe, field: FieldRef, env: PipeEnv) {
    this.#pipe = pipe;
    this.#field = field;
    this.#counts = new FormCounts(MAX_COMBINATIONS, onFull(pipe, env));
  }

  add(batch: RowBatch): void {
    this.#counts.add(batch, this.#field);
  }

  addCounts(): boolean {
    return false;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof TopValues)) throw new TypeError("not the same pipe");
    this.#counts.absorb(other.#counts);
  }

  get heldBytes(): number {
    return this.#counts.heldBytes;
  }

  finish(): Table {
    const { table, having } = this.#counts;
    const countOf = (id: number): number => this.#counts.countOf(id);
    const type = typeOfField(this.#field);
    const first = firstForms(table, type, this.#pipe.count, countOf, order(this.#pipe));
    return tableOf(
      this.#pipe,
      Array.from(first, (id) => [table.scalarAt(id), countOf(id), countOf(id) / having]),
    );
  }
}

class TopCombinations implements Gatherer {
  readonly #pipe: TopPipe;
  readonly #env: PipeEnv;
  readonly #groups: Groups;
  #counted = 0;

  constructor(pipe: TopPipe, env: PipeEnv) {
    this.#pipe = pipe;
    this.#env = env;
    const count: Aggregate = { fn: "count", field: null, name: "count", named: false, at: pipe.at };
    this.#groups = new Groups([count], MAX_COMBINATIONS, onFull(pipe, env));
  }

  add(batch: RowBatch): void {
    const readers = this.#pipe.fields.map((field) =>
      keyReader(
        { kind: "field", field, name: fieldName(field), named: false },
        batch,
        this.#env.timeZone,
      ),
    );
    this.#counted += this.#groups.add(batch, readers, true);
  }

  addCounts(): boolean {
    return false;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof TopCombinations)) throw new TypeError("not the same pipe");
    this.#groups.absorb(other.#groups);
    this.#counted += other.#counted;
  }

  get heldBytes(): number {
    return this.#groups.heldBytes;
  }

  finish(): Table {
    const types = this.#pipe.fields.map(typeOfField);
    const byCount = order(this.#pipe);
    const rows = this.#groups
      .values()
      .map((group) => ({ keys: group.keys, count: Number(group.accumulators[0]?.result(0) ?? 0) }))
      .sort((a, b) => byCount(a.count, b.count) || compareKeys(a.keys, b.keys, types))
      .slice(0, this.#pipe.count);
    return tableOf(
      this.#pipe,
      rows.map((row) => [...row.keys, row.count, row.count / this.#counted]),
    );
  }
}
