import fc from "fast-check";
import { expect, test } from "vitest";
import { Struct } from "../../generated/server/google/protobuf/struct.ts";
import { SendLogsRequest } from "../../generated/server/argus/v1/log_service.ts";
import { RecordingSink, type RecordedEntry } from "../../test/support/recording-sink.ts";
import type { AttributeValue } from "../domain/entry.ts";
import { FaultError } from "../domain/fault.ts";
import { parseBatchId } from "../domain/ids.ts";
import { decodeSendLogsJson } from "./send-logs.json.ts";
import { peekBatchIdJson } from "./send-logs.json-id.ts";

const BATCH = parseBatchId("0197f000-0000-7000-8000-000000000001");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(body: string | Uint8Array): RecordingSink {
  const sink = new RecordingSink();
  decodeSendLogsJson(typeof body === "string" ? utf8(body) : body, sink, { batch: BATCH });
  return sink;
}

function one(entry: string): RecordedEntry {
  const { entries, rejections } = decode(`{"entries":[${entry}]}`);
  expect(rejections).toEqual([]);
  const [first] = entries;
  if (first === undefined) throw new Error("no entry");
  return first;
}

function refusal(body: string | Uint8Array): string {
  try {
    decode(body);
  } catch (error) {
    if (error instanceof FaultError) return error.message;
    throw error;
  }
  return "taken";
}

test("an entry comes out as it was sent", () => {
  expect(
    one(`{"time":"2026-11-24T14:06:54.794Z","level":"LEVEL_ERROR","message":"žluťoučký 🚀","service":"shop",
      "host":"web-1","trace_id":"0AF7651916CD43DD8448EB211C80319C","spanId":"b7ad6b7169203331",
      "attributes":{"status":500,"ok":false,"path":"/pay","http":{"request":{"method":"POST"}},"nul":null,
        "none":{},"list":[1,"a",{"b":2}],"empty":""}}`),
  ).toEqual({
    index: 0,
    timeNanos: 1_795_529_214_794_000_000n,
    severity: 17,
    message: "žluťoučký 🚀",
    service: "shop",
    host: "web-1",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    attributes: {
      status: 500,
      ok: false,
      path: "/pay",
      "http.request.method": "POST",
      nul: null,
      none: {},
      list: [1, "a", { b: 2 }],
      empty: "",
    },
    truncated: [],
  });
});

test("what the batch says holds for entries that say nothing, wherever it stands in the body", () => {
  const { entries } = decode(
    `{"entries":[{"message":"a"},{"service":"own","attributes":{"env":"dev"}}],
      "host":"web-1","service":"shop","attributes":{"env":"prod","k8s":{"pod":"p-1"}}}`,
  );
  expect(entries.map(({ service, host, attributes }) => ({ service, host, attributes }))).toEqual([
    { service: "shop", host: "web-1", attributes: { env: "prod", "k8s.pod": "p-1" } },
    { service: "own", host: "web-1", attributes: { env: "dev", "k8s.pod": "p-1" } },
  ]);
});

test.each([
  { level: `"LEVEL_WARN"`, severity: 13, original: undefined },
  { level: `"LEVEL_UNSPECIFIED"`, severity: 9, original: undefined },
  { level: `0`, severity: 9, original: undefined },
  { level: `18`, severity: 18, original: undefined },
  { level: `"Error"`, severity: 17, original: undefined },
  { level: `"critical"`, severity: 21, original: "critical" },
  { level: `"LEVEL_LOUD"`, severity: 9, original: "LEVEL_LOUD" },
  { level: `25`, severity: 9, original: "25" },
  { level: `-1`, severity: 9, original: "-1" },
  { level: `null`, severity: 9, original: undefined },
])("level $level is severity $severity", ({ level, severity, original }) => {
  const entry = one(`{"level":${level}}`);
  expect(entry.severity).toBe(severity);
  expect(entry.attributes["level_original"]).toBe(original);
});

test.each([
  { time: `"2026-11-24T14:06:54Z"`, nanos: 1_795_529_214_000_000_000n },
  { time: `"2026-11-24T14:06:54.123456789Z"`, nanos: 1_795_529_214_123_456_789n },
  { time: `"2026-11-24T16:06:54.1+02:00"`, nanos: 1_795_529_214_100_000_000n },
  { time: `"1969-12-31T23:59:59.999999999Z"`, nanos: -1n },
  { time: `"yesterday"`, original: "yesterday" },
  { time: `"2026-02-30T00:00:00Z"`, original: "2026-02-30T00:00:00Z" },
  { time: `"1970-01-01T00:00:00Z"`, original: "1970-01-01T00:00:00Z" },
  { time: `"0001-01-01T00:00:00Z"`, original: "0001-01-01T00:00:00Z" },
  { time: `"2026-11-24T14:06:54"`, original: "2026-11-24T14:06:54" },
  { time: `null` },
])("time $time", ({ time, nanos, original }) => {
  const entry = one(`{"time":${time}}`);
  expect(entry.timeNanos).toBe(nanos);
  expect(entry.attributes["time_original"]).toBe(original);
});

test.each([
  { body: "", says: "body: not JSON" },
  { body: "{", says: "body: not JSON at character 1" },
  { body: "[]", says: "body: the body is not a JSON object" },
  { body: "null", says: "body: the body is not a JSON object" },
  { body: `{"entries":{}}`, says: "body: entries is not a list" },
  { body: `{"entries":[null]}`, says: "body: entries[0] is not an object" },
  { body: `{"entries":[{},{"message":5}]}`, says: "body: entries[1].message is not a text" },
  { body: `{"entries":[{"level":1.5}]}`, says: "body: entries[0].level is not a level" },
  { body: `{"entries":[{"time":5}]}`, says: "body: entries[0].time is not an RFC 3339 time" },
  {
    body: `{"entries":[{"attributes":[]}]}`,
    says: "body: entries[0].attributes is not an object",
  },
  { body: `{"service":true}`, says: "body: service is not a text" },
  {
    body: `{"batch_id":"0197f000-0000-7000-8000-000000000002"}`,
    says: "batch_id: stands in the body twice, or in an unusual spelling",
  },
])("refuses $body", ({ body, says }) => {
  expect(refusal(body)).toBe(says);
});

test("bytes that are not UTF-8 are refused, not replaced", () => {
  const body = utf8(`{"entries":[{"message":"?"}]}`);
  body[body.indexOf(0x3f)] = 0xff;
  expect(refusal(body)).toBe("body: not UTF-8");
});

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

test.each([
  {
    where: "attributes",
    body: (n: number) => `{"entries":[{"attributes":${nested(n)}}]}`,
    most: 61,
  },
  { where: "an unknown member", body: (n: number) => `{"x":${nested(n)}}`, most: 63 },
  {
    where: "a list",
    body: (n: number) => `{"entries":[{"attributes":{"a":[${nested(n)}]}}]}`,
    most: 59,
  },
  { where: "defaults", body: (n: number) => `{"attributes":${nested(n)}}`, most: 63 },
])("JSON deeper than 64 levels in $where is refused", ({ body, most }) => {
  expect(refusal(body(most))).toBe("taken");
  expect(refusal(body(most + 1))).toBe("body: JSON nested deeper than 64 levels");
  expect(refusal(body(100_000))).toBe("body: JSON nested deeper than 64 levels");
});

test("maps nested deeper than 32 levels are kept as the text of their JSON", () => {
  const entry = one(`{"attributes":${nested(34)}}`);
  expect(entry.attributes).toEqual({ [Array(32).fill("a").join(".")]: '{"a":{"a":1}}' });
  expect(entry.truncated).toEqual(["attributes"]);
});

test("names of the language's own objects are names like others", () => {
  const { attributes } = one(
    `{"attributes":{"__proto__":{"polluted":true},"constructor":1,"toString":"x"},"__proto__":{}}`,
  );
  expect(Object.entries(attributes)).toEqual([
    ["__proto__.polluted", true],
    ["constructor", 1],
    ["toString", "x"],
  ]);
});

test("lone surrogates and NUL come out as readable text", () => {
  expect(one(String.raw`{"message":"a\ud800b\u0000c"}`).message).toBe("a\ufffdb\u0000c");
});

test("a long text does not disturb the texts before it in its row", () => {
  const long = "ž".repeat(300_000);
  const entry = one(`{"service":"shop","message":"${long}","host":"web"}`);
  expect([entry.service, entry.message === long, entry.host]).toEqual(["shop", true, "web"]);
});

test("more entries than a batch may hold are refused", () => {
  expect(refusal(`{"entries":[${"{},".repeat(50_000)}{}]}`)).toBe("entries: more than 50000");
});

/** Members that the generated decoder accepts, in the spellings it accepts. */
const arbAttributes = fc.dictionary(
  fc.string({ maxLength: 6 }).filter((key) => !key.includes(".") && key !== "__proto__"),
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie("value"), { maxKeys: 3 }),
    ),
  })).value,
  { maxKeys: 5 },
);
const arbTime = fc
  .tuple(
    fc.date({ min: new Date("1971-01-01"), max: new Date("2400-01-01"), noInvalidDate: true }),
    fc.oneof(
      fc.constant("Z"),
      fc.stringMatching(/^\.\d{3,9}Z$/),
      fc.constantFrom("+02:00", "-11:30"),
    ),
  )
  .map(([date, tail]) => date.toISOString().slice(0, 19) + tail);
const nullable = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { freq: 8 });
const arbEntry = fc
  .record(
    {
      time: nullable(arbTime),
      level: nullable(
        fc.oneof(
          fc.integer({ min: 0, max: 24 }),
          fc.constantFrom("LEVEL_UNSPECIFIED", "LEVEL_TRACE", "LEVEL_INFO", "LEVEL_FATAL"),
        ),
      ),
      message: nullable(fc.string({ unit: "binary" })),
      service: nullable(fc.string()),
      host: nullable(fc.string()),
      traceId: nullable(fc.stringMatching(/^[0-9a-f]{32}$/)),
      spanId: nullable(fc.stringMatching(/^[0-9a-f]{16}$/)),
      attributes: nullable(arbAttributes),
      unknown_member: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: [] },
  )
  // What has unknown members alone is refused, which the decoder is not asked about.
  .filter((entry) => Object.keys(entry).join() !== "unknown_member")
  .chain((entry) => fc.boolean().map((snake) => (snake ? withProtoNames(entry) : entry)));

function withProtoNames({ traceId, spanId, ...rest }: Record<string, unknown>): object {
  return {
    ...rest,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(spanId === undefined ? {} : { span_id: spanId }),
  };
}

function flat(map: object, prefix: string, out: Record<string, AttributeValue>): void {
  for (const [key, value] of Object.entries(map) as [string, AttributeValue][]) {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isMap && Object.keys(value).length > 0) flat(value, `${prefix}${key}.`, out);
    else out[`${prefix}${key}`] = value;
  }
}

function expected(request: SendLogsRequest): unknown[] {
  return request.entries.map((entry, index) => {
    const attributes: Record<string, AttributeValue> = {};
    if (entry.attributes !== undefined)
      flat(Struct.toJson(entry.attributes) as object, "", attributes);
    const { time } = entry;
    return {
      index,
      timeNanos:
        time === undefined ? undefined : time.seconds * 1_000_000_000n + BigInt(time.nanos),
      severity: entry.level === 0 ? 9 : entry.level,
      message: entry.message,
      service: entry.service === "" ? request.service : entry.service,
      host: entry.host,
      traceId: /^0*$/.test(entry.traceId) ? "" : entry.traceId,
      spanId: /^0*$/.test(entry.spanId) ? "" : entry.spanId,
      attributes,
      truncated: [],
    };
  });
}

test("means what the generated decoder means", () =>
  fc.assert(
    fc.property(fc.array(arbEntry, { maxLength: 4 }), fc.string(), (entries, service) => {
      const text = JSON.stringify({ service, entries, batchId: BATCH });
      const request = SendLogsRequest.fromJsonString(text, { ignoreUnknownFields: true });
      expect(decode(text).entries).toEqual(expected(request));
    }),
    { numRuns: 300 },
  ));

test.each([
  { body: `{"batch_id":"b-1","entries":[]}`, id: "b-1" },
  { body: ` { "batchId" : "b\\u002d2" }`, id: "b-2" },
  { body: `{"entries":[{"message":"say \\"batch_id\\": \\\\"}],"batch_id":"b-3"}`, id: "b-3" },
  { body: `{"entries":[{"attributes":{"batch_id":"inner"}}]}`, id: "" },
  { body: `{"attributes":{"batch_id":"inner"},"batch_id":"outer"}`, id: "outer" },
  { body: `{"service":"batch_id","batch_id":"b-4"}`, id: "b-4" },
  { body: `{"batch_id":null}`, id: "" },
  { body: `{"batch_id":17}`, id: "" },
  { body: `{"batch_id":"open`, id: "" },
  { body: `{"entries":[]}`, id: "" },
  { body: ``, id: "" },
])("peeks $id in $body", ({ body, id }) => {
  expect(peekBatchIdJson(utf8(body))).toBe(id);
});

test("peeking finds what JSON.parse finds", () =>
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string(),
      fc.constantFrom("batch_id", "batchId"),
      (others, id, key) => {
        const before = Object.entries(others).filter(([name]) => !/^batch(_i|I)d$/.test(name));
        const body = JSON.stringify(Object.fromEntries([...before, [key, id]]));
        expect(peekBatchIdJson(utf8(body))).toBe(id);
      },
    ),
  ));
