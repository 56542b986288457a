/**
 * The protos at run time: what there is, and what each thing's comment says of it.
 * Invariant: read from the descriptors that code was generated from, so that nothing can be told that is not served.
 */
import { fromBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { DESCRIPTORS } from "../../../generated/server/descriptors.ts";

export interface FieldFacts {
  readonly comment: string;
  readonly proto: FieldDescriptorProto;
}

export interface MessageFacts {
  readonly comment: string;
  readonly isMapEntry: boolean;
  readonly fields: readonly FieldFacts[];
}

export interface EnumFacts {
  readonly comment: string;
  readonly values: readonly { readonly name: string; readonly comment: string }[];
}

export interface MethodFacts {
  readonly name: string;
  readonly comment: string;
  /** Full names of messages. */
  readonly input: string;
  readonly output: string;
}

export interface ServiceFacts {
  readonly name: string;
  /** With its package, as in a path. */
  readonly fullName: string;
  readonly comment: string;
  readonly methods: readonly MethodFacts[];
}

/** Messages and enums by full name, without a dot before it. */
export interface Contract {
  readonly services: readonly ServiceFacts[];
  readonly messages: ReadonlyMap<string, MessageFacts>;
  readonly enums: ReadonlyMap<string, EnumFacts>;
}

/** A FileDescriptorSet with comments; a copy. */
export function descriptorBytes(): Uint8Array {
  return Buffer.from(DESCRIPTORS, "base64");
}

/** Field numbers of descriptor.proto, of which the path of a comment is made. */
const AT = {
  message: 4,
  enum: 5,
  service: 6,
  field: 2,
  nested: 3,
  nestedEnum: 4,
  item: 2,
} as const;

export function readContract(): Contract {
  const services: ServiceFacts[] = [];
  const messages = new Map<string, MessageFacts>();
  const enums = new Map<string, EnumFacts>();
  for (const file of fromBinary(FileDescriptorSetSchema, descriptorBytes()).file) {
    const commentAt = commentsOf(file);
    const inPackage = (name: string): string => `${file.package}.${name}`;
    const addEnum = (name: string, proto: EnumDescriptorProto, path: string): void => {
      const values = proto.value.map((value, i) => ({
        name: value.name,
        comment: commentAt(`${path},${AT.item},${i}`),
      }));
      enums.set(name, { comment: commentAt(path), values });
    };
    const addMessage = (name: string, proto: DescriptorProto, path: string): void => {
      messages.set(name, {
        comment: commentAt(path),
        isMapEntry: proto.options?.mapEntry === true,
        fields: proto.field.map((field, i) => ({
          comment: commentAt(`${path},${AT.field},${i}`),
          proto: field,
        })),
      });
      for (const [i, nested] of proto.nestedType.entries())
        addMessage(`${name}.${nested.name}`, nested, `${path},${AT.nested},${i}`);
      for (const [i, nested] of proto.enumType.entries())
        addEnum(`${name}.${nested.name}`, nested, `${path},${AT.nestedEnum},${i}`);
    };
    for (const [i, message] of file.messageType.entries())
      addMessage(inPackage(message.name), message, `${AT.message},${i}`);
    for (const [i, proto] of file.enumType.entries())
      addEnum(inPackage(proto.name), proto, `${AT.enum},${i}`);
    for (const [i, service] of file.service.entries())
      services.push({
        name: service.name,
        fullName: inPackage(service.name),
        comment: commentAt(`${AT.service},${i}`),
        methods: service.method.map((method, m) => ({
          name: method.name,
          comment: commentAt(`${AT.service},${i},${AT.item},${m}`),
          input: withoutDot(method.inputType),
          output: withoutDot(method.outputType),
        })),
      });
  }
  return { services, messages, enums };
}

/** Descriptors write a full name with a dot before it. */
export function withoutDot(typeName: string): string {
  return typeName.replace(/^\./, "");
}

/** @returns the comment before what stands at a path, as one paragraph; empty when there is none. */
function commentsOf(file: FileDescriptorProto): (path: string) => string {
  const comments = new Map<string, string>();
  for (const { path, leadingComments } of file.sourceCodeInfo?.location ?? [])
    if (leadingComments !== "") comments.set(path.join(), leadingComments);
  return (path) => (comments.get(path) ?? "").trim().replaceAll(/\s*\n\s*/g, " ");
}
