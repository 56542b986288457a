/** The `patterns` pipe, naively: every shape against every pattern, by the letter of the language's section 6. */
import { oracleShape } from "./shape.ts";
import type { OracleRow, OracleTable } from "./values.ts";

const GAP = "<*>";
const MESSAGE = { kind: "builtin", name: "message", at: { start: 0, end: 0 } } as const;

interface Pattern {
  words: string[];
  readonly rows: OracleRow[];
}

export function patternsTable(rows: readonly OracleRow[], shown: number): OracleTable {
  const shapes = new Map<string, OracleRow[]>();
  for (const row of rows) {
    const shape = oracleShape(String(row.cell(MESSAGE)));
    shapes.set(shape, [...(shapes.get(shape) ?? []), row]);
  }
  const patterns: Pattern[] = [];
  for (const [shape, own] of [...shapes].toSorted(
    ([a, x], [b, y]) => y.length - x.length || byPoints(a, b),
  )) {
    const words = shape.split(" ");
    const into = patterns.find((pattern) => isNear(pattern.words, words));
    if (into === undefined) patterns.push({ words, rows: [...own] });
    else {
      into.words = into.words.map((word, i) => (word === words[i] ? word : GAP));
      into.rows.push(...own);
    }
  }
  const texts = patterns.map((pattern) => ({ ...pattern, text: pattern.words.join(" ") }));
  return {
    columns: [
      { name: "pattern", type: "value" },
      { name: "count", type: "value" },
      { name: "share", type: "value" },
      { name: "first", type: "time" },
      { name: "last", type: "time" },
    ],
    rows: texts
      .toSorted((a, b) => b.rows.length - a.rows.length || byPoints(a.text, b.text))
      .slice(0, shown)
      .map(({ text, rows: own }) => {
        const times = own.map((row) => row.nanos).toSorted((a, b) => (a < b ? -1 : 1));
        return [text, own.length, own.length / rows.length, times[0] ?? 0n, times.at(-1) ?? 0n];
      }),
  };
}

function isNear(pattern: readonly string[], words: readonly string[]): boolean {
  if (pattern.length !== words.length || pattern[0] !== words[0]) return false;
  const others = pattern.filter((word, i) => word !== words[i] && word !== GAP && words[i] !== GAP);
  return others.length <= Math.floor(words.length / 4);
}

function byPoints(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}
