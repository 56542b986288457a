import { expect, test } from "vitest";
import { appliedTerms, withoutTerm, withoutTerms } from "./applied-terms.ts";

const said = (query: string): string[] =>
  appliedTerms(query).map(({ field, says }) => `${field} ${says}`);

test.each<{ query: string; want: readonly string[] }>([
  { query: "", want: [] },
  { query: "timeout", want: [] },
  {
    query: "timeout service:(gateway payments checkout) -path:/healthz | limit 3",
    want: ["service is gateway, payments, checkout", "path is not /healthz"],
  },
  { query: "service!=web -host!=db", want: ["service is not web", "host is db"] },
  {
    query: "ms:>=50 -ms:[1 TO 5] level>=warn",
    want: ["ms >=50", "ms not [1 TO 5]", "level >=warn"],
  },
  { query: "user:* -user:*", want: ["user is set", "user is not set"] },
  { query: 'path:/a*/ service:""', want: ["path /a*/", "service is (empty)"] },
  { query: "n:(a b c d e)", want: ["n is a, b, c, d, e"] },
  { query: "n:(a b c d e f)", want: ["n is a, b, c, d, and 2 more"] },
  { query: "(service:web OR level:error) host:a", want: ["host is a"] },
  { query: "-(service:web level:error)", want: [] },
  { query: "service:(web", want: [] },
])("says what $query asks of fields", ({ query, want }) => expect(said(query)).toEqual(want));

test.each<{ query: string; at?: number; want: string }>([
  { query: "a service:(web api) b", want: "a b" },
  { query: "service:web -path:/healthz", at: 1, want: "service:web" },
  { query: "NOT service:web x", want: "x" },
  { query: "-service!=web x", want: "x" },
  { query: "a AND service:web AND b", want: "a AND b" },
  { query: "service:web AND b", want: "b" },
  { query: "a AND NOT service:web", want: "a" },
  { query: "a AND NOT (service:web) | limit 3", want: "a | limit 3" },
  { query: "(service:web AND host:a) x", want: "(host:a) x" },
  { query: "( (service:web) ) x", want: "x" },
  { query: "level:error | stats count()", want: "| stats count()" },
  { query: "(service:web OR level:error) host:a", want: "(service:web OR level:error)" },
])("takes a term out of $query", ({ query, at = 0, want }) => {
  const term = appliedTerms(query)[at];
  expect(term && withoutTerm(query, term)).toBe(want);
});

test.each<{ query: string; want: string }>([
  { query: "timeout", want: "timeout" },
  { query: "service:web", want: "" },
  {
    query: "timeout service:(web api) -path:/healthz (ms:>=50 level>=warn) | limit 3",
    want: "timeout | limit 3",
  },
  {
    query: "(service:web OR level:error) AND host:a AND -user:*",
    want: "(service:web OR level:error)",
  },
  { query: "service:(web", want: "service:(web" },
])("takes all terms out of $query", ({ query, want }) => expect(withoutTerms(query)).toBe(want));
