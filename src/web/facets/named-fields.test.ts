import { expect, test } from "vitest";
import { namedFields } from "./named-fields.ts";

test.each([
  { query: "", want: [] },
  { query: "coupon:spring timeout", want: ["coupon"] },
  { query: "-coupon:spring coupon:* status:>=500", want: ["coupon", "status"] },
  { query: "(coupon:spring OR (level:error host.name:a))", want: ["coupon", "level", "host"] },
  // An attribute with the name of a built-in field is asked for by its own.
  { query: "@level:7 service.name:web", want: ["@level", "service"] },
  { query: 'message:x time:>2026-01-01 id:1.a.0 pattern:"job <*>" http.*:x', want: [] },
  { query: "coupon:spring | stats count() by user", want: ["coupon"] },
  { query: "coupon:", want: [] },
])("$query names $want", ({ query, want }) => {
  expect(namedFields(query)).toEqual(want);
});
