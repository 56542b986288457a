/** The wire walker reads what the generated decoder reads. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BinaryWriter, type MessageType, WireType } from "@protobuf-ts/runtime";
import { LogEntry } from "../../generated/server/argus/v1/entry.ts";
import { SendLogsRequest } from "../../generated/server/argus/v1/log_service.ts";
import { ListValue, Struct, Value } from "../../generated/server/google/protobuf/struct.ts";
import { Timestamp } from "../../generated/server/google/protobuf/timestamp.ts";
import { FaultError } from "../domain/fault.ts";
import { parseAppId, parseBatchId } from "../domain/ids.ts";
import { bucketOfMs } from "../domain/time-range.ts";
import type { Entry } from "../domain/entry.ts";
import { BlockEncoder } from "../engine/block/encode-block.ts";
import { encodeTick } from "../engine/block/encode-tick.ts";
import { openBlock } from "../engine/block/open-block.ts";
import { type BatchOutcome, TickRows } from "../engine/column/tick-rows.ts";
import { decodeSendLogs, peekBatchId } from "./send-logs.columns.ts";
import { FIELDS } from "./send-logs.fields.ts";

const NOW_MS = 1_764_000_000_000;
const BATCH = parseBatchId("019ab9e2-d800-7000-8000-000000000001");

function run(body: Uint8Array): { outcome: BatchOutcome; entries: Entry[] } {
  const tick = new TickRows();
  tick.beginBatch({
    app: parseAppId("018f0000-0000-7000-8000-000000000001"),
    batch: BATCH,
    defaultTimeMs: NOW_MS,
    receivedMs: NOW_MS,
    admitFrom: bucketOfMs(NOW_MS - 86_400_000),
    admitTo: bucketOfMs(NOW_MS + 600_000),
    service: "",
    host: "",
  });
  decodeSendLogs(body, tick);
  const outcome = tick.endBatch();
  const entries = encodeTick(tick, new BlockEncoder()).flatMap(({ bytes, meta }) => {
    const block = openBlock(bytes, meta.parts);
    return Array.from({ length: block.rows }, (_, row) => block.entry(row));
  });
  return { outcome, entries: entries.toSorted((a, b) => a.id.index - b.id.index) };
}

test("its field numbers are the descriptors'", () => {
  const types: Record<keyof typeof FIELDS, MessageType<object>> = {
    "argus.v1.SendLogsRequest": SendLogsRequest as MessageType<object>,
    "argus.v1.LogEntry": LogEntry as MessageType<object>,
    "google.protobuf.Timestamp": Timestamp as MessageType<object>,
    "google.protobuf.Struct": Struct as MessageType<object>,
    "google.protobuf.Value": Value as MessageType<object>,
    "google.protobuf.ListValue": ListValue as MessageType<object>,
  };
  for (const [name, type] of Object.entries(types)) {
    expect(type.typeName).toBe(name);
    const numbers = Object.fromEntries(type.fields.map((field) => [field.name, field.no]));
    expect(numbers).toMatchObject(FIELDS[name as keyof typeof FIELDS]);
  }
});

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
const arbKey = fc.constantFrom("a", "b", "http", "status", "é");
const arbJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(arbKey, tie("json"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).json;
const arbAttributes = fc.dictionary(arbKey, arbJson, { maxKeys: 4, noNullPrototype: true });
const arbEntry = fc.record({
  time: fc.option(
    fc.record({
      seconds: fc.integer({ min: NOW_MS / 1000 - 3000, max: NOW_MS / 1000 + 3000 }).map(BigInt),
      nanos: fc.integer({ min: 0, max: 999_999_999 }),
    }),
    { nil: undefined },
  ),
  level: fc.integer({ min: 0, max: 24 }),
  message: fc.string({ unit: "grapheme" }),
  service: fc.constantFrom("", "web"),
  host: fc.constantFrom("", "h1"),
  traceId: fc.constantFrom("", "4bf92f3577b34da6a3ce929d0e0e4736"),
  spanId: fc.constantFrom("", "00f067aa0ba902b7"),
  attributes: fc.option(arbAttributes, { nil: undefined }),
});

function flat(value: Json, name: string, out: Map<string, Json>): void {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    if (Object.keys(value).length > 0) {
      for (const [key, member] of Object.entries(value))
        flat(member, name === "" ? key : `${name}.${key}`, out);
      return;
    }
    if (name === "") return;
  }
  out.set(name, value);
}

test("reads what the generated decoder reads", () =>
  fc.assert(
    fc.property(
      fc.array(arbEntry, { maxLength: 12 }),
      fc.constantFrom("", "default"),
      arbAttributes,
      fc.boolean(),
      (sent, service, defaults, behind) => {
        const struct = (value: Json): Struct => Struct.fromJson(value as never);
        const head = SendLogsRequest.toBinary(
          SendLogsRequest.create({ batchId: BATCH, service, attributes: struct(defaults) }),
        );
        const rows = SendLogsRequest.toBinary(
          SendLogsRequest.create({
            entries: sent.map(({ attributes, time, ...entry }) => ({
              ...entry,
              ...(time === undefined ? {} : { time }),
              ...(attributes === undefined ? {} : { attributes: struct(attributes) }),
            })),
          }),
        );
        // Fields come in any order: defaults behind the entries are theirs, too.
        const body = Buffer.concat(behind ? [rows, head] : [head, rows]);
        expect(peekBatchId(body)).toBe(BATCH);
        const oracle = SendLogsRequest.fromBinary(body);
        const { outcome, entries } = run(body);
        expect(outcome).toEqual({ accepted: oracle.entries.length, rejected: [] });
        const defaultAttributes = new Map<string, Json>();
        flat(Struct.toJson(oracle.attributes ?? Struct.create()) as Json, "", defaultAttributes);
        oracle.entries.forEach((want, index) => {
          const got = entries[index];
          if (got === undefined) throw new Error(`entry ${index} is not there`);
          const timeNanos =
            want.time === undefined
              ? BigInt(NOW_MS) * 1_000_000n + BigInt(index)
              : want.time.seconds * 1_000_000_000n + BigInt(want.time.nanos);
          const attributes = new Map(defaultAttributes);
          const own = new Map<string, Json>();
          if (want.attributes !== undefined) flat(Struct.toJson(want.attributes) as Json, "", own);
          for (const [name, value] of own) attributes.set(name, value);
          expect({
            timeNanos: got.timeNanos,
            severity: got.severity,
            message: got.message,
            service: got.service,
            host: got.host,
            traceId: got.traceId,
            spanId: got.spanId,
            attributes: Object.fromEntries(got.attributes),
          }).toEqual({
            timeNanos,
            severity: want.level === 0 ? 9 : want.level,
            message: want.message,
            service: want.service || service,
            host: want.host,
            traceId: want.traceId,
            spanId: want.spanId,
            attributes: Object.fromEntries(attributes),
          });
        });
      },
    ),
    { numRuns: 200 },
  ));

test("of a field that is sent again the last one counts, however often it is", () => {
  const head = SendLogsRequest.toBinary(
    SendLogsRequest.create({ batchId: BATCH, service: "last" }),
  );
  const ids = LogEntry.toBinary(LogEntry.create({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736" }));
  // Empty ids, services and odd trace ids before the ones that count.
  const entry = Buffer.concat([Buffer.alloc(300_000, Uint8Array.of(0x32, 1, 0x61)), ids]);
  const entries = Buffer.from(
    new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(entry).finish(),
  );
  const body = Buffer.concat([
    Buffer.alloc(2_000_000, Uint8Array.of(0x0a, 0)),
    Buffer.alloc(3_000_000, Uint8Array.of(0x12, 1, 0x61)),
    head,
    entries,
  ]);
  expect(peekBatchId(body)).toBe(BATCH);
  expect(run(body).entries).toMatchObject([
    { service: "last", traceId: "4bf92f3577b34da6a3ce929d0e0e4736", attributes: new Map() },
  ]);
});

const ONE = SendLogsRequest.toBinary(
  SendLogsRequest.create({
    entries: [{ message: "hello", attributes: Struct.fromJson({ a: { b: [1, "x"] } }) }],
  }),
);

test("any cut or changed body is decoded or invalid, never a crash", () => {
  const tries = [...ONE.keys()].flatMap((at) => [
    ONE.subarray(0, at),
    ...[0xff, 0x80, 0x00, 0x0c].map((byte) => ONE.with(at, byte)),
  ]);
  let failed = 0;
  for (const body of tries)
    try {
      run(body);
    } catch (error) {
      failed++;
      expect(error).toBeInstanceOf(FaultError);
      expect((error as FaultError).message).toBe("body: the protobuf request could not be decoded");
    }
  expect(failed).toBeGreaterThan(0);
});

describe("what is refused or cut", () => {
  const send = (entries: Parameters<typeof LogEntry.create>[0][]): ReturnType<typeof run> =>
    run(SendLogsRequest.toBinary(SendLogsRequest.create({ entries: entries as LogEntry[] })));

  test("hours outside the admitted ones", () => {
    const { outcome, entries } = send([
      { message: "old", time: { seconds: 1000n, nanos: 0 } },
      { message: "kept", level: 9 },
    ]);
    expect(outcome).toEqual({
      accepted: 1,
      rejected: [{ index: 0, reason: "older than the retention" }],
      unfinished: true,
    });
    expect(entries.map(({ message }) => message)).toEqual(["kept"]);
  });

  test("a time far ahead becomes the batch's and is kept", () => {
    const [entry] = send([{ time: { seconds: 4_000_000_000n, nanos: 5 } }]).entries;
    expect(entry?.timeNanos).toBe(BigInt(NOW_MS) * 1_000_000n);
    expect(entry?.attributes.get("time_original")).toBe("2096-10-02T07:06:40.000000005Z");
  });

  test("a message over its limit is cut at a character and named", () => {
    const [entry] = send([{ message: `x${"é".repeat(600_000)}` }]).entries;
    expect(entry?.message).toBe(`x${"é".repeat(524_287)}`);
    expect(entry?.truncated).toEqual(["message"]);
  });

  test("a text that is not UTF-8 refuses its row alone", () => {
    const body = SendLogsRequest.toBinary(
      SendLogsRequest.create({ entries: [{ message: "QQQQ" }, { message: "good" }] }),
    );
    const at = body.indexOf(0x51);
    const { outcome, entries } = run(body.with(at, 0xff));
    expect(outcome.rejected).toEqual([{ index: 0, reason: "message: not valid UTF-8" }]);
    expect(entries.map(({ message }) => message)).toEqual(["good"]);
  });

  test("a name in two spellings holds a list, the flat one's value first", () => {
    const attributes = Struct.fromJson({
      http: { status: 1, code: "a" },
      "http.status": 2,
      "http.code": "a",
    });
    const [entry] = send([{ attributes }]).entries;
    expect(Object.fromEntries(entry?.attributes ?? [])).toEqual({
      "http.status": [2, 1],
      "http.code": "a",
    });
  });
});

test("a body that breaks off leaves nothing of its batch", () => {
  const tick = new TickRows();
  const frame = {
    app: parseAppId("018f0000-0000-7000-8000-000000000001"),
    batch: BATCH,
    defaultTimeMs: NOW_MS,
    receivedMs: NOW_MS,
    admitFrom: bucketOfMs(NOW_MS),
    admitTo: bucketOfMs(NOW_MS),
    service: "",
    host: "",
  };
  tick.beginBatch(frame);
  decodeSendLogs(ONE, tick);
  tick.endBatch();
  tick.beginBatch({ ...frame, batch: parseBatchId("019ab9e2-d800-7000-8000-000000000002") });
  const broken = new Uint8Array([...ONE, 0x2a, 0x05, 0x1a]);
  expect(() => decodeSendLogs(broken, tick)).toThrow(FaultError);
  tick.abortBatch();
  const blocks = encodeTick(tick, new BlockEncoder());
  expect(blocks.map(({ meta, batches }) => ({ rows: meta.rows, batches }))).toEqual([
    { rows: 1, batches: [BATCH] },
  ]);
});
