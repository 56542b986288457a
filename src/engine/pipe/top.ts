/**
 * `top n f` and `rare n f`: the most (fewest) frequent combinations, with their share of the entries that have all of the
 * fields; ties by value; missing is not counted.
 */
import type { Aggregate, Pipe } from "../../query/ast.ts";
import type { Table } from "./cell.ts";
import { typeOfField } from "./field-cell.ts";
import type { Gatherer } from "./gatherer.ts";
import { Groups, compareKeys, keyReader } from "./groups.ts";
import type { PipeEnv } from "./rows.ts";

/** So many combinations are told apart while reading. */
const MAX_COMBINATIONS = 1_000_000;

type TopPipe = Extract<Pipe, { kind: "top" | "rare" }>;

export function topOf(pipe: TopPipe, env: PipeEnv): Gatherer {
  return new Top(pipe, env);
}

class Top implements Gatherer {
  readonly #pipe: TopPipe;
  readonly #env: PipeEnv;
  readonly #groups: Groups;
  #counted = 0;

  constructor(pipe: TopPipe, env: PipeEnv) {
    this.#pipe = pipe;
    this.#env = env;
    const count: Aggregate = { fn: "count", field: null, name: "count", named: false, at: pipe.at };
    this.#groups = new Groups([count], MAX_COMBINATIONS, () => {
      env.partial(`${pipe.kind} tells at most ${MAX_COMBINATIONS} combinations apart`);
    });
  }

  add(batch: Parameters<Gatherer["add"]>[0]): void {
    const readers = this.#pipe.fields.map((field) =>
      keyReader(
        { kind: "field", field, name: field.name, named: false },
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
    if (!(other instanceof Top)) throw new TypeError("not the same pipe");
    this.#groups.absorb(other.#groups);
    this.#counted += other.#counted;
  }

  get heldBytes(): number {
    return this.#groups.heldBytes;
  }

  finish(): Table {
    const { fields, count, kind } = this.#pipe;
    const types = fields.map(typeOfField);
    const sign = kind === "top" ? -1 : 1;
    const rows = this.#groups
      .values()
      .map((group) => ({ keys: group.keys, count: Number(group.accumulators[0]?.result(0) ?? 0) }))
      .sort((a, b) => sign * (a.count - b.count) || compareKeys(a.keys, b.keys, types))
      .slice(0, count);
    return {
      columns: [
        ...fields.map((field, i) => ({
          name: field.name,
          type: types[i] ?? "value",
          approximate: false,
        })),
        { name: "count", type: "value", approximate: false },
        { name: "share", type: "value", approximate: false },
      ],
      rows: rows.map((row) => [...row.keys, row.count, row.count / this.#counted]),
    };
  }
}
