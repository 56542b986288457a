/**
 * Prints a query in its canonical form.
 * Invariant: print(parse(print(q))) = print(q), and what is printed means what was parsed. A text is
 * printed bare only after reading it back showed the same text. The form: docs/language.md, section 10.
 */

import type { Filter, Query } from "./ast.ts";
import { printTest, printTextTest } from "./print-tests.ts";
import { printField } from "./print-names.ts";
import { type Out, finish, newOut } from "./print-out.ts";
import { printPipe } from "./print-pipes.ts";

export function printQuery(query: Query): string {
  const out = newOut();
  // A filter that keeps everything is left out before a pipe.
  if (query.filter.kind !== "all" || query.pipes.length === 0) writeFilter(out, query.filter);
  query.pipes.forEach((pipe, i) => {
    out.push(i === 0 && out.length === 0 ? "| " : " | ");
    printPipe(out, pipe, writeFilter);
  });
  return finish(out);
}

function writeFilter(out: Out, filter: Filter): void {
  switch (filter.kind) {
    case "and":
    case "or":
      filter.parts.forEach((part, i) => {
        if (i > 0) out.push(filter.kind === "and" ? " " : " OR ");
        // Parentheses stand where AND meets OR, though precedence would do without them.
        if (part.kind === "and" || part.kind === "or") writeGroup(out, part);
        else writeTerm(out, part, false);
      });
      return;
    case "all":
    case "not":
    case "text":
    case "field":
      writeTerm(out, filter, false);
      return;
    default:
      filter satisfies never;
  }
}

function writeGroup(out: Out, filter: Filter): void {
  out.push("(");
  writeFilter(out, filter);
  out.push(")");
}

function writeTerm(out: Out, filter: Filter, negated: boolean): void {
  switch (filter.kind) {
    case "all":
      out.push("*");
      return;
    case "not":
      out.push("-");
      writeTerm(out, filter.part, true);
      return;
    case "text":
      printTextTest(out, filter.test, negated);
      return;
    case "field":
      printTest(out, printField(filter.field, "filter"), filter.field, filter.test);
      return;
    case "and":
    case "or":
      writeGroup(out, filter);
      return;
    default:
      filter satisfies never;
  }
}
