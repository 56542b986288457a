/** How large the regexes of a filter are. Invariant: from their texts alone, as the parser reckons it. */
import type { FieldTest, Filter, TextTest } from "../query/ast.ts";
import { roughSteps } from "../query/regex-size.ts";

/** @returns steps of all of them together; 0 without one. */
export function regexSteps(filter: Filter): number {
  switch (filter.kind) {
    case "all":
      return 0;
    case "and":
    case "or":
      return filter.parts.reduce((sum, part) => sum + regexSteps(part), 0);
    case "not":
      return regexSteps(filter.part);
    case "text":
    case "field":
      return stepsOf(filter.test);
    default:
      return filter satisfies never;
  }
}

function stepsOf(test: TextTest | FieldTest): number {
  if (test.kind === "anyOf") return test.items.reduce((sum, item) => sum + stepsOf(item), 0);
  return test.kind === "regex" ? roughSteps(test.source) : 0;
}
