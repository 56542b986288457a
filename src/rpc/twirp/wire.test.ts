/** The reader and writer through Node's buffers are protobuf-ts' own, in other clothes. */
import { BinaryReader, BinaryWriter, type IBinaryWriter, WireType } from "@protobuf-ts/runtime";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogEntry } from "../../../generated/server/argus/v1/entry.ts";
import { wireReader, wireWriter } from "./wire.ts";

/** One call on a writer. */
interface Step {
  readonly name: string;
  readonly run: (writer: IBinaryWriter) => void;
}

function step<T>(
  name: string,
  arb: fc.Arbitrary<T>,
  run: (writer: IBinaryWriter, value: T) => void,
) {
  return arb.map((value): Step => ({
    name: `${name}(${String(value)})`,
    run: (writer) => run(writer, value),
  }));
}

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = fc.string({ unit: "binary", maxLength: 300, size: "max" });
const fieldNo = fc.integer({ min: 1, max: 2 ** 29 - 1 });

const scalar: fc.Arbitrary<Step> = fc.oneof(
  step("tag", fieldNo, (w, v) => w.tag(v, WireType.LengthDelimited)),
  step("uint32", uint32, (w, v) => w.uint32(v)),
  step("int32", int32, (w, v) => w.int32(v)),
  step("sint32", int32, (w, v) => w.sint32(v)),
  step("int64", int64, (w, v) => w.int64(v)),
  step("int64 text", int64, (w, v) => w.int64(String(v))),
  step("uint64", uint64, (w, v) => w.uint64(v)),
  step("sint64", int64, (w, v) => w.sint64(v)),
  step("fixed64", uint64, (w, v) => w.fixed64(v)),
  step("sfixed64", int64, (w, v) => w.sfixed64(v)),
  step("fixed32", uint32, (w, v) => w.fixed32(v)),
  step("sfixed32", int32, (w, v) => w.sfixed32(v)),
  step("bool", fc.boolean(), (w, v) => w.bool(v)),
  step("double", fc.double(), (w, v) => w.double(v)),
  step("float", fc.float(), (w, v) => w.float(v)),
  step("string", text, (w, v) => w.string(v)),
  step("bytes", fc.uint8Array({ maxLength: 300, size: "max" }), (w, v) => w.bytes(v)),
  step("raw", fc.uint8Array(), (w, v) => w.raw(v)),
);

/** Steps with messages inside messages. */
const { message } = fc.letrec<{ message: Step[] }>((tie) => ({
  message: fc
    .array(
      fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        scalar.map((s) => [s]),
        tie("message").map((inner) => [
          { name: "fork", run: (w: IBinaryWriter) => void w.fork() },
          ...inner,
          { name: "join", run: (w: IBinaryWriter) => void w.join() },
        ]),
      ),
    )
    .map((steps) => steps.flat()),
}));

function written(writer: IBinaryWriter, steps: readonly Step[]): string {
  for (const { run } of steps) run(writer);
  return Buffer.from(writer.finish()).toString("hex");
}

describe("the writer", () => {
  test("writes the same bytes", () =>
    fc.assert(
      fc.property(message, (steps) => {
        expect(written(wireWriter(), steps)).toBe(written(new BinaryWriter(), steps));
      }),
    ));

  test.each([126, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152])(
    "writes a message of %d bytes inside another",
    (length) => {
      const steps: Step[] = [
        { name: "before", run: (w) => w.string("before") },
        { name: "fork", run: (w) => w.fork() },
        { name: "raw", run: (w) => w.raw(new Uint8Array(length).fill(7)) },
        { name: "join", run: (w) => w.join() },
        { name: "after", run: (w) => w.string("after") },
      ];
      expect(written(wireWriter(), steps)).toBe(written(new BinaryWriter(), steps));
    },
  );

  test.each([
    "",
    "\ud800",
    "é".repeat(42),
    "€".repeat(42),
    "😀".repeat(21),
    "x".repeat(42),
    "x".repeat(43),
    "€".repeat(43),
  ])("writes the text %j", (value) => {
    const steps = [{ name: "string", run: (w: IBinaryWriter) => void w.string(value) }];
    expect(written(wireWriter(), steps)).toBe(written(new BinaryWriter(), steps));
  });

  test.each([
    { name: "a uint32 below 0", run: (w: IBinaryWriter) => w.uint32(-1) },
    { name: "a uint32 with a fraction", run: (w: IBinaryWriter) => w.uint32(0.5) },
    { name: "an int32 too large", run: (w: IBinaryWriter) => w.int32(2 ** 31) },
    { name: "a float too large", run: (w: IBinaryWriter) => w.float(1e39) },
    { name: "an int64 too large", run: (w: IBinaryWriter) => w.int64(2n ** 63n) },
    { name: "a uint64 below 0", run: (w: IBinaryWriter) => w.uint64(-1n) },
    { name: "a join without a fork", run: (w: IBinaryWriter) => w.join() },
  ])("refuses $name, as the other does", ({ run }) => {
    expect(() => run(wireWriter())).toThrow();
    expect(() => run(new BinaryWriter())).toThrow();
  });

  test("what it gave stays as it is when it writes on", () => {
    const writer = wireWriter();
    const first = writer.string("first").finish();
    const copy = Buffer.from(first);
    writer.string("second").finish();
    expect(Buffer.from(first)).toEqual(copy);
  });
});

describe("the reader", () => {
  test("reads the same texts, and refuses the same bytes", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((value) => Buffer.from(value)),
          fc.uint8Array({ maxLength: 100, size: "max" }),
          fc.constantFrom(
            Buffer.from("\ufffd"),
            Buffer.from("\ufeffbom"),
            Buffer.from([0x61, 0xff]),
          ),
        ),
        (bytes) => {
          const wire = wireWriter().bytes(bytes).finish();
          const read = (reader: { string(): string }): string => {
            try {
              return reader.string();
            } catch {
              return "refused";
            }
          };
          expect(read(wireReader(wire))).toBe(read(new BinaryReader(wire)));
          const plain = new Uint8Array(wire);
          expect(read(wireReader(plain)), "a Uint8Array that is no Buffer").toBe(
            read(new BinaryReader(plain)),
          );
        },
      ),
    ));

  test("a message round-trips through both", () => {
    const entry = LogEntry.create({
      time: { seconds: 1n, nanos: 2 },
      level: 17,
      message: "€".repeat(200),
      attributes: {
        fields: {
          a: {
            kind: {
              oneofKind: "structValue",
              structValue: {
                fields: { b: { kind: { oneofKind: "numberValue", numberValue: 1.5 } } },
              },
            },
          },
        },
      },
      truncated: ["a", "b"],
    });
    const fast = LogEntry.toBinary(entry, { writerFactory: wireWriter });
    const slow = LogEntry.toBinary(entry, { writerFactory: () => new BinaryWriter() });
    expect(Buffer.from(fast).toString("hex")).toBe(Buffer.from(slow).toString("hex"));
    expect(LogEntry.fromBinary(slow, { readerFactory: wireReader })).toEqual(
      LogEntry.fromBinary(slow, { readerFactory: (bytes) => new BinaryReader(bytes) }),
    );
  });
});
