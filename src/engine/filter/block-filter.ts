/**
 * Compiles a query's filter into a function from a block to the rows that match.
 * Invariant: the rows are exactly those a naive reading of each entry gives; a part is asked only about
 * rows that the parts before it left open. Negation is the complement.
 */
import { invalid } from "../../domain/fault.ts";
import type { FieldTest, Filter, TextTest } from "../../query/ast.ts";
import { Bitmap } from "../bitmap.ts";
import type { BlockReader } from "../block/block-reader.ts";
import type { BlockScan } from "./block-scan.ts";
import { idRows, levelRows, timeRows } from "./builtin-test.ts";
import { testColumn } from "./column-test.ts";
import { beginningsOf, columnsOf, mayHoldMaps } from "./field-columns.ts";
import { ANYTHING, scalarTest, unlessEmpty } from "./field-test.ts";
import { type Meter, ScanMeter } from "./meter.ts";
import { patternTest } from "./pattern-test.ts";
import {
  type ScalarTest,
  someScalarBelow,
  someScalarDeep,
  testScalar,
  testValue,
} from "./scalar-test.ts";

/** @returns a fresh set: the rows of `within` that match. */
export type BlockFilter = (scan: BlockScan, within: Bitmap) => Bitmap;

export function compileBlockFilter(filter: Filter): BlockFilter {
  const meter = new ScanMeter();
  const rows = compiled(filter, meter);
  return (scan, within) => meter.during(scan, () => rows(scan, within));
}

function compiled(filter: Filter, meter: Meter): BlockFilter {
  switch (filter.kind) {
    case "all":
      return (_scan, within) => within.clone();
    case "and":
      return allOf(filter.parts, meter);
    case "or":
      return anyOf(filter.parts, meter);
    case "not": {
      const inner = compiled(filter.part, meter);
      return (scan, within) => within.clone().andNot(inner(scan, within));
    }
    case "text":
      return anywhere(filter.test, meter);
    case "field":
      return inField(filter, meter);
    default:
      return filter satisfies never;
  }
}

function allOf(parts: readonly Filter[], meter: Meter): BlockFilter {
  const tests = inOrder(parts).map((part) => compiled(part, meter));
  return (scan, within) => {
    let left = within;
    for (const test of tests) {
      if (left.isEmpty()) break;
      left = test(scan, left);
    }
    return left === within ? within.clone() : left;
  };
}

function anyOf(parts: readonly Filter[], meter: Meter): BlockFilter {
  const tests = parts.map((part) => compiled(part, meter));
  return (scan, within) => {
    const out = Bitmap.none(within.size);
    for (const test of tests) out.or(test(scan, within.clone().andNot(out)));
    return out;
  };
}

/** The parts of a filter that must all pass, in the order in which a block's rows are tested. */
export function partsInOrder(filter: Filter): readonly Filter[] {
  return filter.kind === "and" ? inOrder(filter.parts) : [filter];
}

function inOrder(parts: readonly Filter[]): Filter[] {
  return parts.toSorted((a, b) => costOf(a) - costOf(b));
}

/** A rough order of what a test reads: built-in numbers, small columns, one attribute, messages, all. */
function costOf(filter: Filter): number {
  switch (filter.kind) {
    case "all":
      return 0;
    case "and":
    case "or":
      return Math.max(...filter.parts.map(costOf));
    case "not":
      return costOf(filter.part);
    case "text":
      return 6;
    case "field":
      if (filter.field.kind === "below") return 4;
      if (filter.field.kind !== "builtin") return 2;
      if (filter.field.name === "message") return 3;
      if (filter.field.name === "pattern") return 5;
      return filter.field.name === "time" || filter.field.name === "level" ? 0 : 1;
    default:
      return filter satisfies never;
  }
}

function anywhere(test: TextTest, meter: Meter): BlockFilter {
  const scalar = scalarTest(test, "text", "", meter);
  const present = unlessEmpty(scalar);
  return (scan, within) => {
    const { block } = scan;
    const out = Bitmap.none(block.rows);
    addBuiltin(scan, "message", scalar, within, out);
    addBuiltin(scan, "trace_id", present, within, out);
    addBuiltin(scan, "span_id", present, within, out);
    for (const name of block.attributeNames) {
      const column = block.attribute(name);
      if (column === undefined) continue;
      const accept = (value: Parameters<typeof someScalarDeep>[0]): boolean =>
        someScalarDeep(value, (inner) => testScalar(scalar, inner));
      testColumn(scan, column, { of: scalar, accept, test: scalar }, within, out);
    }
    return out;
  };
}

function addBuiltin(
  scan: BlockScan,
  name: Parameters<BlockReader["builtin"]>[0],
  test: ScalarTest,
  within: Bitmap,
  out: Bitmap,
): void {
  const accept = (value: Parameters<typeof testValue>[1]): boolean => testValue(test, value, "");
  testColumn(scan, scan.block.builtin(name), { of: test, accept, test }, within, out);
}

function inField({ field, test }: Extract<Filter, { kind: "field" }>, meter: Meter): BlockFilter {
  switch (field.kind) {
    case "builtin":
      switch (field.name) {
        case "time":
          return ({ block }, within) => timeRows(block, test, within);
        case "level":
          return ({ block }, within) => levelRows(block, test, within);
        case "id":
          return ({ block }, within) => idRows(block, test, within);
        case "pattern":
          return inBuiltin("message", patternTest(test, meter));
        case "message":
          return test.kind === "exists"
            ? (_scan, within) => within.clone()
            : inBuiltin("message", scalarTest(test, "text", "message", meter));
        default:
          return inBuiltin(field.name, unlessEmpty(scalarTest(test, "value", field.name, meter)));
      }
    case "attribute":
      return test.kind === "exists" ? has(field.name, meter) : inAttribute(field.name, test, meter);
    case "below":
      return inBelow(field.name, test, meter);
    case "column":
      throw invalid("query", `${field.name} is a column of a table, not a field of entries`);
    default:
      return field satisfies never;
  }
}

function inBuiltin(name: Parameters<BlockReader["builtin"]>[0], test: ScalarTest): BlockFilter {
  return (scan, within) => {
    const out = Bitmap.none(within.size);
    addBuiltin(scan, name, test, within, out);
    return out;
  };
}

function inAttribute(name: string, test: FieldTest, meter: Meter): BlockFilter {
  const scalar = scalarTest(test, "value", name, meter);
  return (scan, within) => {
    const out = Bitmap.none(within.size);
    addAttribute(scan, name, scalar, within, out);
    return out;
  };
}

function addAttribute(
  scan: BlockScan,
  name: string,
  test: ScalarTest,
  within: Bitmap,
  out: Bitmap,
): void {
  for (const { column, path } of columnsOf(scan.block, name)) {
    const accept = (value: Parameters<typeof testValue>[1]): boolean =>
      testValue(test, value, path);
    testColumn(scan, column, { of: test, accept, test: path === "" ? test : null }, within, out);
  }
}

/** The field has a value, or one below it has. */
function has(name: string, meter: Meter): BlockFilter {
  const below = inBelow(name, { kind: "exists" }, meter);
  return (scan, within) => {
    const out = below(scan, within);
    addAttribute(scan, name, ANYTHING, within, out);
    return out;
  };
}

function inBelow(name: string, test: FieldTest, meter: Meter): BlockFilter {
  const tests = new Map<string, ScalarTest>();
  const testOf = (whole: string): ScalarTest => {
    const known = tests.get(whole) ?? scalarTest(test, "value", whole, meter);
    tests.set(whole, known);
    return known;
  };
  const prefix = `${name}.`;
  const holders = [...beginningsOf(name), name];
  return (scan, within) => {
    const { block } = scan;
    const out = Bitmap.none(within.size);
    for (const own of scan.namesBelow(prefix)) {
      const column = block.attribute(own);
      if (column === undefined) continue;
      const scalar = testOf(own);
      const accept = (value: Parameters<typeof testValue>[1]): boolean =>
        testValue(scalar, value, "");
      testColumn(scan, column, { of: scalar, accept, test: scalar }, within, out);
      if (mayHoldMaps(column)) addMaps(scan, own, "", testOf, within, out);
    }
    for (const holder of holders) {
      addMaps(
        scan,
        holder,
        holder === name ? "" : name.slice(holder.length + 1),
        testOf,
        within,
        out,
      );
    }
    return out;
  };
}

/** Adds rows by the members of maps in the lists of the attribute `holder`, below `path` in them. */
function addMaps(
  scan: BlockScan,
  holder: string,
  path: string,
  testOf: (whole: string) => ScalarTest,
  within: Bitmap,
  out: Bitmap,
): void {
  const column = scan.block.attribute(holder);
  if (column === undefined || !mayHoldMaps(column)) return;
  const accept = (value: Parameters<typeof testValue>[1]): boolean =>
    someScalarBelow(value, path, holder, (inner, whole) => testScalar(testOf(whole), inner));
  testColumn(scan, column, { of: testOf, accept, test: null }, within, out);
}
