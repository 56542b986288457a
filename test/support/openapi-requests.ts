/** Requests drawn from the schemas of an OpenAPI document. Invariant: what is drawn is valid by the schema. */
import fc from "fast-check";
import type { ApiByDocument, Operation } from "./openapi.ts";

type Schema = Readonly<Record<string, unknown>>;

/** @param ids of things that are there, by the field that names them: half of such fields name those. */
export function arbRequest(
  api: ApiByDocument,
  operation: Operation,
  ids: Readonly<Record<string, string>>,
): fc.Arbitrary<unknown> {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (schema === undefined) throw new Error(`${operation.operationId} takes no JSON`);
  return arbOf(schema, 0);

  function arbOf(given: Schema, depth: number): fc.Arbitrary<unknown> {
    const one = api.resolved(given);
    const options = one["anyOf"] as readonly Schema[] | undefined;
    if (options !== undefined) return fc.oneof(...options.map((option) => arbOf(option, depth)));
    if (one["enum"] !== undefined) return fc.constantFrom(...(one["enum"] as unknown[]));
    const types = [one["type"]].flat();
    return fc.oneof(...types.map((type) => arbTyped(String(type), one, depth)));
  }

  function arbTyped(type: string, schema: Schema, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "number":
        return fc.double({ noNaN: true, noDefaultInfinity: true });
      case "integer": {
        const { minimum = -(2 ** 31), maximum = 2 ** 31 - 1 } = schema as Bounds;
        return fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 32 - 1) });
      }
      case "string":
        return arbText(schema);
      case "array": {
        const items = schema["items"] as Schema;
        const isAny = Object.keys(items).length === 0;
        return fc.array(isAny ? fc.jsonValue() : arbOf(items, depth + 1), { maxLength: 3 });
      }
      case "object":
        return arbObject(schema, depth);
      default:
        throw new Error(`the document has a type ${type} that no message has`);
    }
  }

  function arbObject(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const properties = schema["properties"] as Readonly<Record<string, Schema>> | undefined;
    if (properties === undefined) return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
    const members = Object.entries(properties).map(([name, property]) => {
      const drawn = arbOf(property, depth + 1);
      const id = ids[name];
      return [name, id === undefined ? drawn : fc.oneof(drawn, fc.constant(id))] as const;
    });
    return fc.record(Object.fromEntries(members), { requiredKeys: [] });
  }
}

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
}

function arbText({ format, pattern }: Schema): fc.Arbitrary<string> {
  if (format === "date-time")
    return fc
      .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (format === "int64") return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
  if (format === "uint64") return fc.bigInt(0n, 2n ** 64n - 1n).map(String);
  if (pattern !== undefined) return fc.integer({ min: -1_000, max: 1_000 }).map((n) => `${n}.5s`);
  return fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 20 }));
}
