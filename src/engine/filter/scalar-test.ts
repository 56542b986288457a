/**
 * A test of one scalar value, compiled once per query, and how values that hold several are tested.
 * Invariant: a test never sees null, lists or maps; a list passes when any scalar in it passes, and a
 * field over maps in a list has the scalars of all of them. Missing passes nothing.
 */
import type { AttributeValue, Scalar } from "../../domain/entry.ts";

export interface ScalarTest {
  readonly text: (value: string) => boolean;
  readonly number: (value: number) => boolean;
  /** Integers beyond ±2^53. */
  readonly integer: (value: bigint) => boolean;
  readonly boolean: (value: boolean) => boolean;
  /** Every text that passes holds this when both are folded; "" when nothing is known. Folded. */
  readonly needle: string;
}

const never = (): boolean => false;

/** Passes nothing. */
export const NOTHING: ScalarTest = {
  text: never,
  number: never,
  integer: never,
  boolean: never,
  needle: "",
};

/** Applies one predicate to the text form of every value. */
export function onTextForm(passes: (text: string) => boolean, needle: string): ScalarTest {
  return {
    text: passes,
    number: (value) => passes(String(value)),
    integer: (value) => passes(String(value)),
    boolean: (value) => passes(String(value)),
    needle,
  };
}

/** Passes what any of the tests passes. */
export function anyTest(tests: readonly ScalarTest[]): ScalarTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return {
    text: (value) => tests.some((test) => test.text(value)),
    number: (value) => tests.some((test) => test.number(value)),
    integer: (value) => tests.some((test) => test.integer(value)),
    boolean: (value) => tests.some((test) => test.boolean(value)),
    needle: "",
  };
}

/** Passes what both tests pass. */
export function bothTests(a: ScalarTest, b: ScalarTest): ScalarTest {
  return {
    text: (value) => a.text(value) && b.text(value),
    number: (value) => a.number(value) && b.number(value),
    integer: (value) => a.integer(value) && b.integer(value),
    boolean: (value) => a.boolean(value) && b.boolean(value),
    needle: a.needle === "" ? b.needle : a.needle,
  };
}

export function testScalar(test: ScalarTest, value: Scalar): boolean {
  if (typeof value === "string") return test.text(value);
  if (typeof value === "number") return test.number(value);
  return typeof value === "bigint" ? test.integer(value) : test.boolean(value);
}

/**
 * True when any scalar of `value` at `path` passes.
 * @param path "" for the value itself; else the dotted rest of the field's name, looked for in the
 * maps of a list.
 */
export function testValue(test: ScalarTest, value: AttributeValue, path: string): boolean {
  return someScalar(value, path, (scalar) => testScalar(test, scalar));
}

/** True when `accept` says so of any scalar of `value` at `path`. */
export function someScalar(
  value: AttributeValue,
  path: string,
  accept: (scalar: Scalar) => boolean,
): boolean {
  if (value === null) return false;
  if (typeof value !== "object") return path === "" && accept(value);
  if (isList(value)) return value.some((item) => someScalar(item, path, accept));
  if (path === "") return false;
  for (const [key, inner] of Object.entries(value)) {
    if (key === path && someScalar(inner, "", accept)) return true;
    if (path.startsWith(`${key}.`) && someScalar(inner, path.slice(key.length + 1), accept))
      return true;
  }
  return false;
}

/**
 * True when `accept` says so of any scalar in the maps below `value`, at any depth.
 * @param prefix the dotted name of `value`; `accept` is told the whole name of each scalar.
 * @param path "" for everything below, else the rest of the name whose members are meant.
 */
export function someScalarBelow(
  value: AttributeValue,
  path: string,
  prefix: string,
  accept: (scalar: Scalar, name: string) => boolean,
): boolean {
  if (value === null || typeof value !== "object") return false;
  if (isList(value)) return value.some((item) => someScalarBelow(item, path, prefix, accept));
  for (const [key, inner] of Object.entries(value)) {
    const name = `${prefix}.${key}`;
    if (path === "" || key.startsWith(`${path}.`)) {
      if (someScalar(inner, "", (scalar) => accept(scalar, name))) return true;
      if (someScalarBelow(inner, "", name, accept)) return true;
    } else if (key === path) {
      if (someScalarBelow(inner, "", name, accept)) return true;
    } else if (path.startsWith(`${key}.`)) {
      if (someScalarBelow(inner, path.slice(key.length + 1), name, accept)) return true;
    }
  }
  return false;
}

/** True when `accept` says so of any scalar of `value`, in lists and maps at any depth. */
export function someScalarDeep(
  value: AttributeValue,
  accept: (scalar: Scalar) => boolean,
): boolean {
  if (value === null) return false;
  if (typeof value !== "object") return accept(value);
  const items = isList(value) ? value : Object.values(value);
  return items.some((item) => someScalarDeep(item, accept));
}

/** Lists are read-only in the domain, which Array.isArray does not narrow. */
export function isList(value: object): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
