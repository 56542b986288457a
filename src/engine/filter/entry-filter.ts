/**
 * Compiles a filter into a test of one entry, for rows that no longer stand in a block (after `parse`).
 * Invariant: the same scalar tests as over blocks, so both give the same answer for the same entry.
 */
import { type AttributeValue, type Entry, entryIdText } from "../../domain/entry.ts";
import { invalid } from "../../domain/fault.ts";
import type { FieldTest, Filter, TextTest } from "../../query/ast.ts";
import { severityPasses, timePasses } from "./builtin-test.ts";
import { beginningsOf } from "./field-columns.ts";
import { ANYTHING, scalarTest, unlessEmpty } from "./field-test.ts";
import { type Meter, UNMETERED } from "./meter.ts";
import { patternTest } from "./pattern-test.ts";
import {
  type ScalarTest,
  someScalar,
  someScalarBelow,
  someScalarDeep,
  testScalar,
  testValue,
} from "./scalar-test.ts";

export type EntryFilter = (entry: Entry) => boolean;

/** @param meter told of what may take long. */
export function compileEntryFilter(filter: Filter, meter: Meter = UNMETERED): EntryFilter {
  switch (filter.kind) {
    case "all":
      return () => true;
    case "and": {
      const parts = filter.parts.map((part) => compileEntryFilter(part, meter));
      return (entry) => parts.every((part) => part(entry));
    }
    case "or": {
      const parts = filter.parts.map((part) => compileEntryFilter(part, meter));
      return (entry) => parts.some((part) => part(entry));
    }
    case "not": {
      const part = compileEntryFilter(filter.part, meter);
      return (entry) => !part(entry);
    }
    case "text":
      return anywhere(filter.test, meter);
    case "field":
      return inField(filter, meter);
    default:
      return filter satisfies never;
  }
}

function anywhere(test: TextTest, meter: Meter): EntryFilter {
  const scalar = scalarTest(test, "text", "", meter);
  const present = unlessEmpty(scalar);
  return (entry) =>
    scalar.text(entry.message) ||
    present.text(entry.traceId) ||
    present.text(entry.spanId) ||
    entry.attributes
      .values()
      .some((value) => someScalarDeep(value, (inner) => testScalar(scalar, inner)));
}

function inField({ field, test }: Extract<Filter, { kind: "field" }>, meter: Meter): EntryFilter {
  switch (field.kind) {
    case "builtin":
      return inBuiltin(field.name, test, meter);
    case "attribute": {
      if (test.kind === "exists") {
        const below = inBelow(field.name, test, meter);
        return (entry) => below(entry) || attributePasses(entry, field.name, ANYTHING);
      }
      const scalar = scalarTest(test, "value", field.name, meter);
      return (entry) => attributePasses(entry, field.name, scalar);
    }
    case "below":
      return inBelow(field.name, test, meter);
    case "column":
      throw invalid("query", `${field.name} is a column of a table, not a field of entries`);
    default:
      return field satisfies never;
  }
}

function inBuiltin(
  name: Extract<Extract<Filter, { kind: "field" }>["field"], { kind: "builtin" }>["name"],
  test: FieldTest,
  meter: Meter,
): EntryFilter {
  switch (name) {
    case "time":
      return (entry) => timePasses(test, entry.timeNanos);
    case "level":
      return (entry) => severityPasses(test, entry.severity);
    case "id": {
      if (test.kind === "exists") return () => true;
      const scalar = scalarTest(test, "value", name, meter);
      return (entry) => scalar.text(entryIdText(entry.id));
    }
    case "pattern": {
      const scalar = patternTest(test, meter);
      return (entry) => scalar.text(entry.message);
    }
    case "message": {
      if (test.kind === "exists") return () => true;
      const scalar = scalarTest(test, "text", name, meter);
      return (entry) => scalar.text(entry.message);
    }
    default: {
      const scalar = unlessEmpty(scalarTest(test, "value", name, meter));
      return (entry) => scalar.text(builtinText(entry, name));
    }
  }
}

/** @returns "" for a missing value. */
export function builtinText(
  entry: Entry,
  name: "service" | "host" | "trace_id" | "span_id",
): string {
  switch (name) {
    case "service":
      return entry.service;
    case "host":
      return entry.host;
    case "trace_id":
      return entry.traceId;
    case "span_id":
      return entry.spanId;
    default:
      return name satisfies never;
  }
}

function attributePasses(entry: Entry, name: string, test: ScalarTest): boolean {
  const own = entry.attributes.get(name);
  if (own !== undefined && testValue(test, own, "")) return true;
  return beginningsOf(name).some((holder) => {
    const value = entry.attributes.get(holder);
    return value !== undefined && testValue(test, value, name.slice(holder.length + 1));
  });
}

function inBelow(name: string, test: FieldTest, meter: Meter): EntryFilter {
  const tests = new Map<string, ScalarTest>();
  const accept = (scalar: Parameters<typeof testScalar>[1], whole: string): boolean => {
    const own = tests.get(whole) ?? scalarTest(test, "value", whole, meter);
    tests.set(whole, own);
    return testScalar(own, scalar);
  };
  const prefix = `${name}.`;
  return (entry) => {
    for (const [own, value] of entry.attributes) {
      if (own.startsWith(prefix) && allBelow(value, own, accept)) return true;
      if (own === name && someScalarBelow(value, "", own, accept)) return true;
      if (prefix.startsWith(`${own}.`) && own !== name) {
        if (someScalarBelow(value, name.slice(own.length + 1), own, accept)) return true;
      }
    }
    return false;
  };
}

function allBelow(
  value: AttributeValue,
  own: string,
  accept: (scalar: Parameters<typeof testScalar>[1], whole: string) => boolean,
): boolean {
  return (
    someScalar(value, "", (scalar) => accept(scalar, own)) ||
    someScalarBelow(value, "", own, accept)
  );
}
