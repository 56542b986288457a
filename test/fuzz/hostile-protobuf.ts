/**
 * Protobuf of a message, from its descriptor: right where nothing went wrong, and wrong in every way bytes can be.
 * Invariant: of a bounded size, whatever the random source says.
 */
import { type FieldInfo, ScalarType } from "@protobuf-ts/runtime";
import { type MessageDescriptor, RANGES } from "./hostile-json.ts";
import {
  attributeName,
  chance,
  double,
  fieldText,
  hostileText,
  integer,
  type Making,
  nanos,
  oneOf,
  seconds,
} from "./hostile-values.ts";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const OPEN_GROUP = 3;
const CLOSE_GROUP = 4;
const FIXED32 = 5;

/** @param depth how far a message may still nest: descriptors of JSON values have no end. */
export function messageBytes(making: Making, type: MessageDescriptor, depth = 4): Buffer {
  const { random, wild } = making;
  if (type.typeName === "google.protobuf.Timestamp")
    return Buffer.concat([
      tag(1, VARINT),
      varint(seconds(making)),
      tag(2, VARINT),
      varint(BigInt(nanos(making))),
    ]);
  if (type.typeName === "google.protobuf.Struct" && chance(random, wild / 10))
    return deepStruct(oneOf(random, [20, 33, 64, 100, 1_000]));
  const parts: Buffer[] = [];
  const keep = chance(random, 0.5) ? 0.9 : 0.4;
  // One member of a oneof is what an honest writer sends; several are what the last one wins of.
  const isOneof = type.fields.some((field) => field.oneof !== undefined);
  const fields = isOneof && !chance(random, wild) ? [oneOf(random, type.fields)] : type.fields;
  for (const field of fields) {
    if (!isOneof && !chance(random, RANGES.has(field.name) ? keep / 5 : keep)) continue;
    parts.push(fieldBytes(making, field, depth));
    if (chance(random, wild / 2)) parts.push(fieldBytes(making, field, depth));
    if (chance(random, wild)) parts.push(unknownField(making));
  }
  if (chance(random, wild / 4)) parts.reverse();
  const whole = Buffer.concat(parts);
  return chance(random, wild / 8) ? whole.subarray(0, random.below(whole.length + 1)) : whole;
}

function fieldBytes(making: Making, field: FieldInfo, depth: number): Buffer {
  const { random, wild } = making;
  if (chance(random, wild / 2)) return wrongField(making, field.no);
  const isRepeated = field.repeat !== undefined && field.repeat !== 0;
  const count = isRepeated || field.kind === "map" ? countOf(making) : 1;
  const parts: Buffer[] = [];
  for (let n = 0; n < count; n++) parts.push(oneField(making, field, depth));
  return Buffer.concat(parts);
}

function countOf({ random, wild }: Making): number {
  return chance(random, wild / 10) ? 200 : random.below(4);
}

function oneField(making: Making, field: FieldInfo, depth: number): Buffer {
  const { random, wild } = making;
  switch (field.kind) {
    case "message":
      return delimited(
        making,
        field.no,
        depth > 0 ? messageBytes(making, field.T(), depth - 1) : Buffer.alloc(0),
      );
    case "map": {
      const key = delimited(making, 1, Buffer.from(attributeName(random)));
      const value =
        field.V.kind === "message" && depth > 0
          ? messageBytes(making, field.V.T(), depth - 1)
          : Buffer.alloc(0);
      return delimited(making, field.no, Buffer.concat([key, delimited(making, 2, value)]));
    }
    case "enum": {
      const value = chance(random, wild)
        ? integer(making)
        : BigInt(oneOf(random, [0, 1, 2, 3, 5, 9, 17]));
      return Buffer.concat([tag(field.no, VARINT), varint(value)]);
    }
    case "scalar":
      return scalarBytes(making, field.no, field.name, field.T);
    default:
      return field satisfies never;
  }
}

function scalarBytes(making: Making, no: number, name: string, type: ScalarType): Buffer {
  const { random } = making;
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return delimited(making, no, textBytes(making, name));
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64: {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(chance(random, 0.1) ? Number.NaN : double(random));
      return Buffer.concat([tag(no, FIXED64), bytes]);
    }
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return Buffer.concat([tag(no, FIXED32), Buffer.alloc(4, random.below(256))]);
    case ScalarType.BOOL:
      return Buffer.concat([tag(no, VARINT), varint(BigInt(random.below(3)))]);
    default:
      return Buffer.concat([tag(no, VARINT), varint(integer(making))]);
  }
}

const NOT_UTF8 = Buffer.from([0x61, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]);

function textBytes(making: Making, name: string): Buffer {
  return chance(making.random, making.wild / 2)
    ? NOT_UTF8.subarray(0, 1 + making.random.below(NOT_UTF8.length))
    : Buffer.from(fieldText(making, name));
}

/** A length that lies, now and then. */
function delimited(making: Making, no: number, bytes: Buffer): Buffer {
  const { random, wild } = making;
  const lie = chance(random, wild / 8)
    ? oneOf(random, [-1n, 1n, 100n, 2n ** 31n, 2n ** 32n, 2n ** 63n])
    : 0n;
  const length = BigInt(bytes.length) + lie;
  return Buffer.concat([tag(no, BYTES), varint(length), bytes]);
}

/** The field's number with a type that is not its own, or a varint that is longer than it may be. */
function wrongField(making: Making, no: number): Buffer {
  const { random } = making;
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([tag(no, VARINT), overlong(random.below(12))]);
    case 1:
      return Buffer.concat([tag(no, FIXED64), Buffer.alloc(random.below(9), 0x7f)]);
    case 2:
      return Buffer.concat([tag(no, FIXED32), Buffer.alloc(random.below(5), 0x7f)]);
    case 3:
      return Buffer.concat([tag(no, BYTES), varint(3n), Buffer.from("abc")]);
    case 4:
      return Buffer.concat([tag(no, OPEN_GROUP), unknownField(making), tag(no, CLOSE_GROUP)]);
    default:
      return tag(no, 6 + random.below(2));
  }
}

function unknownField(making: Making): Buffer {
  const { random } = making;
  const no = oneOf(random, [0, 15, 16, 100, 18_999, 19_000, 536_870_911]);
  switch (random.below(5)) {
    case 0:
      return Buffer.concat([tag(no, VARINT), varint(integer(making))]);
    case 1:
      return Buffer.concat([tag(no, BYTES), varint(5n), Buffer.from("bytes")]);
    case 2:
      return Buffer.concat([tag(no, FIXED32), Buffer.alloc(4)]);
    case 3: {
      const levels = oneOf(random, [1, 5, 64, 101, 2_000]);
      const [open, close] = [tag(no, OPEN_GROUP), tag(no, CLOSE_GROUP)];
      const closed = chance(random, 0.8) ? levels : levels - 1;
      return Buffer.concat([
        Buffer.alloc(levels * open.length, open),
        Buffer.alloc(closed * close.length, close),
      ]);
    }
    default:
      return tag(no, random.below(8));
  }
}

/** A Struct whose one member nests: field 1 {1: "a", 2: Value {5: Struct}}, and a text at the bottom. */
function deepStruct(levels: number): Buffer {
  // From the innermost outwards, each head before what it holds, whose length it needs.
  const parts = [Buffer.from("v"), varint(1n), tag(3, BYTES)];
  let length = 3;
  const put = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (let n = 0; n < levels; n++) {
    put(varint(BigInt(length)));
    put(Buffer.concat([tag(1, BYTES), varint(1n), Buffer.from("a"), tag(2, BYTES)]));
    put(varint(BigInt(length)));
    put(tag(1, BYTES));
    if (n + 1 === levels) break;
    put(varint(BigInt(length)));
    put(tag(5, BYTES));
  }
  return Buffer.concat(parts.toReversed());
}

/** The same few again and again; at most eight a number of a field. */
const TAGS = new Map<number, Buffer>();

/** Shared by those who ask: to be read only. */
function tag(no: number, wireType: number): Buffer {
  const value = no * 8 + wireType;
  let bytes = TAGS.get(value);
  if (bytes === undefined) TAGS.set(value, (bytes = varint(BigInt(value))));
  return bytes;
}

/** Negative numbers as protobuf writes them, in ten bytes. */
function varint(value: bigint): Buffer {
  if (value >= 0n && value < 128n) return Buffer.of(Number(value));
  let left = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left === 0n ? low : low | 0x80);
  } while (left !== 0n);
  return Buffer.from(bytes);
}

function overlong(zeros: number): Buffer {
  return Buffer.from([0x81, ...Array<number>(zeros).fill(0x80), 0x00]);
}

/** Bytes that are no message of anything. */
export function noiseBytes({ random }: Making): Buffer {
  return chance(random, 0.5)
    ? Buffer.from(hostileText(random))
    : Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
}
