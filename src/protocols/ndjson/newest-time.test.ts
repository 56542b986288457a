import { expect, test } from "vitest";
import { recordedBodies } from "../../../test/support/client-cases.ts";
import { newestTimeMs } from "./newest-time.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  { body: `{"time":1795529214794,"msg":"a"}`, want: 1_795_529_214_794 },
  { body: `{\n"time":1795529214794,\n"msg":"a"}\n`, want: 1_795_529_214_794 },
  { body: `{"time":1795529214794}\n{"x":1}\n{"time":1795529214795}\n\n`, want: 1_795_529_214_795 },
  { body: `{"time":1795529214796}\n{"time":1795529214795}`, want: 1_795_529_214_796 },
  { body: `{"msg":"a"}\n{"time":1795529214795}`, want: 1_795_529_214_795 },
  { body: `{bad\n{"time":1795529214795}`, want: 1_795_529_214_795 },
  { body: `[{"a":"}]\\"","time":"2026-11-24T14:06:54.794Z"},{"time":1}]`, want: 1_795_529_214_794 },
  { body: `[{"msg":"a"}]`, want: undefined },
  { body: `{"msg":"a","time":12.5}`, want: undefined },
  { body: `{"attrs":{"time":1795529214795}}`, want: undefined },
  { body: ``, want: undefined },
  { body: `[`, want: undefined },
  { body: `{"time":1795529214795,"long":"${"x".repeat(70_000)}"}`, want: undefined },
])("the time of $body", ({ body, want }) => {
  expect(newestTimeMs(utf8(body), "ndjson", false)).toBe(want);
});

test.each([
  { name: "ndjson-pino-20", want: 1_795_528_174_064 },
  { name: "slogjson-20", want: 1_795_529_070_321 },
  { name: "winston-http-batch-20", want: 1_795_528_171_456 },
])("the time of $name", ({ name, want }) => {
  expect(newestTimeMs(recordedBodies(name)[0] ?? utf8(""), "ndjson", false)).toBe(want);
});

test.each([
  {
    body: "2026-11-24 14:06:54 a\nb\n2026-11-24 14:06:55 c\n",
    lines: true,
    want: 1_795_529_215_000,
  },
  { body: "2026-11-24 14:06:54 a", lines: false, want: undefined },
  { body: "Nov 24 14:06:54 web a", lines: true, want: undefined },
])("the time of the lines $body", ({ body, lines, want }) => {
  expect(newestTimeMs(utf8(body), "plain-text", lines)).toBe(want);
});
