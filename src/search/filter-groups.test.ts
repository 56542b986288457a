/** Which terms of a query a field's counts ignore. */
import { expect, test } from "vitest";
import { pipelineOf } from "../engine/pipe/pipeline.ts";
import { parseQuery } from "../query/parse.ts";
import { printQuery } from "../query/print.ts";
import { fieldNamed } from "./field-names.ts";
import { groupsOf } from "./filter-groups.ts";

function left(query: string, name: string): string {
  const parsed = parseQuery(query, { nowNanos: 0n, timeZone: "UTC" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  const field = fieldNamed(name, "fields");
  const groups = groupsOf(pipelineOf(parsed.query).filter, [field]);
  const filter = groups.filters[groups.groupOf(field)] ?? { kind: "all" };
  return printQuery({ filter, pipes: [], columns: null });
}

test.each([
  { query: "", field: "level", want: "*" },
  { query: "level:error", field: "level", want: "*" },
  { query: "level:error service:web", field: "level", want: "service:web" },
  { query: "level:error service:web", field: "service", want: "level:error" },
  { query: "level:error service:web", field: "host", want: "level:error service:web" },
  { query: "-level:debug timeout level:<=error", field: "level", want: "timeout" },
  { query: "status:* -status:500 status:(200 404)", field: "status", want: "*" },
  { query: "level:error | where -level:fatal host:a", field: "level", want: "host:a" },
  { query: "service.name:web", field: "service", want: "*" },
  { query: "@level:x level:error", field: "level", want: "@level:x" },
  { query: "@level:x level:error", field: "@level", want: "level:error" },
])("of `$query` the counts of $field keep `$want`", ({ query, field, want }) => {
  expect(left(query, field)).toBe(want);
});

test.each([
  { query: "level:error OR service:web", field: "level" },
  { query: "(level:error OR level:fatal) service:web", field: "level" },
  { query: "-(level:error service:web)", field: "level" },
  { query: "error", field: "level" },
  { query: "exception.*:refused", field: "exception.message" },
  { query: "http.status:500", field: "http" },
])("of `$query` the counts of $field keep all", ({ query, field }) => {
  expect(left(query, field)).toBe(query);
});
