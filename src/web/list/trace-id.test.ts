import { expect, test } from "vitest";
import { traceIdIn } from "./trace-id.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";

test.each([
  { name: "trace_id", value: ID, want: ID },
  { name: "trace.id", value: ID.toUpperCase(), want: ID },
  { name: "parentTraceId", value: ID, want: ID },
  { name: "http.request.header.X-B3-TraceId", value: ID, want: ID },
  { name: "traceparent", value: `00-${ID}-00f067aa0ba902b7-01`, want: ID },
  { name: "headers.tp", value: `00-${ID}-00f067aa0ba902b7-01`, want: ID },
  { name: "md5", value: ID, want: undefined },
  { name: "trace_id", value: "0".repeat(32), want: undefined },
  { name: "trace_id", value: ID.slice(1), want: undefined },
  { name: "trace_id", value: `${ID} and more`, want: undefined },
  { name: "trace_id", value: [ID], want: undefined },
  { name: "trace_idea", value: ID, want: undefined },
])("$name $value", ({ name, value, want }) => {
  expect(traceIdIn(name, value)).toBe(want);
});
