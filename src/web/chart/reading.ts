/**
 * How the table that pipes made is to be read: which column is time, which ones tell rows apart, which ones are figures.
 * Invariant: what the query says of a column counts; what it does not name is judged by its cells. Pure.
 */
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import type { Aggregate, Pipe, Width } from "../../query/ast.ts";
import { type NameUnit, unitOfName } from "../../query/units.ts";
import { parsed } from "../query/parsed.ts";
import { fieldKey } from "../query/terms.ts";

export interface Key {
  readonly at: number;
  readonly name: string;
  /** As it is written in a query; undefined for a column that no filter can ask for. */
  readonly field: string | undefined;
  /** Width of a bucket of a number. */
  readonly step?: number;
}

export interface Measure {
  readonly at: number;
  readonly name: string;
  /** `p95 of ms`. */
  readonly title: string;
  readonly unit: NameUnit | "share" | undefined;
  /** It counts entries: two of it make one by addition. */
  readonly adds: boolean;
  readonly approximate: boolean;
}

export interface Reading {
  readonly table: Table;
  /** Column of buckets of time. */
  readonly time: number | undefined;
  /** 0 where the query does not say, or a step is as long as a day is. */
  readonly stepMs: number;
  /** Buckets of a number. */
  readonly bin: (Key & { readonly step: number }) | undefined;
  readonly keys: readonly Key[];
  readonly measures: readonly Measure[];
  /** Rows stand in an order that the query asked for. */
  readonly isSorted: boolean;
}

export type Kind = "line" | "area" | "bar" | "heat" | "number" | "table";

type Maker = Extract<Pipe, { kind: "stats" | "timechart" | "top" | "rare" | "patterns" }>;

type Role =
  | { readonly kind: "time"; readonly stepMs: number }
  | { readonly kind: "key"; readonly field: string }
  | { readonly kind: "bin"; readonly field: string; readonly step: number }
  | { readonly kind: "measure"; readonly aggregate: Aggregate | "count" | "share" }
  | { readonly kind: "aside" };

export function readingOf(table: Table, query: string): Reading {
  const maker = makerOf(query);
  const roles = maker === undefined ? new Map<string, Role>() : rolesOf(maker);
  const reading = {
    table,
    time: undefined as number | undefined,
    stepMs: 0,
    bin: undefined as Reading["bin"],
    keys: [] as Key[],
    measures: [] as Measure[],
    isSorted: isSorted(query),
  };
  for (const [at, { name, type, approximate }] of table.columns.entries()) {
    const role = roles.get(name) ?? guessed(table, at, name, type);
    if (role.kind === "time") Object.assign(reading, { time: at, stepMs: role.stepMs });
    else if (role.kind === "key") reading.keys.push({ at, name, field: role.field || undefined });
    else if (role.kind === "bin") reading.bin = { at, name, field: role.field, step: role.step };
    else if (role.kind === "measure") reading.measures.push(measureOf(at, name, approximate, role));
  }
  return reading;
}

/** What it can be drawn as; the first is what it is drawn as unless another is chosen. */
export function kindsOf(reading: Reading): readonly Kind[] {
  const { table, time, bin, keys, measures } = reading;
  if (measures.length === 0 || table.rows.length === 0) return ["table"];
  if (bin !== undefined && time !== undefined) return ["heat", "table"];
  if (time !== undefined) return ["line", "area", "bar", "table", "number"];
  if (table.rows.length === 1 && keys.length === 0 && bin === undefined) return ["number", "table"];
  return keys.length > 0 || bin !== undefined ? ["bar", "table"] : ["table"];
}

/** `p95 of ms by service`. */
export function titleOf({ measures, keys, bin }: Reading): string {
  const by = [...keys, ...(bin === undefined ? [] : [bin])].map(({ name }) => name);
  const of = measures.map(({ title }) => title).join(", ");
  if (of === "") return by.join(", ");
  return by.length === 0 ? of : `${of} by ${by.join(", ")}`;
}

/** The last pipe that makes rows of another kind. */
export function makerOf(query: string): Maker | undefined {
  const result = parsed(query);
  if (!result.ok) return undefined;
  return result.query.pipes.findLast(
    (pipe): pipe is Maker =>
      pipe.kind === "stats" ||
      pipe.kind === "timechart" ||
      pipe.kind === "top" ||
      pipe.kind === "rare" ||
      pipe.kind === "patterns",
  );
}

function isSorted(query: string): boolean {
  const result = parsed(query);
  return (
    result.ok &&
    result.query.pipes.some(
      ({ kind }) => kind === "sort" || kind === "top" || kind === "rare" || kind === "patterns",
    )
  );
}

function rolesOf(maker: Maker): Map<string, Role> {
  const roles = new Map<string, Role>();
  if (maker.kind === "stats") {
    for (const key of maker.keys) {
      if (key.kind === "bin") roles.set(key.name, { kind: "time", stepMs: widthMs(key.width) });
      else if (key.kind === "field")
        roles.set(key.name, { kind: "key", field: fieldKey(key.field) });
      else roles.set(key.name, { kind: "bin", field: fieldKey(key.field), step: key.step });
    }
  } else if (maker.kind === "timechart") {
    roles.set("time", { kind: "time", stepMs: widthMs(maker.width) });
    if (maker.by !== null) {
      const field = fieldKey(maker.by);
      roles.set(nameOf(field), { kind: "key", field });
    }
  } else if (maker.kind === "patterns") {
    roles.set("pattern", { kind: "key", field: "pattern" });
    for (const name of ["first", "last"]) roles.set(name, { kind: "aside" });
  } else {
    for (const field of maker.fields)
      roles.set(nameOf(fieldKey(field)), { kind: "key", field: fieldKey(field) });
  }
  if (maker.kind === "stats" || maker.kind === "timechart") {
    for (const aggregate of maker.functions)
      roles.set(aggregate.name, { kind: "measure", aggregate });
  } else {
    for (const name of ["count", "share"] as const)
      roles.set(name, { kind: "measure", aggregate: name });
  }
  return roles;
}

/** A column is named without the sign that tells an attribute from a built-in field. */
function nameOf(field: string): string {
  return field.startsWith("@") ? field.slice(1) : field;
}

function widthMs(width: Width | null): number {
  return width?.kind === "fixed" ? Number(width.nanos) / 1e6 : 0;
}

function guessed(table: Table, at: number, name: string, type: string): Role {
  if (type === "time") return name === "time" ? { kind: "time", stepMs: 0 } : { kind: "aside" };
  const rows: readonly (readonly unknown[])[] = table.rows;
  const isNumber =
    type === "number" || rows.every((row) => row[at] === null || typeof row[at] === "number");
  if (!isNumber) return { kind: "key", field: "" };
  return { kind: "measure", aggregate: "share" };
}

function measureOf(
  at: number,
  name: string,
  approximate: boolean,
  { aggregate }: Extract<Role, { kind: "measure" }>,
): Measure {
  const base = { at, name, approximate };
  if (aggregate === "share" || aggregate === "count") {
    const isShare = aggregate === "share" && name === "share";
    return {
      ...base,
      title: aggregate === "count" ? "entries" : name,
      unit: isShare ? "share" : (unitOfName(name) ?? undefined),
      adds: aggregate === "count",
    };
  }
  const { fn, field, named } = aggregate;
  const of = field === null ? "" : nameOf(field.name);
  const plain = field === null ? wordOf(fn) : `${wordOf(fn, aggregate)} of ${of}`;
  const hasUnit = fn !== "count" && fn !== "uniq" && fn !== "count_if" && fn !== "rate";
  return {
    ...base,
    title: named ? name : plain,
    unit: hasUnit ? unitOf(of) : undefined,
    adds: fn === "count" || fn === "count_if" || fn === "sum" || fn === "rate",
  };
}

/** `duration_ms` states its unit at its end; `ms` is nothing but one. */
function unitOf(name: string): NameUnit | undefined {
  return unitOfName(name) ?? unitOfName(`_${name}`) ?? undefined;
}

function wordOf(fn: Aggregate["fn"], aggregate?: Aggregate): string {
  if (aggregate?.fn === "percentile") return `p${aggregate.percent}`;
  if (fn === "count") return aggregate === undefined ? "entries" : "entries with";
  if (fn === "count_if") return "entries that fit";
  if (fn === "rate") return "entries a second";
  if (fn === "uniq") return "different values";
  return fn === "avg" ? "mean" : fn;
}
