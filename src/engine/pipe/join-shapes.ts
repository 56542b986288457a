/**
 * Joins shapes of messages that differ in a quarter of their words or less, and finds the shapes that a pattern matches.
 * Invariant: shapes are joined by (count desc, code points), so the order of rows does not matter; a pattern matches
 * every shape that was joined to it, and matches what `pattern:"…"` matches.
 */
import { compareCodePoints } from "../../domain/text-order.ts";
import { foldText } from "../../domain/text.ts";
import { GAP } from "../filter/pattern-shape.ts";

export interface CountedShape {
  readonly text: string;
  readonly count: number;
}

export interface JoinedShapes<T extends CountedShape> {
  readonly text: string;
  readonly shapes: readonly T[];
}

/** The number of `<*>` among the words. */
const ANY = 0;

/** Words as numbers: comparing a shape with many patterns is comparing integers. */
class WordNumbers {
  readonly #numbers = new Map<string, number>([[GAP, ANY]]);
  readonly #words: string[] = [GAP];

  of(text: string): Uint32Array {
    return Uint32Array.from(text.split(" "), (word) => {
      const known = this.#numbers.get(word);
      if (known !== undefined) return known;
      this.#numbers.set(word, this.#words.length);
      return this.#words.push(word) - 1;
    });
  }

  textOf(numbers: Uint32Array): string {
    return Array.from(numbers, (number) => this.#words[number] ?? "").join(" ");
  }
}

/** @returns the patterns, the most frequent ones first, ties by text; each shape is in one of them. */
export function joinShapes<T extends CountedShape>(shapes: readonly T[]): JoinedShapes<T>[] {
  const numbers = new WordNumbers();
  /** By number of words and the first of them: only those can be joined. */
  const groups = new Map<string, { words: Uint32Array; count: number; shapes: T[] }[]>();
  for (const shape of shapes.toSorted(byCount)) {
    const words = numbers.of(shape.text);
    const like = likeOf(words);
    const near = groups.get(like) ?? [];
    groups.set(like, near);
    const most = Math.floor(words.length / 4);
    const pattern = near.find((known) => isNear(known.words, words, most));
    if (pattern === undefined) near.push({ words, count: shape.count, shapes: [shape] });
    else {
      pattern.words = pattern.words.map((word, i) => (word === words[i] ? word : ANY));
      pattern.count += shape.count;
      pattern.shapes.push(shape);
    }
  }
  return [...groups.values()]
    .flat()
    .map((pattern) => ({ ...pattern, text: numbers.textOf(pattern.words) }))
    .toSorted(byCount);
}

function byCount(a: CountedShape, b: CountedShape): number {
  return b.count - a.count || compareCodePoints(a.text, b.text);
}

function likeOf(words: Uint32Array): string {
  return `${words.length} ${words[0] ?? ""}`;
}

/** True when at most so many words differ; a gap differs from nothing. */
function isNear(a: Uint32Array, b: Uint32Array, most: number): boolean {
  let differing = 0;
  for (let i = 0; i < a.length; i++)
    if (a[i] !== b[i] && a[i] !== ANY && b[i] !== ANY && ++differing > most) return false;
  return true;
}

/** @returns for a pattern those of the shapes that `pattern:"…"` finds. */
export function shapeMatcher<T extends CountedShape>(
  shapes: readonly T[],
): (pattern: string) => Iterable<T> {
  const numbers = new WordNumbers();
  const folded = shapes.map((shape) => ({ shape, words: numbers.of(foldText(shape.text)) }));
  const byFirst = Map.groupBy(folded, ({ words }) => likeOf(words));
  const byLength = Map.groupBy(folded, ({ words }) => words.length);
  return function* matching(pattern) {
    const wanted = numbers.of(foldText(pattern));
    const among = wanted[0] === ANY ? byLength.get(wanted.length) : byFirst.get(likeOf(wanted));
    for (const { shape, words } of among ?? [])
      if (wanted.every((word, i) => word === ANY || word === words[i])) yield shape;
  };
}
