import { expect, test } from "vitest";
import { type Change, filterText, wantedOf, wantedValues, withFilter, withValue } from "./terms.ts";

test.each<{
  query: string;
  field: string;
  value: unknown;
  change: Change;
  want: string | undefined;
}>([
  { query: "", field: "service", value: "web", change: "include", want: "service:web" },
  {
    query: "timeout",
    field: "service",
    value: "web",
    change: "include",
    want: "timeout service:web",
  },
  {
    query: "service:web",
    field: "service",
    value: "api",
    change: "include",
    want: "service:(web api)",
  },
  {
    query: "a service:(web api) b",
    field: "service",
    value: "web",
    change: "drop",
    want: "a service:api b",
  },
  { query: "service:web x", field: "service", value: "web", change: "drop", want: "x" },
  {
    query: "service:(web api) x",
    field: "service",
    value: "db",
    change: "only",
    want: "x service:db",
  },
  { query: "service:web", field: "service", value: "web", change: "exclude", want: "-service:web" },
  {
    query: "-service:web",
    field: "service",
    value: "api",
    change: "exclude",
    want: "-service:(web api)",
  },
  {
    query: "NOT service:web",
    field: "service",
    value: "web",
    change: "include",
    want: "service:web",
  },
  {
    query: "a | stats count()",
    field: "level",
    value: "error",
    change: "include",
    want: "a level:error | stats count()",
  },
  {
    query: "| stats count()",
    field: "level",
    value: "error",
    change: "exclude",
    want: "-level:error | stats count()",
  },
  // Groups with OR stay as they are.
  {
    query: "a OR service:web",
    field: "service",
    value: "api",
    change: "include",
    want: "(a OR service:web) service:api",
  },
  {
    query: "(service:web OR x)",
    field: "service",
    value: "web",
    change: "include",
    want: "(service:web OR x) service:web",
  },
  {
    query: "(a) OR (b)",
    field: "service",
    value: "web",
    change: "include",
    want: "((a) OR (b)) service:web",
  },
  {
    query: "(service:web OR x) y",
    field: "service",
    value: "web",
    change: "include",
    want: "(service:web OR x) y service:web",
  },
  // Comparisons and wildcards list no values: a term is added beside them.
  {
    query: "status:>=500",
    field: "status",
    value: 503,
    change: "include",
    want: "status:>=500 status:503",
  },
  { query: "", field: "path", value: "/v1/cart", change: "include", want: "path:/v1/cart" },
  { query: "", field: "path", value: "/api/", change: "include", want: 'path:"/api/"' },
  { query: "", field: "user name", value: "Ada L", change: "include", want: '"user name":"Ada L"' },
  { query: "", field: "note", value: "", change: "include", want: 'note:""' },
  { query: "", field: "@level", value: "high", change: "include", want: "@level:high" },
  { query: "", field: "tags", value: "a*", change: "include", want: 'tags:"a*"' },
  { query: "host:a", field: "host", value: "b,c", change: "include", want: 'host:(a "b,c")' },
  { query: '"open', field: "service", value: "web", change: "include", want: undefined },
  { query: "", field: "x", value: { a: 1 }, change: "include", want: undefined },
])("$query with $change $field=$value", ({ query, field, value, change, want }) => {
  expect(withValue(query, field, value, change)).toBe(want);
});

test("what the query wants of a field is read from its text", () => {
  const wanted = wantedValues("service:(Web api) -service:db level:error x OR y", "service");
  expect([...wanted]).toEqual([]);
  const plain = wantedValues("service:(Web api) -service.name:db level:error", "service");
  expect(["web", "api", "db", "other"].map((value) => wantedOf(plain, value))).toEqual([
    "included",
    "included",
    "excluded",
    undefined,
  ]);
});

test.each<{ query: string; change: Change; want: string }>([
  { query: "", change: "include", want: "service:=Web" },
  { query: "", change: "exclude", want: "-service:=Web" },
  { query: "service:api", change: "include", want: "service:(api =Web)" },
  { query: "service:(=web =Web)", change: "drop", want: "service:=web" },
  { query: "service:web", change: "exclude", want: "-service:=Web" },
])("$query with $change of Web beside web", ({ query, change, want }) => {
  expect(withValue(query, "service", "Web", change, ["web", "Web", "api"])).toBe(want);
  const wanted = wantedValues(want, "service");
  expect(wantedOf(wanted, "Web")).toBe(
    { include: "included", exclude: "excluded", drop: undefined, only: undefined }[change],
  );
  expect(wantedOf(wanted, "web")).toBe(change === "drop" ? "included" : undefined);
});

test("the filter ends before the first pipe", () => {
  expect(filterText('a "x | y" | stats count() | limit 5')).toBe('a "x | y"');
  expect(withFilter("a|limit 5", "b")).toBe("a b |limit 5");
});
