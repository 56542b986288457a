import fc from "fast-check";
import { expect, test } from "vitest";
import { flattened, loggedEntries, recordedBodies } from "../../../test/support/client-cases.ts";
import { RecordingSink } from "../../../test/support/recording-sink.ts";
import { parseBatchId } from "../../domain/ids.ts";
import { levelOf, severityOf } from "../../domain/level.ts";
import { LIMITS } from "../../domain/limits.ts";
import { nanosOf } from "../../domain/time-range.ts";
import { decodeNdjson } from "./ndjson.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const OWN = parseBatchId("0197f000-0000-7000-8000-000000000001");
const DERIVED = parseBatchId("0197f000-0000-8000-8000-000000000001");

function decode(body: string | Uint8Array, batch = OWN): RecordingSink {
  const sink = new RecordingSink();
  decodeNdjson(typeof body === "string" ? utf8(body) : body, sink, { batch, defaultTimeMs: 5000 });
  return sink;
}

/** Message or reason of each entry, by its number. */
function summary(body: string | Uint8Array): string[] {
  const { entries, rejections } = decode(body);
  return [
    ...entries.map(({ index, message }) => [index, message] as const),
    ...rejections.map(({ index, reason }) => [index, `! ${reason}`] as const),
  ]
    .toSorted(([a], [b]) => a - b)
    .map(([index, text]) => `${index} ${text}`);
}

interface ClientCase {
  readonly name: string;
  readonly host: string;
  readonly service: string;
  /** Attributes that the client adds to every entry. */
  readonly extra: (n: number) => Record<string, unknown>;
  /** What is left of the exception of entry 7. */
  readonly exception: Record<string, unknown>;
  readonly keepsIds: boolean;
  readonly originals: Readonly<Record<string, string>>;
}

const STACK = loggedEntries()[7]?.exception?.stacktrace;
const CASES: readonly ClientCase[] = [
  {
    name: "ndjson-pino-20",
    host: "vm",
    service: "shop-api",
    extra: (n) => ({ n, run_id: "ndjson-pino-20", pid: 25564 }),
    // pino writes the class of the Error object as its type and keeps the given name beside it.
    exception: {
      "exception.type": "Error",
      "exception.message": "bad value: 'x'",
      "exception.stacktrace": STACK,
      "err.name": "ValueError",
    },
    keepsIds: true,
    originals: {},
  },
  {
    name: "slogjson-20",
    host: "",
    service: "shop-api",
    extra: (n) => ({
      n,
      run_id: "slogjson-20",
      "source.function": "main.main",
      "source.file": "/opt/shop-api/sources/go/slogjson/main.go",
      "source.line": 30,
    }),
    exception: { error: "bad value: 'x'", "exception.stacktrace": STACK },
    keepsIds: true,
    originals: { trace: "DEBUG-4", fatal: "ERROR+4" },
  },
  {
    name: "winston-http-batch-20",
    host: "",
    service: "shop-api",
    extra: (n) => ({ n, run_id: "winston-http-batch-20" }),
    exception: { "exception.stacktrace": STACK },
    keepsIds: false,
    originals: {},
  },
];

test.each(CASES)("$name arrives as it was logged", (client) => {
  const [body] = recordedBodies(client.name);
  if (body === undefined) throw new Error("no request was recorded");
  const { entries, rejections } = decode(body);
  expect(rejections).toEqual([]);
  const logged = loggedEntries();
  expect(entries).toHaveLength(logged.length);
  for (const [n, { level, message, attrs, exception, ...ids }] of logged.entries()) {
    const original = client.originals[level];
    expect(entries[n]).toEqual({
      index: n,
      timeNanos: expect.any(BigInt) as bigint,
      severity: severityOf(level),
      message,
      service: client.service,
      host: client.host,
      traceId: client.keepsIds ? (ids.trace_id ?? "") : "",
      spanId: client.keepsIds ? (ids.span_id ?? "") : "",
      attributes: {
        ...flattened(attrs),
        ...client.extra(n),
        ...(exception === undefined ? {} : client.exception),
        ...(original === undefined ? {} : { level_original: original }),
      },
      truncated: [],
    });
  }
});

test("the times of the recorded clients are exact", () => {
  const firstTime = (name: string) => decode(recordedBodies(name)[0] ?? "").entries[0]?.timeNanos;
  expect(firstTime("ndjson-pino-20")).toBe(1_795_528_174_060_000_000n);
  expect(firstTime("slogjson-20")).toBe(1_795_529_070_321_415_974n);
  expect(firstTime("winston-http-batch-20")).toBe(1_795_528_171_456_000_000n);
});

test.each([
  { form: "one object", body: `{"msg":"a"}`, want: ["0 a"] },
  { form: "one object over several lines", body: `{\n "msg": "a"\n}\n`, want: ["0 a"] },
  { form: "an array", body: `[{"msg":"a"},\n{"msg":"b"}]`, want: ["0 a", "1 b"] },
  { form: "an empty array", body: `[]`, want: [] },
  { form: "lines", body: `{"msg":"a"}\n{"msg":"b"}\n`, want: ["0 a", "1 b"] },
  {
    form: "lines without a last line feed",
    body: `{"msg":"a"}\n{"msg":"b"}`,
    want: ["0 a", "1 b"],
  },
  { form: "lines of Windows", body: `{"msg":"a"}\r\n\r\n{"msg":"b"}\r\n`, want: ["0 a", "2 b"] },
  { form: "blank lines", body: `\n \n{"msg":"a"}\n\n\n{"msg":"b"}\n\n`, want: ["2 a", "5 b"] },
  { form: "nothing", body: ``, want: [] },
  { form: "blanks", body: ` \r\n\t\n`, want: [] },
  { form: "a byte order mark", body: `\ufeff{"msg":"a"}\n{"msg":"b"}`, want: ["0 a", "1 b"] },
  {
    form: "bad lines among good ones",
    body: `{"msg":"a"}\n{"msg":\nhello\n5\n[{"msg":"x"}]\nnull\n{"msg":"b"}{"msg":"c"}\n{"msg":"d"}`,
    want: [
      "0 a",
      "1 ! not JSON",
      "2 ! not JSON",
      "3 ! not a JSON object",
      "4 ! not a JSON object",
      "5 ! not a JSON object",
      "6 ! not JSON",
      "7 d",
    ],
  },
  {
    form: "bad elements among good ones",
    body: `[{"msg":"a"},5,null,[],{"msg":"b"}]`,
    want: ["0 a", "1 ! not a JSON object", "2 ! not a JSON object", "3 ! not a JSON object", "4 b"],
  },
])("takes $form", ({ body, want }) => {
  expect(summary(body)).toEqual(want);
});

test("a line that is not UTF-8 rejects itself alone", () => {
  const body = utf8(`{"msg":"ž"}\n{"msg":"?"}\n{"msg":"ž"}`);
  body[body.indexOf(0x3f)] = 0xff;
  expect(summary(body)).toEqual(["0 ž", "1 ! not UTF-8", "2 ž"]);
});

test.each([
  { body: `[{"msg":"a"},`, says: "body: an array that is not JSON" },
  { body: `[{}${",{}".repeat(50_000)}]`, says: "entries: more than 50000" },
  { body: `{}\n`.repeat(50_001), says: "entries: more than 50000" },
])("refuses a body as a whole: $says", ({ body, says }) => {
  expect(() => decode(body)).toThrow(says);
});

test("a million blank lines are nothing", () => {
  expect(summary(`{"msg":"a"}${"\n".repeat(1_000_000)}{"msg":"b"}`)).toEqual(["0 a", "1000000 b"]);
});

test("a line nested too deeply rejects itself alone, however deep", () => {
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  const body = `${nested(64)}\n${nested(65)}\n${nested(200_000)}\n{"a":${"[".repeat(100_000)}\n{"msg":"b"}`;
  const { entries, rejections } = decode(body);
  expect(entries.map(({ index }) => index)).toEqual([0, 4]);
  expect(rejections).toEqual([
    { index: 1, reason: "JSON nested deeper than 64 levels" },
    { index: 2, reason: "JSON nested deeper than 64 levels" },
    { index: 3, reason: "not JSON" },
  ]);
});

test("names of the language's own objects, NUL and lone surrogates are taken as they are", () => {
  const { entries } = decode(
    String.raw`{"__proto__":{"msg":"x"},"constructor":"c","hasOwnProperty":1,"msg":"a\u0000\ud800"}`,
  );
  expect(entries[0]?.message).toBe("a\u0000\ufffd");
  expect(Object.entries(entries[0]?.attributes ?? {})).toEqual([
    ["__proto__.msg", "x"],
    ["constructor", "c"],
    ["hasOwnProperty", 1],
  ]);
});

test("in a batch that was named after its body, entries without a readable time take that of the name", () => {
  const { entries } = decode(
    `{"msg":"a"}\n{"msg":"b","time":"soon"}\n{"msg":"c","time":1795529214794}`,
    DERIVED,
  );
  expect(entries.map(({ timeNanos, attributes }) => [timeNanos, { ...attributes }])).toEqual([
    [5_000_000_000n, {}],
    [5_000_000_001n, { time_original: "soon" }],
    [1_795_529_214_794_000_000n, {}],
  ]);
});

test("integers beyond 2^53 keep their digits, in times, attributes and lists", () => {
  const { entries } = decode(
    `{"ts":1795528174060000001,"id":9007199254740993,"ids":[12345678901234567890],"f":1.5,"big":1e999,"msg":"m"}`,
  );
  expect(entries[0]?.timeNanos).toBe(1_795_528_174_060_000_001n);
  expect(entries[0]?.attributes["id"]).toBe(9_007_199_254_740_993n);
  expect(entries[0]?.attributes["f"]).toBe(1.5);
  expect(entries[0]?.attributes["big"]).toBe("Infinity");
});

const arbRecord = fc.record(
  {
    msg: fc.string({ unit: "binary" }),
    level: fc.constantFrom<unknown>("info", "error", 30, 50, "LOUD", 3, null, {}),
    time: fc.oneof<fc.Arbitrary<unknown>[]>(
      fc.integer({ min: 1e12, max: 2e12 }),
      fc.constantFrom("2026-11-24T14:06:54.794Z", "soon", 0, null, 12.5),
    ),
    attrs: fc.jsonValue({ maxDepth: 3 }),
    x: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: [] },
);
const arbBadLine = fc.constantFrom("{", "null", "7", "hello", '{"a":}', "[]");

test("an array and its elements as lines are the same entries", () =>
  fc.assert(
    fc.property(fc.array(arbRecord, { minLength: 1, maxLength: 6 }), (records) => {
      const lines = records.map((record) => JSON.stringify(record)).join("\n");
      const list = JSON.stringify(records);
      expect(decode(lines).entries).toEqual(decode(list).entries);
    }),
  ));

test("lines cut into several bodies anywhere between them are the same entries", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          arbRecord.map((record) => JSON.stringify(record)),
          arbBadLine,
          fc.constant(""),
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.nat(),
      (lines, at) => {
        const cut = at % (lines.length + 1);
        // An array's bracket at the start of a body begins an array.
        fc.pre(lines.every((line) => line !== "[]"));
        const whole = decode(lines.join("\n"));
        const first = decode(lines.slice(0, cut).join("\n"));
        const second = decode(lines.slice(cut).join("\n"));
        const moved = <T extends { readonly index: number }>(items: readonly T[]): T[] =>
          items.map((item) => Object.assign(item, { index: item.index + cut }));
        expect([...first.entries, ...moved(second.entries)]).toEqual(whole.entries);
        expect([...first.rejections, ...moved(second.rejections)]).toEqual(whole.rejections);
      },
    ),
  ));

test("the parts of an entry are in it, whatever else is", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1e12, max: 2e12 }),
      fc.constantFrom(10, 20, 30, 40, 50, 60),
      (ms, level) => {
        const { entries } = decode(JSON.stringify({ level, time: ms, msg: "m" }));
        expect(entries[0]?.timeNanos).toBe(nanosOf(ms, 0));
        expect(levelOf(entries[0]?.severity ?? 0)).toBe(
          { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" }[level],
        );
      },
    ),
  ));

test("a line of too many values is refused before it is parsed", () => {
  const most = LIMITS.valuesPerBody;
  expect(() => decode(`{"a":[${"{},".repeat(most / 2)}{}]}\n`)).toThrow("values");
});
