/**
 * `stats … by k`: a row a combination of keys, ascending by them, missing last; without `by` one row, also for no rows.
 */
import type { Scalar } from "../../domain/entry.ts";
import type { GroupKey, Pipe } from "../../query/ast.ts";
import { typeOfAggregate } from "./accumulator.ts";
import type { Cell, Table } from "./cell.ts";
import { type RowCount, countedKeyReader } from "./counted-rows.ts";
import { FormCounts } from "./form-counts.ts";
import { firstForms } from "./form-order.ts";
import type { Gatherer } from "./gatherer.ts";
import { Groups, compareKeys, keyReader, typeOfKey } from "./groups.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";
import { secondsWithin } from "./time-buckets.ts";

const MAX_GROUPS = 100_000;

type FieldKey = Extract<GroupKey, { kind: "field" }>;

type StatsPipe = Extract<Pipe, { kind: "stats" }>;

export function statsOf(pipe: StatsPipe, env: PipeEnv): Gatherer {
  const [key, second] = pipe.keys;
  const counts = pipe.functions.every(
    ({ fn, field }) => (fn === "count" || fn === "rate") && field === null,
  );
  return counts && key?.kind === "field" && second === undefined
    ? new ValueCounts(pipe, key, env)
    : new Stats(pipe, env);
}

function onFull(env: PipeEnv): () => void {
  return () => env.partial(`stats keeps at most ${MAX_GROUPS} groups`);
}

/** Rows counted by one field, whose values are often many. */
class ValueCounts implements Gatherer {
  readonly #pipe: StatsPipe;
  readonly #key: FieldKey;
  readonly #env: PipeEnv;
  readonly #counts: FormCounts;

  constructor(pipe: StatsPipe, key: FieldKey, env: PipeEnv) {
    this.#pipe = pipe;
    this.#key = key;
    this.#env = env;
    this.#counts = new FormCounts(MAX_GROUPS, onFull(env));
  }

  add(batch: RowBatch): void {
    this.#counts.add(batch, this.#key.field);
  }

  addCounts(counts: readonly RowCount[]): boolean {
    const read = countedKeyReader(this.#key, this.#env.timeZone);
    for (const row of counts) this.#counts.addCount(read(row) ?? null, row.count);
    return true;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof ValueCounts)) throw new TypeError("not the same pipe");
    this.#counts.absorb(other.#counts);
  }

  get heldBytes(): number {
    return this.#counts.heldBytes;
  }

  finish(): Table {
    const { functions } = this.#pipe;
    const { shown } = this.#env;
    const seconds = secondsWithin(shown.startNanos, shown.endNanos, shown);
    const type = typeOfKey(this.#key);
    const { table, size, missing } = this.#counts;
    const rowOf = (key: Scalar | null, count: number): Cell[] => [
      key,
      ...functions.map(({ fn }) => {
        if (fn === "count") return count;
        return seconds > 0 ? count / seconds : 0;
      }),
    ];
    const countOf = (id: number): number => this.#counts.countOf(id);
    const byValue = firstForms(table, type, size, countOf, () => 0);
    const rows = Array.from(byValue, (id) => rowOf(table.scalarAt(id), countOf(id)));
    if (missing > 0) rows.push(rowOf(null, missing));
    return {
      columns: [
        { name: this.#key.name, type, approximate: false },
        ...functions.map((own) => ({
          name: own.name,
          type: typeOfAggregate(own),
          approximate: false,
        })),
      ],
      rows,
    };
  }
}

class Stats implements Gatherer {
  readonly #pipe: StatsPipe;
  readonly #env: PipeEnv;
  readonly #groups: Groups;

  constructor(pipe: StatsPipe, env: PipeEnv) {
    this.#pipe = pipe;
    this.#env = env;
    this.#groups = new Groups(pipe.functions, MAX_GROUPS, onFull(env));
  }

  add(batch: RowBatch): void {
    const { keys } = this.#pipe;
    const readers = keys.map((key) => keyReader(key, batch, this.#env.timeZone));
    const [only] = keys;
    const field = keys.length === 1 && only?.kind === "field" ? only.field : undefined;
    this.#groups.add(batch, readers, false, field);
  }

  addCounts(counts: readonly RowCount[]): boolean {
    return this.#groups.addCounts(counts, this.#pipe.keys, this.#env.timeZone);
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof Stats)) throw new TypeError("not the same pipe");
    this.#groups.absorb(other.#groups);
  }

  get heldBytes(): number {
    return this.#groups.heldBytes;
  }

  finish(): Table {
    const { functions, keys } = this.#pipe;
    if (keys.length === 0) this.#groups.whole();
    const types = keys.map(typeOfKey);
    const { shown } = this.#env;
    const seconds = secondsWithin(shown.startNanos, shown.endNanos, shown);
    const groups = this.#groups.values().sort((a, b) => compareKeys(a.keys, b.keys, types));
    return {
      columns: [
        ...keys.map((key, i) => ({
          name: key.name,
          type: types[i] ?? "value",
          approximate: false,
        })),
        ...functions.map((own, i) => ({
          name: own.name,
          type: typeOfAggregate(own),
          approximate: groups.some((group) => group.accumulators[i]?.approximate === true),
        })),
      ],
      rows: groups.map((group) => [
        ...group.keys,
        ...group.accumulators.map((accumulator) => accumulator.result(seconds)),
      ]),
    };
  }
}
