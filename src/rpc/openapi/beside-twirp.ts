/**
 * What is served beside /twirp, as paths of the document.
 * Invariant: every path of the server but the page's files is here; the test of the document asks the server for each.
 */
import { RESPONSE_HEADERS } from "./errors.ts";
import { type JsonSchema, REF } from "./schemas.ts";
import { securityOf } from "./security.ts";

const FAILED = { default: { $ref: "#/components/responses/EndpointError" } };
const TEXT = { type: "string" };

export const BESIDE_TWIRP: Readonly<Record<string, JsonSchema>> = {
  "/ingest/ndjson": {
    post: {
      operationId: "ingestNdjson",
      tags: ["Endpoints"],
      summary: "Stores JSON lines, one object, an array, or plain lines.",
      description:
        "The names of the usual loggers are understood (`msg`, `ts`, `severity` …). Plain lines take the sending time unless `time=line`. A body that is sent again is stored once where it can be told apart: by its `Idempotency-Key`, else by its bytes when its entries carry their times; where it cannot, the answer has the header `Argus-Retry: stores-again`.",
      security: securityOf("ingest"),
      parameters: [
        query("service", "The service of entries that name none."),
        query("host", "The host of entries that name none."),
        query("time", "`line`: plain lines begin with their time (RFC 3339, syslog, dpkg).", {
          type: "string",
          enum: ["line"],
        }),
        header("Idempotency-Key", "The batch id, a UUIDv7: under one key a body is stored once.", {
          type: "string",
          format: "uuid",
        }),
        ...common(),
      ],
      requestBody: {
        required: true,
        content: {
          "application/x-ndjson": {
            schema: TEXT,
            example: '{"level":"error","msg":"card declined","status":502}\n{"msg":"retried"}\n',
          },
          "application/json": {
            schema: { type: ["object", "array"] },
            example: [{ level: "warn", message: "slow", ms: 812 }],
          },
          "text/plain": { schema: TEXT, example: "a line\nanother line\n" },
        },
      },
      responses: {
        200: {
          description: "What became of the batch.",
          headers: {
            ...RESPONSE_HEADERS,
            "Argus-Retry": {
              description: "`stores-again`: the same body would be stored once more.",
              schema: TEXT,
            },
          },
          content: { "application/json": { schema: { $ref: `${REF}SendLogsResponse` } } },
        },
        ...FAILED,
      },
    },
  },
  "/api/v1/tail": {
    get: {
      operationId: "tail",
      tags: ["Endpoints"],
      summary: "New entries as server-sent events, until the caller leaves.",
      description:
        "Events: `entry` (data: a LogEntry), `position` (no data: another id to resume from) and `dropped` (data: `reason`; entries may be missing here). The id of an event is a position: sent as `Last-Event-ID` it resumes without gaps, and a reader drops the entries that it has.",
      security: securityOf("tail"),
      parameters: [
        application(),
        query("query", "A filter; empty: everything."),
        timeZone(),
        query("position", "As Last-Event-ID, for those who cannot send headers."),
        header("Last-Event-ID", "The id of the last event that was read."),
        requestId(),
      ],
      responses: {
        200: {
          description: "Events without end.",
          headers: RESPONSE_HEADERS,
          content: { "text/event-stream": { schema: TEXT } },
        },
        ...FAILED,
      },
    },
  },
  "/api/v1/export": { get: exporting("exportByGet"), post: exporting("exportByPost") },
  "/api/v1/export/ticket": {
    post: {
      operationId: "makeExportTicket",
      tags: ["Endpoints"],
      summary: "Makes a ticket for one download of an export.",
      description:
        "For browsers, which send no credential with a download: `GET /api/v1/export?ticket=` gives the export once, within 30 seconds, while the maker's session lasts. What is wrong with the parameters is refused here.",
      security: securityOf("export ticket"),
      parameters: [...exportParameters(), ...common()],
      requestBody: exportForm(),
      responses: {
        200: json("A ticket. It is told once.", { $ref: `${REF}ExportTicket` }),
        ...FAILED,
      },
    },
  },
  "/healthz": {
    get: open("health", "Whether the process lives.", {
      200: json("It does.", { $ref: `${REF}Health` }),
    }),
  },
  "/readyz": {
    get: open("readiness", "Whether the process takes work.", {
      200: json("It does.", { $ref: `${REF}Readiness` }),
      503: json("It starts, drains, or has no store.", { $ref: `${REF}Readiness` }),
    }),
  },
  "/metrics": {
    get: open("metrics", "The process's own figures for Prometheus. They name no application.", {
      200: {
        description: "The text format of Prometheus.",
        content: { "text/plain": { schema: TEXT } },
      },
    }),
  },
  "/.well-known/jwks.json": {
    get: open("jwks", "The public keys that verify access tokens.", {
      200: json("A JSON Web Key Set.", { $ref: `${REF}JsonWebKeySet` }),
    }),
  },
  "/openapi.json": {
    get: open("openapi", "This document.", {
      200: json("It.", { type: "object", required: ["openapi", "info", "paths"] }),
    }),
  },
  "/descriptors.binpb": {
    get: open(
      "descriptors",
      "The protos, comments included, as a google.protobuf.FileDescriptorSet.",
      {
        200: { description: "Protobuf.", content: { "application/protobuf": {} } },
      },
    ),
  },
};

export const ENDPOINT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Health: {
    type: "object",
    properties: { status: { const: "ok" }, version: { type: "string" } },
    required: ["status", "version"],
  },
  Readiness: {
    type: "object",
    properties: {
      status: { type: "string", enum: ["ready", "not ready"] },
      reason: { type: "string", description: "Why it takes no work now." },
    },
    required: ["status"],
  },
  ExportEnd: {
    type: "object",
    description:
      "The last line of an export; in CSV the first field of the last record, behind `# `. An export without it was cut off.",
    properties: {
      complete: { type: "boolean", description: "The lines before it are all that match." },
      entries: { type: "integer", description: "How many rows there are before it." },
      partial_reason: { type: "string", description: "Why it is not complete; empty when it is." },
      skipped: {
        type: "array",
        items: TEXT,
        description: "What is missing among the lines; going on does not give it.",
      },
      next_cursor: {
        type: "string",
        description: "Goes on behind the last row, as `cursor`; empty when there is nothing there.",
      },
      approximate: {
        type: "array",
        items: TEXT,
        description: "Columns of a table that hold estimates.",
      },
    },
    required: ["complete", "entries", "partial_reason", "skipped", "next_cursor", "approximate"],
  },
  ExportTicket: {
    type: "object",
    properties: {
      ticket: { type: "string", description: "Secret, as it stands for its maker." },
      expires_at: { type: "string", format: "date-time" },
    },
    required: ["ticket", "expires_at"],
  },
  JsonWebKeySet: {
    type: "object",
    properties: {
      keys: {
        type: "array",
        items: {
          type: "object",
          properties: { kty: TEXT, crv: TEXT, kid: TEXT, x: TEXT, alg: TEXT, use: TEXT },
          required: ["kty", "kid"],
        },
      },
    },
    required: ["keys"],
  },
};

function exportParameters(): Parameter[] {
  const time = "RFC 3339, or such as `now-7d`";
  return [
    application(),
    query("query", "A filter and pipes; empty: everything."),
    query("start_time", `Entries at or after this; absent: 24 hours before the end. ${time}.`),
    query("end_time", `Entries before this; absent: no bound. ${time}.`),
    query("ascending", "Oldest first.", { type: "string", enum: ["true", "false"] }),
    query("cursor", "`next_cursor` of an export that stopped: goes on behind its last entry."),
    timeZone(),
    query("format", "Absent: `ndjson`.", { type: "string", enum: ["ndjson", "csv"] }),
    query("fields", "As the pipe `fields` takes them; absent: all of each entry or row."),
  ];
}

function exportForm(): JsonSchema {
  const properties = Object.fromEntries(
    exportParameters().map(({ name, description, schema }) => [name, { ...schema, description }]),
  );
  return {
    description: "The parameters, for queries that do not fit into an address.",
    content: { "application/x-www-form-urlencoded": { schema: { type: "object", properties } } },
  };
}

function exporting(operationId: string): JsonSchema {
  const isForm = operationId === "exportByPost";
  const ticket = query("ticket", "Stands for all parameters and the credential, once.");
  return {
    operationId,
    tags: ["Endpoints"],
    summary: "All rows that match, without a cap.",
    description:
      "NDJSON: each line is a LogEntry, or an object of the chosen fields or the table's columns; spaces may stand before it. CSV: a header and records. The last line is an ExportEnd, which says whether that is all. An export without it was cut off.",
    security: securityOf("export"),
    parameters: [...exportParameters(), ...(isForm ? [] : [ticket]), requestId()],
    ...(isForm ? { requestBody: exportForm() } : {}),
    responses: {
      200: {
        description: "Rows, and how it ended.",
        headers: RESPONSE_HEADERS,
        content: {
          "text/csv": { schema: TEXT },
          "application/x-ndjson": {
            schema: TEXT,
            "x-line-schema": {
              anyOf: [{ $ref: `${REF}LogEntry` }, { $ref: `${REF}ExportEnd` }],
            },
          },
        },
      },
      ...FAILED,
    },
  };
}

function open(operationId: string, summary: string, responses: JsonSchema): JsonSchema {
  return { operationId, tags: ["Endpoints"], summary, security: [], responses };
}

function json(description: string, schema: JsonSchema): JsonSchema {
  return { description, content: { "application/json": { schema } } };
}

interface Parameter extends JsonSchema {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
}

function query(name: string, description: string, schema: JsonSchema = TEXT): Parameter {
  return { name, in: "query", description, schema };
}

function header(name: string, description: string, schema: JsonSchema = TEXT): Parameter {
  return { name, in: "header", description, schema };
}

function application(): Parameter {
  return query("application_id", "Which application; absent: the one of the calling key.", {
    type: "string",
    format: "uuid",
  });
}

function timeZone(): Parameter {
  return query("time_zone", "IANA name of the zone of times in the query; absent: UTC.");
}

function requestId(): JsonSchema {
  return { $ref: "#/components/parameters/X-Request-Id" };
}

function common(): JsonSchema[] {
  return [{ $ref: "#/components/parameters/Argus-Timeout-Ms" }, requestId()];
}
