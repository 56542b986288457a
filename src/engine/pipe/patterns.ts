/**
 * `patterns n`: messages by shape, shapes that differ in a quarter of their words or less joined.
 * Invariant: each entry is counted in one pattern.
 */
import type { Table } from "./cell.ts";
import type { Gatherer } from "./gatherer.ts";
import { joinShapes } from "./join-shapes.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";
import { ShapeCounts, sumOf } from "./shape-counts.ts";

export function patternsOf(count: number, env: PipeEnv): Gatherer {
  return new Patterns(count, env);
}

class Patterns implements Gatherer {
  readonly #shown: number;
  readonly #counts: ShapeCounts;

  constructor(shown: number, env: PipeEnv) {
    this.#shown = shown;
    this.#counts = new ShapeCounts(env.partial);
  }

  add(batch: RowBatch): void {
    this.#counts.add(batch);
  }

  addCounts(): boolean {
    return false;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof Patterns)) throw new TypeError("not the same pipe");
    this.#counts.absorb(other.#counts);
  }

  get heldBytes(): number {
    return this.#counts.heldBytes;
  }

  finish(): Table {
    const { total } = this.#counts;
    const rows = joinShapes(this.#counts.shapes()).slice(0, this.#shown);
    return {
      columns: [
        { name: "pattern", type: "value", approximate: false },
        { name: "count", type: "value", approximate: false },
        { name: "share", type: "value", approximate: false },
        { name: "first", type: "time", approximate: false },
        { name: "last", type: "time", approximate: false },
      ],
      rows: rows.map(({ text, shapes }) => {
        const { count, first, last } = sumOf(shapes);
        return [text, count, count / total, first, last.nanos];
      }),
    };
  }
}
