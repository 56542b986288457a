/**
 * Fields as requests name them: a built-in or its alias, `@name` for the attribute of that name.
 * Invariant: `nameOfField` gives the name that reads back as the field.
 */
import { invalid } from "../domain/fault.ts";
import type { FieldRef } from "../query/ast.ts";
import { builtinNamed } from "../query/names.ts";

const NOWHERE = { start: 0, end: 0 };

/** @param parameter what to call it in a fault. */
export function fieldNamed(name: string, parameter: string): FieldRef {
  if (name === "" || name === "@") throw invalid(parameter, "the name of a field");
  if (name.startsWith("@")) return { kind: "attribute", name: name.slice(1), at: NOWHERE };
  const builtin = builtinNamed(name);
  return builtin === undefined
    ? { kind: "attribute", name, at: NOWHERE }
    : { kind: "builtin", name: builtin, at: NOWHERE };
}

export function nameOfField({ kind, name }: FieldRef): string {
  const isMistaken = builtinNamed(name) !== undefined || name.startsWith("@");
  return kind === "attribute" && isMistaken ? `@${name}` : name;
}
