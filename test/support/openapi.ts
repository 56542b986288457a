/**
 * A client that knows of the API what its OpenAPI document says, and nothing else.
 * Invariants: every answer is compared with the document, whatever the call was; an answer with a status, a type or a member
 * that is not in it fails the call.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import type { Json } from "./api-calls.ts";

type Schema = Readonly<Record<string, unknown>>;

interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly "x-line-schema"?: Schema;
}

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
}

export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly {
    readonly $ref?: string;
    readonly name: string;
    readonly in: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}

// A type and no interface: the validator takes what has an index.
export type OpenApi = {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly "x-limits": Readonly<Record<string, { readonly value: number }>>;
};

export interface Sent {
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly method?: string;
  readonly search?: string;
}

export interface Got {
  readonly status: number;
  readonly text: string;
  readonly body: Json;
  readonly headers: Headers;
}

export interface ApiByDocument {
  readonly document: OpenApi;
  readonly operations: readonly Operation[];
  operation(id: string): Operation;
  /** Calls, and compares the answer with the document. */
  call(operation: Operation, sent: Sent): Promise<Got>;
  /** @returns what is wrong with a request by the document; empty when nothing is. */
  problemsOf(operation: Operation, request: unknown): string;
  /** @returns the schema with what it refers to in the place of references, one step deep. */
  resolved(schema: Schema): Schema;
}

export async function readOpenApi(url: string): Promise<ApiByDocument> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, path, method })),
  );
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const format of ["int32", "uint32", "int64", "uint64", "double", "float"])
    ajv.addFormat(format, true);
  ajv.addSchema(closed(document), "openapi");
  const compiled = new Map<string, ValidateFunction>();
  const problems = (schema: Schema, value: unknown): string => {
    const key = JSON.stringify(schema);
    let validate = compiled.get(key);
    if (validate === undefined)
      compiled.set(key, (validate = ajv.compile(JSON.parse(absolute(key)) as object)));
    return validate(value) ? "" : ajv.errorsText(validate.errors);
  };
  const deref = <T extends object>(value: T): T => {
    const { $ref } = value as { $ref?: string };
    if ($ref === undefined) return value;
    const parts = $ref.slice(2).split("/");
    return parts.reduce((at: unknown, part) => (at as Json)[part], document) as T;
  };

  return {
    document,
    operations,
    operation(id) {
      const found = operations.find(({ operationId }) => operationId === id);
      if (found === undefined) throw new Error(`the document has no operation ${id}`);
      return found;
    },
    problemsOf(operation, request) {
      const schema = operation.requestBody?.content["application/json"]?.schema;
      return schema === undefined ? "no schema" : problems(schema, request);
    },
    resolved: (schema) => deref(schema),
    async call(operation, sent) {
      const method = sent.method ?? operation.method.toUpperCase();
      const hasBody = method !== "GET" && method !== "HEAD";
      const response = await fetch(`${url}${operation.path}${sent.search ?? ""}`, {
        method,
        headers: {
          ...(hasBody ? { "Content-Type": sent.contentType ?? "application/json" } : {}),
          ...(sent.token === undefined ? {} : { Authorization: `Bearer ${sent.token}` }),
          ...sent.headers,
        },
        ...(hasBody
          ? { body: typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body ?? {}) }
          : {}),
      });
      const text = await response.text();
      const { status, headers } = response;
      const what = `${operation.operationId} answered ${status}: ${text.slice(0, 500)}`;
      const said = operation.responses[String(status)] ?? operation.responses["default"];
      if (said === undefined) throw new Error(`not in the document: ${what}`);
      const documented = deref(said);
      const type = headers.get("content-type")?.split(";")[0] ?? "";
      const content = documented.content?.[type];
      expect(Object.keys(documented.content ?? {}), what).toContain(type);
      if (documented.headers?.["X-Request-Id"] !== undefined)
        expect(headers.get("x-request-id"), what).not.toBe(null);
      if (status === 429 || status === 503)
        expect(headers.get("retry-after"), what).toMatch(/^[1-9]\d*$/);
      let body: Json = {};
      if (type === "application/json") {
        body = JSON.parse(text) as Json;
        expect(content?.schema === undefined ? "" : problems(content.schema, body), what).toBe("");
      }
      const line = content?.["x-line-schema"];
      if (line !== undefined)
        for (const one of text.trimEnd().split("\n"))
          expect(problems(line, JSON.parse(one)), one).toBe("");
      return { status, text, body, headers };
    },
  };
}

/** References of a part of the document, as they are for one who stands outside of it. */
function absolute(schema: string): string {
  return schema.replaceAll('"$ref":"#/', '"$ref":"openapi#/');
}

/** The document with objects that have the members they name and no others: later versions may add some, this one does not. */
function closed(document: OpenApi): OpenApi {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components["schemas"] ?? {})) {
    const open = schema as Record<string, unknown>;
    if (open["properties"] !== undefined) open["additionalProperties"] ??= false;
  }
  return copy;
}
