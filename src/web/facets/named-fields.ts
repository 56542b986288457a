/**
 * Which fields the filter of a query names, wherever in it. Pure.
 */
import type { FieldRef, Filter } from "../../query/ast.ts";
import { parsed } from "../query/parsed.ts";
import { fieldKey } from "../query/terms.ts";

/** Their values are no list: texts, instants, and names of one entry each. */
const NO_FACETS: ReadonlySet<string> = new Set(["time", "id", "message", "pattern"]);

/** @returns each once, as facets are asked for; but those that have no list of values. */
export function namedFields(text: string): readonly string[] {
  const result = parsed(text);
  if (!result.ok) return [];
  const fields = fieldsIn(result.query.filter)
    .filter(({ kind }) => kind === "builtin" || kind === "attribute")
    .map(fieldKey);
  return [...new Set(fields)].filter((field) => !NO_FACETS.has(field));
}

function fieldsIn(filter: Filter): readonly FieldRef[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.parts.flatMap(fieldsIn);
    case "not":
      return fieldsIn(filter.part);
    case "field":
      return [filter.field];
    default:
      return [];
  }
}
