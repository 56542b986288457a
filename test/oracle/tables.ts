/** The pipes that make tables of groups, naively: each group holds its rows, each function reads them all. */
import type { Scalar } from "../../src/domain/entry.ts";
import type { TimeRange } from "../../src/domain/time-range.ts";
import type { Aggregate, ColumnType, FieldRef, GroupKey, Pipe } from "../../src/query/ast.ts";
import { bucketOf, bucketsIn, widthFor } from "./local-days.ts";
import {
  type OracleCell,
  type OracleRow,
  type OracleTable,
  compareValues,
  scalars,
  typeOf,
  viewOf,
} from "./values.ts";

type PipeOf<K extends Pipe["kind"]> = Extract<Pipe, { kind: K }>;
type KeyValue = Scalar | null;

interface Group {
  readonly keys: KeyValue[];
  readonly rows: OracleRow[];
}

export function statsTable(
  rows: readonly OracleRow[],
  pipe: PipeOf<"stats">,
  shown: TimeRange,
  zone: string,
): OracleTable {
  const types = pipe.keys.map(keyType);
  const groups = groupsOf(
    rows,
    pipe.keys.map((key) => keyValues(key, zone)),
  );
  if (pipe.keys.length === 0 && groups.length === 0) groups.push({ keys: [], rows: [] });
  const seconds = Number(shown.endNanos - shown.startNanos) / 1e9;
  return {
    columns: [
      ...pipe.keys.map((key, i) => ({ name: key.name, type: types[i] ?? "value" })),
      ...pipe.functions.map((own) => ({ name: own.name, type: functionType(own) })),
    ],
    rows: groups
      .toSorted((a, b) => compareAll(a.keys, b.keys, types))
      .map((group) => [
        ...group.keys,
        ...pipe.functions.map((own) => valueOf(own, group.rows, seconds)),
      ]),
  };
}

export function topTable(rows: readonly OracleRow[], pipe: PipeOf<"top" | "rare">): OracleTable {
  const types = pipe.fields.map(typeOf);
  const having = rows.filter((row) => pipe.fields.every((field) => row.cell(field) !== null));
  const sign = pipe.kind === "top" ? -1 : 1;
  return {
    columns: [
      ...pipe.fields.map((field, i) => ({ name: nameOf(field), type: types[i] ?? "value" })),
      { name: "count", type: "value" },
      { name: "share", type: "value" },
    ],
    rows: groupsOf(having, pipe.fields.map(fieldValues))
      .toSorted(
        (a, b) => sign * (a.rows.length - b.rows.length) || compareAll(a.keys, b.keys, types),
      )
      .slice(0, pipe.count)
      .map((group) => [...group.keys, group.rows.length, group.rows.length / having.length]),
  };
}

export function chartOf(
  rows: readonly OracleRow[],
  pipe: PipeOf<"timechart">,
  shown: TimeRange,
  zone: string,
): OracleTable {
  const { by, functions } = pipe;
  const buckets = bucketsIn(pipe.width ?? widthFor(shown, zone), zone, shown);
  const whole = Number(shown.endNanos - shown.startNanos) / 1e9;
  const [first] = functions;
  if (first === undefined) throw new Error("no function");
  const all = by === null ? [{ keys: [null], rows: [...rows] }] : groupsOf(rows, [fieldValues(by)]);
  const ranked = all.toSorted((a, b) => {
    const [x] = scalars(valueOf(first, a.rows, whole));
    const [y] = scalars(valueOf(first, b.rows, whole));
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined) || ties(a, b, by);
    return compareValues(y, x, "value") || ties(a, b, by);
  });
  const kept = by === null ? ranked : ranked.slice(0, pipe.series);
  const rest = by === null ? [] : ranked.slice(pipe.series);
  // An entry with a list stands in several series; recomputed together, it counts once.
  if (rest.length > 0)
    kept.push({ keys: ["(other)"], rows: [...new Set(rest.flatMap((own) => own.rows))] });
  return {
    columns: [
      { name: "time", type: "time" },
      ...(by === null ? [] : [{ name: nameOf(by), type: typeOf(by) }]),
      ...functions.map((own) => ({ name: own.name, type: functionType(own) })),
    ],
    rows: buckets.flatMap(([start, end]) => {
      const from = start > shown.startNanos ? start : shown.startNanos;
      const to = end < shown.endNanos ? end : shown.endNanos;
      return kept.map((series): OracleCell[] => {
        const inside = series.rows.filter((row) => row.nanos >= start && row.nanos < end);
        const values = functions.map((own) => valueOf(own, inside, Number(to - from) / 1e9));
        return [start, ...(by === null ? [] : [series.keys[0] ?? null]), ...values];
      });
    }),
  };
}

/** Of the column. */
function nameOf(field: FieldRef): string {
  return field.kind === "below" ? `${field.name}.*` : field.name;
}

function ties(a: Group, b: Group, by: FieldRef | null): number {
  return by === null ? 0 : compareAll(a.keys, b.keys, [typeOf(by)]);
}

type KeyValues = (row: OracleRow) => KeyValue[];

function keyType(key: GroupKey): ColumnType {
  if (key.kind === "bin") return "time";
  return key.kind === "field" ? typeOf(key.field) : "value";
}

function keyValues(key: GroupKey, zone: string): KeyValues {
  if (key.kind === "field") return fieldValues(key.field);
  if (key.kind === "bin") {
    const { width } = key;
    return (row) => [bucketOf(width, zone, row.nanos)[0]];
  }
  return (row) => {
    const views = scalars(row.cell(key.field)).flatMap((value) => viewOf(value) ?? []);
    // -0 and 0 are one.
    const bins = views.map((view) => Math.floor(Number(view) / key.step) * key.step || 0);
    return bins.length === 0 ? [null] : [...new Set(bins)];
  };
}

function fieldValues(field: FieldRef): KeyValues {
  return (row) => {
    const all = scalars(row.cell(field));
    if (all.length === 0) return [null];
    // Of values with one text form the one that is no text is shown.
    const values = [
      ...all.filter((value) => typeof value !== "string"),
      ...all.filter((value) => typeof value === "string"),
    ];
    return values.filter(
      (value, i) => values.findIndex((own) => String(own) === String(value)) === i,
    );
  };
}

function groupsOf(rows: readonly OracleRow[], keys: readonly KeyValues[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    let combinations: KeyValue[][] = [[]];
    for (const values of keys)
      combinations = combinations.flatMap((held) => values(row).map((value) => [...held, value]));
    for (const own of combinations) {
      const name = JSON.stringify(own.map((value) => (value === null ? null : String(value))));
      const group = groups.get(name) ?? { keys: [...own], rows: [] };
      groups.set(name, group);
      group.rows.push(row);
    }
  }
  // What is no text stands for texts of the same form, wherever it occurs in the group.
  for (const group of groups.values())
    group.keys.forEach((key, i) => {
      for (const row of group.rows)
        for (const value of keys[i]?.(row) ?? [])
          if (
            key !== null &&
            value !== null &&
            String(value) === String(key) &&
            typeof value !== "string"
          )
            group.keys[i] = value;
    });
  return [...groups.values()];
}

function compareAll(
  a: readonly KeyValue[],
  b: readonly KeyValue[],
  types: readonly ColumnType[],
): number {
  for (const exact of [false, true])
    for (let i = 0; i < types.length; i++) {
      const [x, y] = [a[i] ?? null, b[i] ?? null];
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1;
        continue;
      }
      const order =
        compareValues(x, y, types[i] ?? "value") || (exact ? pointsOf(String(x), String(y)) : 0);
      if (order !== 0) return order;
    }
  return 0;
}

function pointsOf(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}

function functionType(own: Aggregate): ColumnType {
  return own.fn === "min" ||
    own.fn === "max" ||
    own.fn === "first" ||
    own.fn === "last" ||
    own.fn === "values"
    ? typeOf(own.field)
    : "value";
}

function valueOf(own: Aggregate, rows: readonly OracleRow[], seconds: number): OracleCell {
  if (own.fn === "count_if") return rows.filter((row) => row.matches(own.filter)).length;
  if (own.fn === "rate") return seconds > 0 ? rows.length / seconds : 0;
  const { field } = own;
  if (field === null) return rows.length;
  const type = typeOf(field);
  const having = rows.filter((row) => row.cell(field) !== null);
  const values = rows.flatMap((row) => scalars(row.cell(field)));
  const views = type === "level" ? [] : values.flatMap((value) => viewOf(value) ?? []);
  const numbers = values.flatMap((value) => viewOf(value) ?? []).map(Number);
  switch (own.fn) {
    case "count":
      return having.length;
    case "uniq":
      return new Set(values.map(String)).size;
    case "sum":
      return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0);
    case "avg":
      return numbers.length === 0
        ? null
        : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    case "min":
    case "max": {
      const order = (views.length > 0 ? views : values).toSorted(
        (a, b) => compareValues(a, b, type) || pointsOf(String(a), String(b)),
      );
      return (own.fn === "min" ? order[0] : order.at(-1)) ?? null;
    }
    case "percentile": {
      const rank = Math.max(1, Math.ceil((own.percent / 100) * numbers.length));
      return numbers.toSorted((a, b) => a - b)[rank - 1] ?? null;
    }
    case "first":
    case "last": {
      const order = having.toSorted((a, b) => (a.place < b.place ? -1 : 1));
      return (own.fn === "first" ? order[0] : order.at(-1))?.cell(field) ?? null;
    }
    case "values": {
      const distinct = values
        .toSorted((a, b) => Number(typeof a === "string") - Number(typeof b === "string"))
        .filter((value, i, all) => all.findIndex((one) => String(one) === String(value)) === i)
        .toSorted((a, b) => compareValues(a, b, type) || pointsOf(String(a), String(b)));
      return distinct.length === 0 ? null : distinct.slice(0, 100);
    }
    default:
      return own satisfies never;
  }
}
