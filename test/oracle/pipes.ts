/**
 * Runs pipes naively: whole rows in arrays, each pipe by the letter of the language's section 6.
 * Invariant: shares no code with the engine beyond what values.ts says. Knows all pipes, with functions below their exact
 * sizes.
 */
import {
  type AttributeValue,
  type Entry,
  compareEntryIds,
  entryIdText,
} from "../../src/domain/entry.ts";
import type { TimeRange } from "../../src/domain/time-range.ts";
import type { FieldRef, Filter, Pipe, SortKey } from "../../src/query/ast.ts";
import { entryMatches, leavesOf, passes, pointOrder } from "./filter.ts";
import { parsed } from "./parse.ts";
import { patternsTable } from "./patterns.ts";
import { oracleShape } from "./shape.ts";
import { chartOf, statsTable, topTable } from "./tables.ts";
import {
  type OracleCell,
  type OracleRow,
  type OracleTable,
  NAMES,
  compareValues,
  scalars,
  typeOf,
} from "./values.ts";

export type OracleRows =
  | { readonly kind: "entries"; readonly entries: readonly Entry[] }
  | { readonly kind: "table"; readonly table: OracleTable };

/** @param all what there is beside the matching entries, also outside of the range. */
export function runPipes(
  entries: readonly Entry[],
  pipes: readonly Pipe[],
  shown: TimeRange,
  all: readonly Entry[],
  zone = "UTC",
): OracleRows {
  return pipes.reduce<OracleRows>((rows, pipe) => runPipe(rows, pipe, shown, all, zone), {
    kind: "entries",
    entries,
  });
}

function runPipe(
  rows: OracleRows,
  pipe: Pipe,
  shown: TimeRange,
  all: readonly Entry[],
  zone: string,
): OracleRows {
  const read = rowsOf(rows);
  switch (pipe.kind) {
    case "where":
      return keep(
        rows,
        [...read.keys()].filter((i) => read[i]?.matches(pipe.filter)),
      );
    case "limit":
      return keep(rows, [...read.keys()].slice(pipe.offset, pipe.offset + pipe.count));
    case "sort":
      return keep(rows, sorted(rows, read, pipe.keys));
    case "dedup": {
      const keys = read.map((row) =>
        JSON.stringify(pipe.fields.map((f) => dedupForm(row.cell(f)))),
      );
      return keep(
        rows,
        [...read.keys()].filter((i) => keys.indexOf(keys[i] ?? "") === i),
      );
    }
    case "fields":
      return {
        kind: "table",
        table: {
          columns: pipe.columns.map(({ field, name }) => ({ name, type: typeOf(field) })),
          rows: read.map((row) => pipe.columns.map(({ field }) => row.cell(field))),
        },
      };
    case "stats":
      return { kind: "table", table: statsTable(read, pipe, shown, zone) };
    case "top":
    case "rare":
      return { kind: "table", table: topTable(read, pipe) };
    case "timechart":
      return { kind: "table", table: chartOf(read, pipe, shown, zone) };
    case "patterns":
      return { kind: "table", table: patternsTable(read, pipe.count) };
    case "sample":
      return {
        kind: "entries",
        entries: entriesOf(rows).filter((entry) => hashOf(entryIdText(entry.id)) % pipe.of === 0),
      };
    case "parse":
      return {
        kind: "entries",
        entries: entriesOf(rows).map((entry) => parsed(entry, cellOf(entry, pipe.from), pipe)),
      };
    case "context":
      return { kind: "entries", entries: around(entriesOf(rows), pipe.count, shown, all) };
    default:
      return pipe satisfies never;
  }
}

function entriesOf(rows: OracleRows): readonly Entry[] {
  if (rows.kind === "table") throw new Error("the pipe works on entries");
  return rows.entries;
}

/** FNV-1a in 32 bits. */
function hashOf(text: string): number {
  let hash = 2_166_136_261n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 16_777_619n) % 2n ** 32n;
  return Number(hash);
}

/** The first twenty with their neighbours of the same service and host, up to an hour outside of the range. */
function around(
  anchors: readonly Entry[],
  count: number,
  range: TimeRange,
  all: readonly Entry[],
): Entry[] {
  const hour = 3_600_000_000_000n;
  const order = all
    .filter(({ timeNanos }) => timeNanos >= range.startNanos - hour)
    .filter(({ timeNanos }) => timeNanos < range.endNanos + hour)
    .toSorted((a, b) => compareEntryIds(b.id, a.id));
  const found = new Map<string, Entry>();
  for (const anchor of anchors.slice(0, 20)) {
    const like = order.filter(
      ({ service, host }) => service === anchor.service && host === anchor.host,
    );
    const at = like.findIndex(({ id }) => compareEntryIds(id, anchor.id) === 0);
    for (const entry of like.slice(Math.max(0, at - count), at + count + 1))
      found.set(entryIdText(entry.id), entry);
  }
  // An anchor stays as the pipes before made it.
  for (const anchor of anchors.slice(0, 20)) found.set(entryIdText(anchor.id), anchor);
  return [...found.values()].toSorted((a, b) => compareEntryIds(b.id, a.id));
}

function keep(rows: OracleRows, at: readonly number[]): OracleRows {
  if (rows.kind === "entries")
    return { kind: "entries", entries: at.flatMap((i) => rows.entries[i] ?? []) };
  const { columns, rows: held } = rows.table;
  return { kind: "table", table: { columns, rows: at.map((i) => held[i] ?? []) } };
}

function rowsOf(rows: OracleRows): OracleRow[] {
  if (rows.kind === "entries")
    return rows.entries.map((entry) => ({
      cell: (field) => cellOf(entry, field),
      matches: (filter) => entryMatches(filter, entry),
      place: placeText(entry),
      nanos: entry.timeNanos,
    }));
  const { columns } = rows.table;
  const times = columns.findIndex(({ type }) => type === "time");
  return rows.table.rows.map((row, i) => ({
    cell: (field) => row[columns.findIndex(({ name }) => name === field.name)] ?? null,
    matches: (filter) => rowMatches(filter, columns, row),
    place: String(i).padStart(12, "0"),
    nanos: timeIn(row[times]),
  }));
}

function timeIn(cell: OracleCell | undefined): bigint {
  return typeof cell === "bigint" ? cell : 0n;
}

function placeText({ id }: Entry): string {
  return `${String(id.timeNanos).padStart(24, "0")}.${id.batch}.${String(id.index).padStart(12, "0")}`;
}

function dedupForm(cell: OracleCell): unknown {
  return Array.isArray(cell) ? cell.map(String) : cell === null ? null : String(cell);
}

/** In the order of their names, which no neighbour in a block changes. */
function named(entry: Entry): [string, AttributeValue][] {
  return [...entry.attributes].toSorted(([a], [b]) => pointOrder(a, b));
}

function cellOf(entry: Entry, field: FieldRef): OracleCell {
  if (field.kind === "below") {
    // Of each attribute its own values before those in the maps of its lists.
    const values = named(entry).flatMap(([name, value]) => {
      const leaves = leavesOf({ ...entry, attributes: new Map([[name, value]]) });
      const below = leaves.filter((leaf) => leaf.name.startsWith(`${field.name}.`));
      return [
        ...below.filter((leaf) => leaf.name === name),
        ...below.filter((leaf) => leaf.name !== name),
      ].map((leaf) => leaf.value);
    });
    return values.length > 1 ? values : (values[0] ?? null);
  }
  if (field.kind === "attribute") {
    const own = entry.attributes.get(field.name);
    const single = own === null || typeof own !== "object";
    // Those of the field's own name before those in the maps of lists.
    const values = [true, false].flatMap((ownName) =>
      named(entry)
        .filter(([name]) => (name === field.name) === ownName)
        .flatMap(([name, value]) => leavesOf({ ...entry, attributes: new Map([[name, value]]) }))
        .filter((leaf) => leaf.name === field.name)
        .map((leaf) => leaf.value),
    );
    if (values.length === 0) return null;
    return values.length === 1 && own !== undefined && single ? (values[0] ?? null) : values;
  }
  switch (field.name) {
    case "time":
      return entry.timeNanos;
    case "level":
      return NAMES[Math.floor((entry.severity - 1) / 4)] ?? null;
    case "message":
      return entry.message;
    case "pattern":
      return oracleShape(entry.message);
    case "id":
      return entryIdText(entry.id);
    case "service":
      return entry.service || null;
    case "host":
      return entry.host || null;
    case "trace_id":
      return entry.traceId || null;
    case "span_id":
      return entry.spanId || null;
    default:
      throw new Error(`the naive reading has no ${field.name}`);
  }
}

function rowMatches(
  filter: Filter,
  columns: OracleTable["columns"],
  row: readonly OracleCell[],
): boolean {
  switch (filter.kind) {
    case "all":
      return true;
    case "and":
      return filter.parts.every((part) => rowMatches(part, columns, row));
    case "or":
      return filter.parts.some((part) => rowMatches(part, columns, row));
    case "not":
      return !rowMatches(filter.part, columns, row);
    case "text":
      return row.some(
        (cell, i) =>
          columns[i]?.type !== "time" &&
          scalars(cell).some((v) => passes(filter.test, v, "text", "")),
      );
    case "field": {
      const at = columns.findIndex(({ name }) => name === filter.field.name);
      const { test } = filter;
      const items = test.kind === "anyOf" ? test.items : [test];
      return items.some((item) =>
        scalars(row[at] ?? null).some((value) => {
          if (item.kind === "level") {
            const severity = NAMES.indexOf(String(value)) * 4 + 1;
            return severity >= item.min && severity <= item.max;
          }
          if (item.kind === "time")
            return (
              typeof value === "bigint" &&
              (item.from === null || value >= item.from) &&
              (item.to === null || value < item.to)
            );
          return passes(item, value, "value", filter.field.name);
        }),
      );
    }
    default:
      return filter satisfies never;
  }
}

function sorted(rows: OracleRows, read: readonly OracleRow[], keys: readonly SortKey[]): number[] {
  return [...read.keys()].toSorted((a, b) => {
    for (const { field, descending } of keys) {
      const sign = descending ? -1 : 1;
      const [x, y] = [read[a], read[b]];
      if (x === undefined || y === undefined) continue;
      let order: number;
      if (rows.kind === "entries" && field.kind === "builtin" && field.name === "time")
        order = sign * (x.place < y.place ? -1 : Number(x.place > y.place));
      else if (rows.kind === "entries" && field.kind === "builtin" && field.name === "level")
        order = sign * ((rows.entries[a]?.severity ?? 0) - (rows.entries[b]?.severity ?? 0));
      else {
        const [own] = scalars(x.cell(field));
        const [other] = scalars(y.cell(field));
        order =
          own === undefined || other === undefined
            ? Number(own === undefined) - Number(other === undefined)
            : sign * compareValues(own, other, typeOf(field));
      }
      if (order !== 0) return order;
    }
    return a - b;
  });
}
