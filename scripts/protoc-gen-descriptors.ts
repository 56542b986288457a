/**
 * A protoc plugin that writes all descriptors, comments included, as one TypeScript module: what the server serves as
 * `/descriptors.binpb`, and makes `/openapi.json` from.
 * Invariant: the bytes in it are a FileDescriptorSet in which every file follows what it imports.
 */
import { readFileSync, writeSync } from "node:fs";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const CHARS_A_LINE = 120;

/** @returns the module, from a CodeGeneratorRequest's files, which come in the order of their imports. */
export function descriptorModule(files: readonly FileDescriptorProto[]): string {
  // Comments of Google's files say nothing of Argus.
  const own = files.map((file) => {
    if (!file.name.startsWith("google/")) return file;
    const { sourceCodeInfo: _without, ...rest } = file;
    return rest;
  });
  const set = create(FileDescriptorSetSchema, { file: own });
  const text = Buffer.from(toBinary(FileDescriptorSetSchema, set)).toString("base64");
  const lines = text.match(new RegExp(`.{1,${CHARS_A_LINE}}`, "g")) ?? [];
  return [
    "// Made by scripts/protoc-gen-descriptors.ts. A google.protobuf.FileDescriptorSet with comments, in base64.",
    "export const DESCRIPTORS = `",
    ...lines,
    "`;",
    "",
  ].join("\n");
}

function main(): void {
  const request = fromBinary(CodeGeneratorRequestSchema, readFileSync(0));
  const response = create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
    file: [{ name: "descriptors.ts", content: descriptorModule(request.protoFile) }],
  });
  const out = toBinary(CodeGeneratorResponseSchema, response);
  // A pipe takes a part at a time.
  for (let at = 0; at < out.length;) at += writeSync(1, out, at);
}

if (import.meta.main) main();
