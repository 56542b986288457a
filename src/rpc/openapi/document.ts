/**
 * The API as an OpenAPI 3.1 document.
 * Invariant: made from the descriptors, the table of permissions, the limits and the errors that the server runs on, so that
 * an RPC is in it by being in the protos; pure.
 */
import { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from "../../http/deadline.ts";
import { BESIDE_TWIRP, ENDPOINT_SCHEMAS } from "./beside-twirp.ts";
import { type MethodFacts, readContract, type ServiceFacts } from "./contract.ts";
import { ERROR_SCHEMAS, errorComponents, RESPONSE_HEADERS, twirpErrorResponses } from "./errors.ts";
import { EXAMPLES, type RpcName } from "./examples.ts";
import { limitFacts } from "./limits.ts";
import { type JsonSchema, messageSchemas, REF, schemaName } from "./schemas.ts";
import { SECURITY_SCHEMES, securityOf } from "./security.ts";

export interface DocumentFacts {
  readonly version: string;
  /** Where services live, such as `/twirp`. */
  readonly prefix: string;
  /** Where people reach the server; undefined where that was not said. */
  readonly publicUrl: URL | undefined;
}

export function openApiDocument(facts: DocumentFacts): JsonSchema {
  const contract = readContract();
  const paths: Record<string, JsonSchema> = {};
  for (const service of contract.services)
    for (const method of service.methods)
      paths[`${facts.prefix}/${service.fullName}/${method.name}`] = { post: rpc(service, method) };
  const limits = limitFacts();
  return {
    openapi: "3.1.0",
    info: {
      title: "Argus",
      version: facts.version,
      summary: "A self-hosted logging service.",
      description: descriptionOf(limits),
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: facts.publicUrl?.href.replace(/\/$/, "") ?? "/" }],
    tags: [
      ...contract.services.map(({ name, comment }) => ({ name, description: comment })),
      { name: "Endpoints", description: "What Twirp has no form for, and what machines watch." },
    ],
    paths: { ...paths, ...BESIDE_TWIRP },
    components: {
      schemas: { ...messageSchemas(contract), ...ERROR_SCHEMAS, ...ENDPOINT_SCHEMAS },
      responses: errorComponents(),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
    "x-limits": limits,
  };
}

const TIMEOUT = "Argus-Timeout-Ms";
const REQUEST_ID = "X-Request-Id";

const PARAMETERS: Readonly<Record<string, JsonSchema>> = {
  [TIMEOUT]: {
    name: TIMEOUT,
    in: "header",
    description: `How long the caller waits, in milliseconds; at most ${MAX_TIMEOUT_MS}.`,
    schema: { type: "integer", minimum: 1, maximum: 999_999_999, default: DEFAULT_TIMEOUT_MS },
  },
  [REQUEST_ID]: {
    name: REQUEST_ID,
    in: "header",
    description:
      "Names the request in the server's own log; absent or strange: the server makes one.",
    schema: { type: "string", pattern: "^[A-Za-z0-9._:/+=@-]{1,128}$" },
  },
};

const HEADERS: Readonly<Record<string, JsonSchema>> = {
  [REQUEST_ID]: {
    description: "Names the request in the server's own log.",
    schema: { type: "string" },
  },
  "Retry-After": {
    description: "Seconds to wait before another try.",
    schema: { type: "integer", minimum: 1 },
  },
};

function rpc(service: ServiceFacts, method: MethodFacts): JsonSchema {
  const name = `${service.name}/${method.name}`;
  if (!isDescribed(name)) throw new Error(`src/rpc/openapi/examples.ts has no request of ${name}`);
  return {
    operationId: `${service.name}_${method.name}`,
    tags: [service.name],
    summary: /^.*?\.(?=\s|$)/.exec(method.comment)?.[0] ?? method.comment,
    description: method.comment,
    security: securityOf(name),
    parameters: Object.keys(PARAMETERS).map((key) => ({ $ref: `#/components/parameters/${key}` })),
    requestBody: {
      required: true,
      content: contentOf(method.input, { example: EXAMPLES[name] }),
    },
    responses: {
      200: {
        description: "The answer, in the encoding of the request.",
        headers: RESPONSE_HEADERS,
        content: contentOf(method.output),
      },
      ...twirpErrorResponses(),
    },
  };
}

function isDescribed(name: string): name is RpcName {
  return Object.hasOwn(EXAMPLES, name);
}

function contentOf(message: string, json: JsonSchema = {}): JsonSchema {
  return {
    "application/json": { schema: { $ref: `${REF}${schemaName(message)}` }, ...json },
    // What no JSON Schema can say: the message whose bytes it is, of /descriptors.binpb.
    "application/protobuf": { "x-protobuf-message": message },
  };
}

function descriptionOf(limits: ReturnType<typeof limitFacts>): string {
  const rows = Object.entries(limits).map(
    ([name, { value, description }]) => `- \`${name}\`: ${value}. ${description}`,
  );
  return [
    "RPCs are Twirp: POST, in JSON or in protobuf, and the answer is in the encoding of the request; an error is a TwirpError in JSON always. JSON has the protos' names; times are RFC 3339; 64-bit integers are texts (numbers are taken too); a field that is null or left out has its default. Unknown fields are passed over.",
    "",
    "Bodies may be sent with `Content-Encoding: gzip` or `zstd`, and are answered so where `Accept-Encoding` asks for it.",
    "",
    "Limits:",
    "",
    ...rows,
  ].join("\n");
}
