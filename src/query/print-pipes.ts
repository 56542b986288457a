/**
 * Prints pipes: lower case, default counts written, `asc` and the `by` of `sort` left out.
 */

import type { Aggregate, Filter, GroupKey, ParseHow, Pipe } from "./ast.ts";
import { printField, printName } from "./print-names.ts";
import type { Out } from "./print-out.ts";
import { quote } from "./problem.ts";

type WriteFilter = (out: Out, filter: Filter) => void;

export function printPipe(out: Out, pipe: Pipe, writeFilter: WriteFilter): void {
  switch (pipe.kind) {
    case "where":
      out.push("where ");
      writeFilter(out, pipe.filter);
      return;
    case "fields":
      out.push(
        `fields ${pipe.columns.map((c) => printField(c.field, "pipe") + asName(c)).join(", ")}`,
      );
      return;
    case "dedup":
      out.push(`dedup ${pipe.fields.map((field) => printField(field, "pipe")).join(", ")}`);
      return;
    case "sort": {
      const keys = pipe.keys.map(
        (key) => printField(key.field, "pipe") + (key.descending ? " desc" : ""),
      );
      out.push(`sort ${keys.join(", ")}`);
      return;
    }
    case "limit":
      out.push(`limit ${pipe.count}${pipe.offset === 0 ? "" : ` offset ${pipe.offset}`}`);
      return;
    case "sample":
      out.push(`sample 1/${pipe.of}`);
      return;
    case "stats":
      out.push("stats ");
      printFunctions(out, pipe.functions, writeFilter);
      if (pipe.keys.length > 0) out.push(` by ${pipe.keys.map(printKey).join(", ")}`);
      return;
    case "timechart":
      out.push(pipe.width === null ? "timechart " : `timechart ${pipe.width.text} `);
      printFunctions(out, pipe.functions, writeFilter);
      if (pipe.by === null) return;
      out.push(
        ` by ${printField(pipe.by, "pipe")}${pipe.series === 10 ? "" : ` limit ${pipe.series}`}`,
      );
      return;
    case "top":
    case "rare":
      out.push(
        `${pipe.kind} ${pipe.count} ${pipe.fields.map((field) => printField(field, "pipe")).join(", ")}`,
      );
      return;
    case "parse": {
      const isMessage = pipe.from.kind === "builtin" && pipe.from.name === "message";
      const from = isMessage ? "" : ` from ${printField(pipe.from, "pipe")}`;
      out.push(
        `parse ${printHow(pipe.how)}${from}${pipe.as === null ? "" : ` as ${printName(pipe.as, "pipe")}`}`,
      );
      return;
    }
    case "patterns":
    case "context":
      out.push(`${pipe.kind} ${pipe.count}`);
      return;
    default:
      pipe satisfies never;
  }
}

function asName(column: { readonly name: string; readonly named: boolean }): string {
  return column.named ? ` as ${printName(column.name, "pipe")}` : "";
}

function printHow(how: ParseHow): string {
  return how.kind === "pattern" ? quote(how.source) : how.kind;
}

function printFunctions(out: Out, functions: readonly Aggregate[], writeFilter: WriteFilter): void {
  functions.forEach((call, i) => {
    if (i > 0) out.push(", ");
    if (call.fn === "count_if") {
      out.push("count_if(");
      writeFilter(out, call.filter);
      out.push(")");
    } else if (call.fn === "percentile") {
      const field = printField(call.field, "pipe");
      const whole = Number.isInteger(call.percent);
      out.push(whole ? `p${call.percent}(${field})` : `percentile(${field}, ${call.percent})`);
    } else {
      out.push(`${call.fn}(${call.field === null ? "" : printField(call.field, "pipe")})`);
    }
    out.push(asName(call));
  });
}

function printKey(key: GroupKey): string {
  switch (key.kind) {
    case "field":
      return printField(key.field, "pipe") + asName(key);
    case "bin":
      return `bin(${key.width.text})${asName(key)}`;
    case "numberBin":
      return `bin(${printField(key.field, "pipe")}, ${key.step})${asName(key)}`;
    default:
      return key satisfies never;
  }
}
