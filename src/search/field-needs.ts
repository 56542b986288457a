/**
 * Which columns a query looks at, so that only their parts are read.
 * Invariant: never less than what filters and pipes will ask a block for.
 */
import type { FieldRef, Filter, Pipe } from "../query/ast.ts";
import { beginningsOf } from "../engine/filter/field-columns.ts";

export interface FieldNeeds {
  readonly message: boolean;
  /** Names of attributes (dotted beginnings included), or all of them. */
  readonly attributes: ReadonlySet<string> | "all";
  /** Every attribute whose name begins with one of these and a dot. */
  readonly below: readonly string[];
}

/** Whole entries. */
export const EVERYTHING: FieldNeeds = { message: true, attributes: "all", below: [] };

/** Time, level, service, host, trace and span, which every opened block has. */
export const NOTHING: FieldNeeds = { message: false, attributes: new Set(), below: [] };

export function needsOf(filters: readonly Filter[], fields: readonly FieldRef[]): FieldNeeds {
  let message = false;
  let all = false;
  const names = new Set<string>();
  const below = new Set<string>();

  const addField = (field: FieldRef): void => {
    switch (field.kind) {
      case "builtin":
        if (field.name === "message" || field.name === "pattern") message = true;
        return;
      case "below":
        below.add(field.name);
        addName(field.name);
        return;
      case "attribute":
        addName(field.name);
        return;
      case "column":
        return;
      default:
        field satisfies never;
    }
  };
  const addName = (name: string): void => {
    names.add(name);
    for (const beginning of beginningsOf(name)) names.add(beginning);
  };
  const addFilter = (filter: Filter): void => {
    switch (filter.kind) {
      case "all":
        return;
      case "and":
      case "or":
        filter.parts.forEach(addFilter);
        return;
      case "not":
        addFilter(filter.part);
        return;
      case "text":
        message = true;
        all = true;
        return;
      case "field":
        addField(filter.field);
        // `f:*` holds for an object too, and `f.*` names what is below.
        if (filter.field.kind === "attribute" && filter.test.kind === "exists")
          below.add(filter.field.name);
        return;
      default:
        filter satisfies never;
    }
  };
  filters.forEach(addFilter);
  fields.forEach(addField);
  return { message, attributes: all ? "all" : names, below: [...below] };
}

/** True when the attribute `name` is among the needs. */
export function needsAttribute(needs: FieldNeeds, name: string): boolean {
  if (needs.attributes === "all" || needs.attributes.has(name)) return true;
  return needs.below.some((prefix) => name.startsWith(`${prefix}.`));
}

/** What a pipe looks at of the rows it is given. */
export function needsOfPipe(pipe: Pipe): FieldNeeds {
  switch (pipe.kind) {
    case "stats":
    case "timechart": {
      const filters = pipe.functions.flatMap((own) => (own.fn === "count_if" ? [own.filter] : []));
      const fields = pipe.functions.flatMap((own) => (own.field === null ? [] : [own.field]));
      if (pipe.kind === "timechart") fields.push(...(pipe.by === null ? [] : [pipe.by]));
      else fields.push(...pipe.keys.flatMap((key) => (key.kind === "bin" ? [] : [key.field])));
      // The members of a field below another are read entry by entry.
      return fields.some((field) => field.kind === "below") ? EVERYTHING : needsOf(filters, fields);
    }
    case "top":
    case "rare":
      return pipe.fields.some((field) => field.kind === "below")
        ? EVERYTHING
        : needsOf([], pipe.fields);
    case "patterns":
      return { ...NOTHING, message: true };
    default:
      return EVERYTHING;
  }
}
