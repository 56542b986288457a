/**
 * Messages of the protos as JSON Schemas (2020-12, as OpenAPI 3.1 takes them).
 * Invariants: a schema says what the server answers in JSON: names of the protos, 64-bit integers as texts, enums by name,
 * times in RFC 3339, and a message that is not set as null. What stands in answers alone has all its fields, `optional`
 * ones excepted.
 */
import { isFieldSet } from "@bufbuild/protobuf";
import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { LIMITS } from "../../domain/limits.ts";
import { type Contract, type FieldFacts, type MessageFacts, withoutDot } from "./contract.ts";

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Enums whose numbers between the named ones are kept and answered. */
const OPEN_ENUMS: ReadonlySet<string> = new Set(["argus.v1.Level"]);

/** What a field bounds beyond its type, where more is refused. */
const BOUNDS: Readonly<Record<string, JsonSchema>> = {
  "argus.v1.SendLogsRequest.entries": { maxItems: LIMITS.entriesPerBatch },
};

/** Google's messages that have a JSON form of their own. */
const WELL_KNOWN: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  ["google.protobuf.Timestamp", { type: "string", format: "date-time" }],
  ["google.protobuf.Duration", { type: "string", pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$" }],
  ["google.protobuf.Struct", { type: "object", additionalProperties: true }],
  ["google.protobuf.ListValue", { type: "array", items: {} }],
]);

export const REF = "#/components/schemas/";

/** @returns the schemas of all messages and enums of the RPCs, by their names without the package. */
export function messageSchemas(contract: Contract): Record<string, JsonSchema> {
  const methods = contract.services.flatMap((service) => service.methods);
  const asked = reachable(
    contract,
    methods.map(({ input }) => input),
  );
  const answered = reachable(
    contract,
    methods.map(({ output }) => output),
  );
  const schemas: Record<string, JsonSchema> = {};
  const add = (fullName: string, schema: JsonSchema): void => {
    const name = schemaName(fullName);
    // Two packages with one name would hide one of them.
    if (schemas[name] !== undefined) throw new Error(`two schemas are called ${name}`);
    schemas[name] = schema;
  };
  for (const name of [...asked.union(answered)].toSorted()) {
    const message = contract.messages.get(name);
    if (message !== undefined) add(name, messageSchema(name, message, contract, !asked.has(name)));
    else add(name, enumSchema(name, contract));
  }
  return schemas;
}

/** `argus.v1.LogEntry` is `LogEntry`. */
export function schemaName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

/** @returns messages and enums that these hold, themselves included; those with a JSON form of their own left out. */
function reachable(contract: Contract, from: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (WELL_KNOWN.has(name) || found.has(name)) return;
    const message = contract.messages.get(name);
    if (message === undefined && !contract.enums.has(name))
      throw new Error(`the descriptors lack ${name}`);
    if (message?.isMapEntry !== true) found.add(name);
    for (const { proto } of message?.fields ?? [])
      if (proto.typeName !== "") visit(withoutDot(proto.typeName));
  };
  for (const name of from) visit(name);
  return found;
}

function messageSchema(
  name: string,
  message: MessageFacts,
  contract: Contract,
  isAnswer: boolean,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const field of message.fields) {
    const { proto } = field;
    properties[proto.name] = {
      ...fieldSchema(field, contract),
      ...BOUNDS[`${name}.${proto.name}`],
      ...(field.comment === "" ? {} : { description: field.comment }),
      ...(/\bOutput only\.$/.test(field.comment) ? { readOnly: true } : {}),
    };
    // One that is `optional`, or one of several, is left out when it is not set.
    if (!proto.proto3Optional && !isFieldSet(proto, FieldDescriptorProtoSchema.field.oneofIndex))
      required.push(proto.name);
  }
  return {
    type: "object",
    description: message.comment,
    properties,
    ...(isAnswer && required.length > 0 ? { required } : {}),
  };
}

function enumSchema(name: string, { enums }: Contract): JsonSchema {
  const { comment = "", values = [] } = enums.get(name) ?? {};
  const texts = values.map((value) => `- \`${value.name}\`: ${value.comment}`);
  const names = { type: "string", enum: values.map((value) => value.name) };
  return {
    description: [comment, "", ...texts].join("\n"),
    ...(OPEN_ENUMS.has(name) ? { anyOf: [names, { type: "integer", format: "int32" }] } : names),
  };
}

function fieldSchema({ proto }: FieldFacts, contract: Contract): JsonSchema {
  const message = contract.messages.get(withoutDot(proto.typeName));
  if (message?.isMapEntry === true) {
    const value = message.fields.find((field) => field.proto.name === "value");
    if (value === undefined) throw new Error(`${proto.name} is a map without values`);
    return { type: "object", additionalProperties: valueSchema(value.proto) };
  }
  const schema = valueSchema(proto);
  if (proto.label === FieldDescriptorProto_Label.REPEATED) return { type: "array", items: schema };
  return proto.type === FieldDescriptorProto_Type.MESSAGE ? orNull(schema) : schema;
}

function orNull(schema: JsonSchema): JsonSchema {
  return "type" in schema
    ? { ...schema, type: [schema["type"], "null"] }
    : { anyOf: [schema, { type: "null" }] };
}

function valueSchema(proto: FieldDescriptorProto): JsonSchema {
  const Type = FieldDescriptorProto_Type;
  switch (proto.type) {
    case Type.MESSAGE:
    case Type.ENUM: {
      const name = withoutDot(proto.typeName);
      return WELL_KNOWN.get(name) ?? { $ref: `${REF}${schemaName(name)}` };
    }
    case Type.STRING:
      return { type: "string" };
    case Type.BYTES:
      return { type: "string", contentEncoding: "base64" };
    case Type.BOOL:
      return { type: "boolean" };
    case Type.DOUBLE:
      return { type: "number", format: "double" };
    case Type.FLOAT:
      return { type: "number", format: "float" };
    case Type.INT64:
    case Type.SINT64:
    case Type.SFIXED64:
      return { type: "string", format: "int64", pattern: "^-?[0-9]+$" };
    case Type.UINT64:
    case Type.FIXED64:
      return { type: "string", format: "uint64", pattern: "^[0-9]+$" };
    case Type.INT32:
    case Type.SINT32:
    case Type.SFIXED32:
      return { type: "integer", format: "int32" };
    case Type.UINT32:
    case Type.FIXED32:
      return { type: "integer", format: "uint32", minimum: 0, maximum: 4_294_967_295 };
    case Type.GROUP:
      throw new Error(`${proto.name}: groups are not of proto3`);
    default:
      return proto.type satisfies never;
  }
}
