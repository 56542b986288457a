/** Messages of the server drawn from their own types. Invariant: what is drawn can be sent and written as JSON. */
import type { FieldInfo, IMessageType } from "@protobuf-ts/runtime";
import fc from "fast-check";
import { Struct, Value } from "../../generated/server/google/protobuf/struct.ts";

export type ServerMessage = IMessageType<object>;

export function arbMessage(type: ServerMessage): fc.Arbitrary<object> {
  switch (type.typeName) {
    case "google.protobuf.Timestamp":
      return arbTime(-62_135_596_800n, 253_402_300_799n, 0);
    case "google.protobuf.Duration":
      return arbTime(-315_576_000_000n, 315_576_000_000n, -999_999_999).filter(
        ({ seconds, nanos }) => seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0,
      );
    case "google.protobuf.Struct":
      return fc
        .dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), arbJson())
        .map((one) => Struct.fromJson(one as never));
    case "google.protobuf.Value":
      return arbJson().map((one) => Value.fromJson(one as never));
    case "google.protobuf.ListValue":
      return fc.array(arbJson(), { maxLength: 3 }).map((one) => type.fromJson(one as never));
    default:
      return fc
        .record(Object.fromEntries(type.fields.map((field) => [field.localName, arbField(field)])))
        .map((fields) => type.create(fields));
  }
}

function arbField(field: FieldInfo): fc.Arbitrary<unknown> {
  if (field.kind === "map") return fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.string());
  const one =
    field.kind === "message"
      ? arbMessage(field.T() as ServerMessage)
      : field.kind === "enum"
        ? fc.constantFrom(...Object.values(field.T()[1]).filter((n) => typeof n === "number"))
        : arbScalar(field.T);
  if (field.repeat !== undefined && field.repeat !== 0) return fc.array(one, { maxLength: 3 });
  const mayBeAbsent = field.kind === "message" || field.opt === true;
  return mayBeAbsent ? fc.option(one, { nil: undefined }) : one;
}

/** @param type of a field, by its number in descriptors. */
function arbScalar(type: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 1:
      return fc.double().map((value) => (Object.is(value, -0) ? 0 : value));
    case 3:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 5:
      return fc.integer();
    case 8:
      return fc.boolean();
    case 9:
      return fc.string({ unit: "grapheme" });
    case 13:
      return fc.nat({ max: 2 ** 32 - 1 });
    default:
      throw new Error(`no field had the type ${type} yet`);
  }
}

function arbTime(min: bigint, max: bigint, leastNanos: number) {
  return fc.record({
    seconds: fc.bigInt({ min, max }),
    nanos: fc.oneof(fc.constant(0), fc.integer({ min: leastNanos, max: 999_999_999 })),
  });
}

function arbJson(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
}
