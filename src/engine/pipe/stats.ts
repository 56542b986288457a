/**
 * `stats … by k`: a row a combination of keys, ascending by them, missing last; without `by` one row, also for no rows.
 */
import type { Pipe } from "../../query/ast.ts";
import { typeOfAggregate } from "./accumulator.ts";
import type { Table } from "./cell.ts";
import type { RowCount } from "./counted-rows.ts";
import type { Gatherer } from "./gatherer.ts";
import { Groups, compareKeys, keyReader, typeOfKey } from "./groups.ts";
import type { PipeEnv } from "./rows.ts";
import { secondsWithin } from "./time-buckets.ts";

const MAX_GROUPS = 100_000;

export function statsOf(pipe: Extract<Pipe, { kind: "stats" }>, env: PipeEnv): Gatherer {
  return new Stats(pipe, env);
}

class Stats implements Gatherer {
  readonly #pipe: Extract<Pipe, { kind: "stats" }>;
  readonly #env: PipeEnv;
  readonly #groups: Groups;

  constructor(pipe: Extract<Pipe, { kind: "stats" }>, env: PipeEnv) {
    this.#pipe = pipe;
    this.#env = env;
    this.#groups = new Groups(pipe.functions, MAX_GROUPS, () => {
      env.partial(`stats keeps at most ${MAX_GROUPS} groups`);
    });
  }

  add(batch: Parameters<Gatherer["add"]>[0]): void {
    const readers = this.#pipe.keys.map((key) => keyReader(key, batch, this.#env.timeZone));
    this.#groups.add(batch, readers, false);
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
