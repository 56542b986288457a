/**
 * The fields of entries that a query speaks of, in its filter and in its pipes.
 * Invariant: complete; columns of tables are left out.
 */
import type { FieldRef, Filter, Pipe, Query } from "../query/ast.ts";

export interface QueryFields {
  readonly filters: readonly Filter[];
  readonly fields: readonly FieldRef[];
}

export function fieldsOfQuery(query: Query): QueryFields {
  const filters: Filter[] = [query.filter];
  const fields: FieldRef[] = [];
  for (const pipe of query.pipes) addPipe(pipe, filters, fields);
  return { filters, fields: fields.filter((field) => field.kind !== "column") };
}

function addPipe(pipe: Pipe, filters: Filter[], fields: FieldRef[]): void {
  switch (pipe.kind) {
    case "where":
      filters.push(pipe.filter);
      return;
    case "fields":
      fields.push(...pipe.columns.map((column) => column.field));
      return;
    case "dedup":
    case "top":
    case "rare":
      fields.push(...pipe.fields);
      return;
    case "sort":
      fields.push(...pipe.keys.map((key) => key.field));
      return;
    case "parse":
      fields.push(pipe.from);
      return;
    case "stats":
    case "timechart":
      for (const call of pipe.functions) {
        if (call.fn === "count_if") filters.push(call.filter);
        else if (call.field !== null) fields.push(call.field);
      }
      if (pipe.kind === "timechart") fields.push(...(pipe.by === null ? [] : [pipe.by]));
      else fields.push(...pipe.keys.flatMap((key) => (key.kind === "bin" ? [] : [key.field])));
      return;
    case "limit":
    case "sample":
    case "patterns":
    case "context":
      return;
    default:
      pipe satisfies never;
  }
}
