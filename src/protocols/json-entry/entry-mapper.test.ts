import { expect, test } from "vitest";
import { RecordingSink, type RecordedEntry } from "../../../test/support/recording-sink.ts";
import { parseJsonValue } from "../../engine/column/json-value.ts";
import type { JsonMap } from "../../ingest/decode/json-values.ts";
import { TextScratch } from "../../ingest/decode/text-scratch.ts";
import { EntryMapper, roomInside } from "./entry-mapper.ts";

function map(json: string): RecordedEntry {
  const sink = new RecordingSink();
  const mapper = new EntryMapper(sink, new TextScratch());
  sink.begin(0);
  mapper.put(parseJsonValue(json) as JsonMap, roomInside(0));
  sink.end();
  const [entry] = sink.entries;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

/** What the record became, without what it does not say. */
function said(json: string): Record<string, unknown> {
  const { index: _, timeNanos, severity, truncated: __, attributes, ...texts } = map(json);
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== "")),
    ...(timeNanos === undefined ? {} : { time: timeNanos }),
    ...(severity === 9 ? {} : { severity }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes: { ...attributes } }),
  };
}

const T = 1_795_529_214_794_000_000n;

test.each([
  {
    from: "python-json-logger",
    json: `{"asctime":"2026-11-24 14:06:54,794","levelname":"WARNING","name":"shop.pay","message":"m","exc_info":"Traceback"}`,
    want: {
      message: "m",
      time: T,
      severity: 13,
      attributes: {
        level_original: "WARNING",
        name: "shop.pay",
        "exception.stacktrace": "Traceback",
      },
    },
  },
  {
    from: "structlog",
    json: `{"event":"m","level":"error","timestamp":"2026-11-24T14:06:54.794Z"}`,
    want: { message: "m", time: T, severity: 17 },
  },
  {
    from: "logstash encoder",
    json: `{"@timestamp":"2026-11-24T15:06:54.794+01:00","@version":"1","message":"m","logger_name":"l","thread_name":"t","level":"ERROR","level_value":40000,"stack_trace":"s"}`,
    want: {
      message: "m",
      time: T,
      severity: 17,
      attributes: {
        "@version": "1",
        logger_name: "l",
        thread_name: "t",
        level_value: 40000,
        "exception.stacktrace": "s",
      },
    },
  },
  {
    from: "zap",
    json: `{"level":"dpanic","ts":1795529214.794,"caller":"a.go:7","msg":"m"}`,
    want: {
      message: "m",
      time: T,
      severity: 21,
      attributes: { level_original: "dpanic", caller: "a.go:7" },
    },
  },
  {
    from: "zerolog",
    json: `{"level":"debug","time":1795529214,"message":"m"}`,
    want: { message: "m", time: 1_795_529_214_000_000_000n, severity: 5 },
  },
  {
    from: "bunyan",
    json: `{"name":"shop","hostname":"h","pid":1,"level":60,"msg":"m","time":"2026-11-24T14:06:54.794Z","v":0}`,
    want: {
      message: "m",
      time: T,
      severity: 21,
      service: "shop",
      host: "h",
      attributes: { pid: 1, v: 0 },
    },
  },
  {
    from: "ECS",
    json: `{"@timestamp":"2026-11-24T14:06:54.794Z","log":{"level":"warn","logger":"l"},"message":"m","service":{"name":"shop","version":"1"},"host":{"name":"h"},"trace":{"id":"0af7651916cd43dd8448eb211c80319c"},"span.id":"b7ad6b7169203331","error":{"type":"E","message":"bad","stack_trace":"s","code":"7"}}`,
    want: {
      message: "m",
      time: T,
      severity: 13,
      service: "shop",
      host: "h",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      attributes: {
        "log.logger": "l",
        "service.version": "1",
        "exception.type": "E",
        "exception.message": "bad",
        "exception.stacktrace": "s",
        "error.code": "7",
      },
    },
  },
  {
    from: "GELF",
    json: `{"version":"1.1","host":"h","short_message":"m","timestamp":1795529214.794,"level":3,"_user":"u"}`,
    want: {
      message: "m",
      time: T,
      severity: 17,
      host: "h",
      attributes: { version: "1.1", _user: "u" },
    },
  },
  {
    from: "Fluent Bit",
    json: `{"date":1795529214.794,"log":"m","level":"info"}`,
    want: { message: "m", time: T },
  },
  {
    from: "W3C trace context",
    json: `{"msg":"m","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}`,
    want: {
      message: "m",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      attributes: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    },
  },
])("$from", ({ json, want }) => {
  expect(said(json)).toEqual(want);
});

test.each([
  {
    why: "the first name of a message wins, the others stay",
    json: `{"text":"t","msg":"b","message":"a"}`,
    want: { message: "a", attributes: { text: "t", msg: "b" } },
  },
  {
    why: "an object is no message",
    json: `{"message":{"a":1},"msg":"m"}`,
    want: { message: "m", attributes: { "message.a": 1 } },
  },
  { why: "a number logged alone is the message", json: `{"message":42}`, want: { message: "42" } },
  {
    why: "without a message it is the JSON of the rest",
    json: `{"level":"error","a":1,"b":{"c":"d"}}`,
    want: { message: `{"a":1,"b":{"c":"d"}}`, severity: 17, attributes: { a: 1, "b.c": "d" } },
  },
  { why: "nothing at all is an empty message", json: `{}`, want: {} },
  {
    why: "a number is no HTTP level",
    json: `{"msg":"m","status":200}`,
    want: { message: "m", attributes: { status: 200 } },
  },
  {
    why: "a word of a status may be a level",
    json: `{"msg":"m","status":"error"}`,
    want: { message: "m", severity: 17 },
  },
  {
    why: "or not",
    json: `{"msg":"m","status":"shipped"}`,
    want: { message: "m", attributes: { status: "shipped" } },
  },
  {
    why: "a name of a level beats a number",
    json: `{"msg":"m","level":20,"levelname":"ERROR"}`,
    want: { message: "m", severity: 17, attributes: { level: 20 } },
  },
  {
    why: "a level that is understood beats one that is not",
    json: `{"msg":"m","level":"loud","severity":"error"}`,
    want: { message: "m", severity: 17, attributes: { level: "loud" } },
  },
  {
    why: "a level that is not understood is kept",
    json: `{"msg":"m","level":"loud"}`,
    want: { message: "m", attributes: { level_original: "loud" } },
  },
  {
    why: "a level that two libraries count differently is not guessed",
    json: `{"msg":"m","level":3}`,
    want: { message: "m", attributes: { level_original: "3" } },
  },
  {
    why: "custom levels of pino are the ten below",
    json: `{"msg":"m","level":35}`,
    want: { message: "m", attributes: { level_original: "35" } },
  },
  {
    why: "a boolean is no level",
    json: `{"msg":"m","level":true}`,
    want: { message: "m", attributes: { level: true } },
  },
  {
    why: "a time that reads beats one that does not",
    json: `{"msg":"m","timestamp":"soon","time":1795529214794}`,
    want: { message: "m", time: T, attributes: { timestamp: "soon" } },
  },
  {
    why: "a time that does not read is kept",
    json: `{"msg":"m","time":"soon"}`,
    want: { message: "m", attributes: { time_original: "soon" } },
  },
  {
    why: "zero is no time",
    json: `{"msg":"m","ts":0}`,
    want: { message: "m", attributes: { time_original: "0" } },
  },
  {
    why: "a small number is a duration",
    json: `{"msg":"m","time":12.5}`,
    want: { message: "m", attributes: { time: 12.5 } },
  },
  {
    why: "a date that does not read is an attribute",
    json: `{"msg":"m","date":"tomorrow"}`,
    want: { message: "m", attributes: { date: "tomorrow" } },
  },
  {
    why: "trace ids of a wrong length stay",
    json: `{"msg":"m","trace_id":"abc","dd.trace_id":"1234567890123456789"}`,
    want: { message: "m", attributes: { trace_id: "abc", "dd.trace_id": "1234567890123456789" } },
  },
  {
    why: "zero ids are absent",
    json: `{"msg":"m","trace_id":"00000000000000000000000000000000","span_id":""}`,
    want: { message: "m" },
  },
  {
    why: "a name is a service only where pino writes",
    json: `{"msg":"m","name":"Bob"}`,
    want: { message: "m", attributes: { name: "Bob" } },
  },
  {
    why: "a host that is an object stays",
    json: `{"msg":"m","host":{"ip":"::1"}}`,
    want: { message: "m", attributes: { "host.ip": "::1" } },
  },
  {
    why: "empty maps stay",
    json: `{"msg":"m","service":{},"trace":{}}`,
    want: { message: "m", attributes: { service: {}, trace: {} } },
  },
  {
    why: "flat and nested names are one",
    json: `{"msg":"m","http.status":1,"http":{"status":2}}`,
    want: { message: "m", attributes: { "http.status": [1, 2] } },
  },
])("$why", ({ json, want }) => {
  expect(said(json)).toEqual(want);
});

test.each([
  { sent: `1795529214`, nanos: 1_795_529_214_000_000_000n },
  { sent: `1795529214.123456`, nanos: 1_795_529_214_123_456_000n },
  { sent: `1795529214794`, nanos: T },
  { sent: `1795529214794.5`, nanos: 1_795_529_214_794_500_000n },
  { sent: `1795529214794001`, nanos: 1_795_529_214_794_001_000n },
  { sent: `1795529214794000001`, nanos: 1_795_529_214_794_000_001n },
  { sent: `"1795529214794000001"`, nanos: 1_795_529_214_794_000_001n },
  { sent: `"1795529214.794000001"`, nanos: 1_795_529_214_794_000_001n },
  { sent: `"2026-11-24T14:06:54.794Z"`, nanos: T },
  { sent: `"2026-11-24t16:06:54.794+0200"`, nanos: T },
  { sent: `" 2026-11-24 14:06:54,794 "`, nanos: T },
  { sent: `"2026-11-24 14:06:54.794000001999"`, nanos: T + 1n },
  { sent: `99999999999999999999`, nanos: 99_999_999_999_999_999_999n },
  { sent: `999999999999999999999`, nanos: undefined },
  { sent: `-1795529214`, nanos: undefined },
  { sent: `"2026-13-01T00:00:00Z"`, nanos: undefined },
])("time $sent", ({ sent, nanos }) => {
  expect(map(`{"msg":"m","time":${sent}}`).timeNanos).toBe(nanos);
});

test.each([
  { key: "level", sent: 10, severity: 1 },
  { key: "level", sent: 69, severity: 21 },
  { key: "level", sent: 70, severity: undefined },
  { key: "level", sent: 5000, severity: 1 },
  { key: "level", sent: 40_000, severity: 17 },
  { key: "level", sent: "30", severity: 9 },
  { key: "level", sent: "DEBUG-4", severity: 1 },
  { key: "level", sent: "INFO+2", severity: 11 },
  { key: "level", sent: "ERROR+4", severity: 21 },
  { key: "level", sent: "ERROR+99", severity: 24 },
  { key: "level", sent: "Level 5", severity: 1 },
  { key: "levelno", sent: 5, severity: 1 },
  { key: "levelno", sent: 20, severity: 9 },
  { key: "levelno", sent: 50, severity: 21 },
  { key: "severity", sent: 18, severity: 18 },
  { key: "severity_number", sent: 5, severity: 5 },
  { key: "priority", sent: 3, severity: 17 },
  { key: "priority", sent: 99, severity: undefined },
])("$key $sent is severity $severity", ({ key, sent, severity }) => {
  const entry = map(JSON.stringify({ msg: "m", [key]: sent }));
  expect(entry.severity).toBe(severity ?? 9);
  if (severity === undefined)
    expect(entry.attributes["level_original"] ?? entry.attributes[key]).toEqual(
      key === "priority" ? sent : String(sent),
    );
});
