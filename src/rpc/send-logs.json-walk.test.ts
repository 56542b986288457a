import fc from "fast-check";
import { expect, test } from "vitest";
import { RecordingSink } from "../../test/support/recording-sink.ts";
import { FaultError } from "../domain/fault.ts";
import { parseBatchId } from "../domain/ids.ts";
import type { DecodingSink } from "../ingest/decode/json-values.ts";
import { decodeParsedSendLogs, decodeSendLogsJson } from "./send-logs.json.ts";
import { walkSendLogsJson } from "./send-logs.json-walk.ts";

const BATCH = parseBatchId("0197f000-0000-7000-8000-000000000001");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

type Decoder = (body: Uint8Array, sink: DecodingSink, options: { batch: typeof BATCH }) => void;

function outcome(decode: Decoder, text: string): unknown {
  const sink = new RecordingSink();
  try {
    decode(utf8(text), sink, { batch: BATCH });
  } catch (error) {
    if (error instanceof FaultError) return error.message;
    throw error;
  }
  const { entries, rejections } = sink;
  // As texts, so that the order of names counts and -0 is not 0.
  const attributes = entries.map((entry) =>
    Object.entries(entry.attributes).map(([name, value]) => [name, value, Object.is(value, -0)]),
  );
  return { entries, rejections, attributes };
}

/** The order of names that look like indexes is JSON.parse's own: such names are left out here. */
const arbName = fc.oneof(
  fc.constantFrom("a", "b", "a.b", "é", "__proto__", "x".repeat(256), "x".repeat(257)),
  fc.stringMatching(/^[a-z ]{0,4}$/),
);
const arbScalar = fc.oneof(
  fc.constantFrom("0", "-0", "1e3", "1E-2", "123456789012345", "1234567890123456", "0.1", "-2.50"),
  fc.constantFrom("1e999", "0.000001", "9007199254740993", "01", "1.", "-", "tru", "true", "null"),
  fc.constantFrom("[]", '[1,{"b":[null]}]', '"\\n\\u0041\\ud83d"', '"\t"', '"\\x"', "false"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
);
const arbSpace = fc.constantFrom("", "", "", " ", "\n\t ", "\r");
const member = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(arbSpace, name, arbSpace, arbSpace, value, arbSpace)
    .map(([a, key, b, c, of, d]) => `${a}${JSON.stringify(key)}${b}:${c}${of}${d}`);
const object = (members: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(members, { maxLength }).map((all) => `{${all.join(",")}}`);
const { map: arbMap } = fc.letrec<{ map: string }>((tie) => ({
  map: object(member(arbName, fc.oneof({ maxDepth: 3 }, arbScalar, arbScalar, tie("map"))), 4),
}));
const arbTime = fc.constantFrom(
  `"2026-11-24T14:06:54.794Z"`,
  `"2026-11-24T14:06:54Z"`,
  `"2026-11-25T00:00:00.123456789Z"`,
  `"2026-11-25T23:59:60Z"`,
  `"2026-11-25T24:00:00Z"`,
  `"2026-02-30T00:00:00Z"`,
  `"2026-11-24T14:06:54.Z"`,
  `"2026-11-24T14:06:54.1234567891Z"`,
  `"2026-11-24t14:06:54.5z"`,
  `"2026-11-24T16:06:54.1+02:00"`,
  `"1970-01-01T00:00:00Z"`,
  `"0001-01-01T00:00:00Z"`,
  `"yesterday"`,
);
const arbLevel = fc.constantFrom(
  "9",
  "17",
  "0",
  "25",
  "1.5",
  `"LEVEL_WARN"`,
  `"LEVEL_LOUD"`,
  `"err"`,
  `"Error"`,
  `""`,
);
const text = fc.string({ unit: "binary" }).map((value) => JSON.stringify(value));
const arbEntry = object(
  fc.oneof(
    member(fc.constant("time"), arbTime),
    member(fc.constant("level"), arbLevel),
    member(fc.constantFrom("message", "service", "host"), text),
    member(fc.constantFrom("trace_id", "traceId"), fc.constantFrom(`"${"0A".repeat(16)}"`, `"x"`)),
    member(fc.constantFrom("span_id", "spanId"), fc.constantFrom(`"${"0a".repeat(8)}"`, `""`)),
    member(fc.constant("attributes"), arbMap),
    member(fc.constantFrom("id", "timer", "messages", "spanid"), arbScalar),
  ),
  5,
);
const arbBody = fc
  .tuple(
    fc.array(arbEntry, { maxLength: 5 }),
    fc.array(member(fc.constantFrom("service", "host", "x"), text), { maxLength: 2 }),
    fc.array(member(fc.constantFrom("attributes", "service"), arbMap), { maxLength: 1 }),
    fc.boolean(),
  )
  .map(([entries, members, others, last]) => {
    const list = `"entries":[${entries.join(" ,")}]`;
    const all = [...members, ...others];
    return `{${(last ? [...all, list] : [list, ...all]).join(",")}}`;
  });
/** A few characters of the body replaced, most of which breaks it. */
const arbBroken = fc
  .tuple(arbBody, fc.nat(), fc.nat(3), fc.constantFrom("", '"', ",", "}", "]", "\\", "1", " "))
  .map(([body, at, length, by]) => {
    const from = at % (body.length + 1);
    return body.slice(0, from) + by + body.slice(from + length);
  });

test("rows and faults are those of the long way, whatever the body", () =>
  fc.assert(
    fc.property(fc.oneof(arbBody, arbBody, arbBroken), (body) => {
      expect(outcome(decodeSendLogsJson, body)).toEqual(outcome(decodeParsedSendLogs, body));
    }),
    {
      numRuns: 1500,
      examples: [['{"entries":[{"x":[],"x":null}]}'], ['{"entries":[{"x":null,"x":1}]}']],
    },
  ));

test.each([
  { what: "no entries", body: `{"entries":[]}`, walked: true },
  {
    what: "an empty entry",
    body: ` { "service" : "shop" , "entries" : [ { } , {} ] } `,
    walked: true,
  },
  { what: "escapes in a text", body: String.raw`{"entries":[{"message":"a\nb"}]}`, walked: true },
  { what: "a list", body: `{"entries":[{"attributes":{"a":[1,2],"b":{"c":1}}}]}`, walked: true },
  {
    what: "an escape in a name",
    body: String.raw`{"entries":[{"attributes":{"\u0061":1}}]}`,
    walked: false,
  },
  { what: "a name twice", body: `{"entries":[{"attributes":{"a":1,"a":2}}]}`, walked: false },
  {
    what: "a map twice",
    body: `{"entries":[{"attributes":{"a":{"b":1},"a":{"c":2}}}]}`,
    walked: false,
  },
  { what: "a member twice", body: `{"entries":[{"spanId":"","span_id":""}]}`, walked: false },
  { what: "a default behind the entries", body: `{"entries":[],"service":"shop"}`, walked: false },
  { what: "more than one value", body: `{"entries":[]}{}`, walked: false },
])("$what: walked is $walked", ({ body, walked }) => {
  const sink = new RecordingSink();
  sink.begin(0);
  sink.restart();
  expect(walkSendLogsJson(utf8(body), sink, () => sink.defaultHost("web-1"))).toBe(walked);
  if (walked) return;
  // Nothing is left of what it began.
  sink.begin(0);
  sink.end();
  expect(sink.entries.map(({ host }) => host)).toEqual([""]);
});
