/**
 * Prints names of fields and columns.
 * Invariant: a name is bare when it reads back as itself, else quoted; `@` stands only before an
 * attribute that has the name of a built-in field.
 */

import type { FieldRef } from "./ast.ts";
import { builtinNamed } from "./names.ts";
import { quote } from "./problem.ts";
import { isBareName } from "./words.ts";

/** Words that a pipe reads as its own where a name may stand. */
const PIPE_KEYWORDS = new Set(["by", "as", "asc", "desc", "limit", "offset", "from"]);

/** @param where pipes quote names that are their keywords. */
export function printField(field: FieldRef, where: "filter" | "pipe"): string {
  if (field.kind === "below") return `${printName(field.name, "filter")}.*`;
  const at = field.kind === "attribute" && builtinNamed(field.name) !== undefined ? "@" : "";
  return at + printName(field.name, where);
}

export function printName(name: string, where: "filter" | "pipe"): string {
  if (where === "pipe" && PIPE_KEYWORDS.has(name.toLowerCase())) return quote(name);
  return isBareName(name) ? name : quote(name);
}
