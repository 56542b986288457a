/**
 * A protoc plugin that writes, for each proto, the shapes of its messages: what `src/client/json-message.ts` reads and
 * writes their JSON by, and the numbers of enums. A page loads them instead of code for each message.
 * Invariants: a shape names every field of its message, in the way said there; what that cannot say is refused here.
 */
import { readFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type as Type,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

const KINDS: Readonly<Partial<Record<Type, string>>> = {
  [Type.STRING]: "s",
  [Type.BOOL]: "b",
  [Type.DOUBLE]: "n",
  [Type.FLOAT]: "n",
  [Type.INT32]: "n",
  [Type.UINT32]: "n",
  [Type.INT64]: "i",
  [Type.UINT64]: "i",
  [Type.ENUM]: "e",
};
/** Google's messages whose JSON is not an object of their fields. */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  ".google.protobuf.Timestamp": "t",
  ".google.protobuf.Duration": "d",
  ".google.protobuf.Struct": "v",
  ".google.protobuf.Value": "v",
  ".google.protobuf.ListValue": "v",
};

interface Shape {
  readonly fields: readonly string[];
  /** Full names of the messages and enums that its fields of kind m and e hold, in their order. */
  readonly of: readonly string[];
}

function shapeOf(message: DescriptorProto, fullName: string): Shape {
  const of: string[] = [];
  const fields = message.field.map((field) => {
    const isMap = message.nestedType.some(
      ({ name, options }) => options?.mapEntry === true && field.typeName === `${fullName}.${name}`,
    );
    const isList = !isMap && field.label === FieldDescriptorProto_Label.REPEATED;
    const kind = isMap ? "p" : kindOf(field);
    // Of a field that is in none it is 0 as well, but not its own.
    const isChoice = Object.hasOwn(field, "oneofIndex") && !field.proto3Optional;
    // Null would be a value of its own there, and not an absent one.
    const isAny = field.typeName === ".google.protobuf.Value" && !isList;
    if (kind === undefined || isChoice || isAny)
      throw new Error(`${fullName}.${field.name}: its kind has no JSON here yet`);
    if (snakeOf(field.jsonName) !== field.name)
      throw new Error(`${fullName}.${field.name}: no name that JSON gives back`);
    if (kind === "m" || kind === "e") of.push(field.typeName);
    return `${field.proto3Optional ? "?" : ""}${isList ? kind.toUpperCase() : kind}${field.name}`;
  });
  return { fields, of };
}

function kindOf({ type, typeName }: FieldDescriptorProto): string | undefined {
  return type === Type.MESSAGE ? (WELL_KNOWN[typeName] ?? "m") : KINDS[type];
}

function snakeOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** @returns the module of a proto; it may use the modules of what the proto imports. */
export function shapesModule(
  file: FileDescriptorProto,
  all: readonly FileDescriptorProto[],
): string {
  const messages = new Map(file.messageType.map((one) => [`.${file.package}.${one.name}`, one]));
  const enums = new Set(file.enumType.map(({ name }) => `.${file.package}.${name}`));
  const imports = new Map<string, Set<string>>();
  const written = new Set<string>();
  const lines: string[] = [];
  const nameOf = (full: string): string => {
    const name = full.slice(full.lastIndexOf(".") + 1);
    if (messages.has(full) || enums.has(full)) return name;
    const module = moduleOf(full, all);
    imports.set(module, (imports.get(module) ?? new Set()).add(name));
    return name;
  };
  const write = (full: string, outer: readonly string[]): void => {
    const message = messages.get(full);
    if (message === undefined || written.has(full)) return;
    if (outer.includes(full)) throw new Error(`${full}: it holds itself`);
    const { fields, of } = shapeOf(message, full);
    for (const inner of of) write(inner, [...outer, full]);
    written.add(full);
    const parts = [JSON.stringify(fields.join(" ")), ...of.map(nameOf)];
    lines.push(`export const ${message.name} = [${parts.join(", ")}] as const;`);
  };
  for (const { name, value } of file.enumType) {
    const members = value.map((one) => `${one.name}: ${one.number}`).join(", ");
    lines.push(`export const ${name} = { ${members} } as const;`);
    lines.push(`export type ${name} = import("./${basename(file.name, ".proto")}.ts").${name};`);
  }
  for (const full of messages.keys()) write(full, []);
  for (const { name, method } of file.service) {
    lines.push("", `export const ${name} = {`);
    for (const { name: call, inputType, outputType } of method)
      lines.push(`  ${call}: [${nameOf(inputType)}, ${nameOf(outputType)}],`);
    lines.push("} as const;");
  }
  const heads = [...imports].map(
    ([module, names]) => `import { ${[...names].join(", ")} } from "./${module}.ts";`,
  );
  return ["// Made by scripts/protoc-gen-shapes.ts.", ...heads, "", ...lines, ""].join("\n");
}

/** All files lie in one folder. */
function moduleOf(full: string, all: readonly FileDescriptorProto[]): string {
  for (const { name, package: of, enumType, messageType } of all) {
    const isHere = [...enumType, ...messageType].some((one) => full === `.${of}.${one.name}`);
    if (isHere) return `${basename(name, ".proto")}.shapes`;
  }
  throw new Error(`${full}: it is in no file`);
}

function main(): void {
  const { protoFile } = fromBinary(CodeGeneratorRequestSchema, readFileSync(0));
  const response = create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
    file: protoFile
      .filter(({ name }) => !name.startsWith("google/"))
      .map((file) => ({
        name: file.name.replace(".proto", ".shapes.ts"),
        content: shapesModule(file, protoFile),
      })),
  });
  const out = toBinary(CodeGeneratorResponseSchema, response);
  // A pipe takes a part at a time.
  for (let at = 0; at < out.length;) at += writeSync(1, out, at);
}

if (import.meta.main) main();
