/**
 * `patterns n`: messages by shape, shapes that differ in a quarter of their words or less joined.
 * Invariant: shapes are joined by (count desc, code points), so the order of rows does not matter.
 */
import { compareCodePoints } from "../../domain/text-order.ts";
import { GAP, shapeOf } from "../filter/pattern-shape.ts";
import type { Table } from "./cell.ts";
import type { Gatherer } from "./gatherer.ts";
import { OBJECT_BYTES, textBytes } from "./held.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";

const MAX_SHAPES = 10_000;

interface Shape {
  count: number;
  first: bigint;
  last: bigint;
}

export function patternsOf(count: number, env: PipeEnv): Gatherer {
  return new Patterns(count, env);
}

class Patterns implements Gatherer {
  readonly #shown: number;
  readonly #env: PipeEnv;
  readonly #shapes = new Map<string, Shape>();
  #total = 0;
  #bytes = 0;

  constructor(shown: number, env: PipeEnv) {
    this.#shown = shown;
    this.#env = env;
  }

  add(batch: RowBatch): void {
    const messages = batch.cells({ kind: "builtin", name: "message", at: { start: 0, end: 0 } });
    for (let row = 0; row < batch.length; row++) {
      const nanos = batch.nanos(row);
      const message = messages(row);
      const shape = shapeOf(typeof message === "string" ? message : "");
      this.#put(shape, { count: 1, first: nanos, last: nanos });
    }
  }

  addCounts(): boolean {
    return false;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof Patterns)) throw new TypeError("not the same pipe");
    for (const [text, shape] of other.#shapes) this.#put(text, shape);
  }

  #put(text: string, shape: Shape): void {
    const known = this.#shapes.get(text);
    this.#total += shape.count;
    if (known !== undefined) joinShape(known, shape);
    else if (this.#shapes.size < MAX_SHAPES) {
      this.#shapes.set(text, { ...shape });
      this.#bytes += 2 * OBJECT_BYTES + textBytes(text);
    } else this.#env.partial(`patterns tells at most ${MAX_SHAPES} shapes apart`);
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  finish(): Table {
    const shapes = [...this.#shapes].sort(
      ([a, x], [b, y]) => y.count - x.count || compareCodePoints(a, b),
    );
    /** By number of words and the first of them: only those can be joined. */
    const patterns = new Map<string, { words: string[]; shape: Shape }[]>();
    for (const [text, shape] of shapes) {
      const words = text.split(" ");
      const like = `${words.length} ${words[0] ?? ""}`;
      const near = patterns.get(like) ?? [];
      patterns.set(like, near);
      const pattern = near.find((known) => differences(known.words, words) <= words.length / 4);
      if (pattern === undefined) near.push({ words, shape });
      else {
        pattern.words = pattern.words.map((word, i) => (word === words[i] ? word : GAP));
        joinShape(pattern.shape, shape);
      }
    }
    const rows = [...patterns.values()]
      .flat()
      .map(({ words, shape }) => ({ text: words.join(" "), ...shape }))
      .sort((a, b) => b.count - a.count || compareCodePoints(a.text, b.text))
      .slice(0, this.#shown);
    return {
      columns: [
        { name: "pattern", type: "value", approximate: false },
        { name: "count", type: "value", approximate: false },
        { name: "share", type: "value", approximate: false },
        { name: "first", type: "time", approximate: false },
        { name: "last", type: "time", approximate: false },
      ],
      rows: rows.map((row) => [row.text, row.count, row.count / this.#total, row.first, row.last]),
    };
  }
}

/** How many words differ; a gap differs from nothing. */
function differences(a: readonly string[], b: readonly string[]): number {
  return a.filter((word, i) => word !== b[i] && word !== GAP && b[i] !== GAP).length;
}

function joinShape(into: Shape, from: Shape): void {
  into.count += from.count;
  if (from.first < into.first) into.first = from.first;
  if (from.last > into.last) into.last = from.last;
}
