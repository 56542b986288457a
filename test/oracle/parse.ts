/**
 * The `parse` pipe, naively: character by character, by the letter of the language's section 6.
 * Invariant: shares no code with the engine. Knows JSON without members sent twice, and logfmt without unclosed quotes.
 */
import type { AttributeValue, Entry } from "../../src/domain/entry.ts";
import type { Pipe } from "../../src/query/ast.ts";
import type { OracleCell } from "./values.ts";

type ParsePipe = Extract<Pipe, { kind: "parse" }>;
type Found = [name: string, value: AttributeValue][];

/** @param cell of the field that is read. */
export function parsed(entry: Entry, cell: OracleCell, pipe: ParsePipe): Entry {
  const text = Array.isArray(cell) ? (cell as readonly unknown[])[0] : cell;
  if (typeof text !== "string") return entry;
  const attributes = new Map(entry.attributes);
  for (const [name, value] of found(text, pipe.how))
    attributes.set(pipe.as === null ? name : `${pipe.as}.${name}`, value);
  return { ...entry, attributes };
}

function found(text: string, how: ParsePipe["how"]): Found {
  if (how.kind === "logfmt") return logfmt(text);
  if (how.kind === "pattern") return gaps(text, how.pieces);
  const object =
    objectOf(text) ?? objectOf(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  if (object === undefined) return [];
  const leaves = leavesOf([], object);
  return leaves.map(({ name }) => [name, valueOf(leaves.filter((leaf) => leaf.name === name))]);
}

interface Leaf {
  readonly name: string;
  readonly depth: number;
  readonly value: unknown;
}

function objectOf(text: string): object | undefined {
  try {
    const value = JSON.parse(text, exact) as unknown;
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function exact(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { source?: string },
): unknown {
  const source = context?.source ?? "";
  return typeof value === "number" && /^-?\d+$/.test(source) && String(value) !== source
    ? BigInt(source)
    : value;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function leavesOf(path: readonly string[], value: unknown): Leaf[] {
  if (isMap(value) && (Object.keys(value).length > 0 || path.length === 0))
    return Object.entries(value).flatMap(([key, inner]) => leavesOf([...path, key], inner));
  return [{ name: path.join("."), depth: path.length, value }];
}

/** Of all spellings of a name: one value as it is, several as a list of those that differ, the flattest first. */
function valueOf(leaves: readonly Leaf[]): AttributeValue {
  if (leaves.length === 1) return leaves[0]?.value as AttributeValue;
  const all = leaves
    .toSorted((a, b) => a.depth - b.depth)
    .flatMap(({ value }) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  const print = (value: unknown): string =>
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "bigint" ? `big ${inner}` : inner,
    );
  const distinct = all.filter(
    (value, i) => all.findIndex((one) => print(one) === print(value)) === i,
  ) as AttributeValue[];
  const list = leaves.some(({ value }) => Array.isArray(value));
  return distinct.length === 1 && !list ? (distinct[0] ?? null) : distinct;
}

function logfmt(text: string): Found {
  const pairs: Found = [];
  const chars = Array.from(text);
  const inName = (char: string | undefined): boolean => char !== undefined && !/[\s="]/.test(char);
  for (let i = 0; i < chars.length;) {
    let name = "";
    while (inName(chars[i])) name += chars[i++] ?? "";
    if (name === "" || chars[i] !== "=") {
      if (!inName(chars[i])) i++;
      continue;
    }
    i++;
    let value = "";
    if (chars[i] === '"') {
      for (i++; chars[i] !== '"'; i++) {
        const escaped = chars[i] === "\\" ? (chars[++i] ?? "") : undefined;
        value += escaped === undefined ? (chars[i] ?? "") : (ESCAPES[escaped] ?? escaped);
      }
      i++;
    } else
      while (chars[i] !== undefined && !/[\s"]/.test(chars[i] ?? "")) value += chars[i++] ?? "";
    pairs.push([name, value]);
  }
  return pairs;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

type Pieces = Extract<ParsePipe["how"], { kind: "pattern" }>["pieces"];

function gaps(text: string, pieces: Pieces): Found {
  const values: Found = [];
  let left = text;
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind === "gap") {
      const next = pieces[i + 1];
      if (next === undefined) {
        const line = left.split("\n")[0] ?? "";
        const end = line.length < left.length && line.endsWith("\r") ? line.slice(0, -1) : line;
        if (piece.name !== null) values.push([piece.name, end]);
      } else if (next.kind === "text") {
        const at = left.indexOf(next.text);
        if (at < 0) return [];
        if (piece.name !== null) values.push([piece.name, left.slice(0, at)]);
        left = left.slice(at);
      }
    } else {
      const at = left.indexOf(piece.text);
      if (at < 0) return [];
      left = left.slice(at + piece.text.length);
    }
  }
  return values;
}
