import { expect, test } from "vitest";
import { LIMITS } from "../../domain/limits.ts";
import { LogEntry } from "../../../generated/server/argus/v1/entry.ts";
import { descriptorBytes, readContract } from "./contract.ts";
import { openApiDocument } from "./document.ts";

interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<
    Record<string, { post: { summary: string; security: unknown; description: string } }>
  >;
  readonly components: {
    readonly schemas: Readonly<
      Record<
        string,
        { description: string; required?: string[]; properties: Record<string, object> }
      >
    >;
  };
  readonly info: { readonly description: string };
}

const made = (publicUrl?: string): Document =>
  openApiDocument({
    version: "1.2.3",
    prefix: "/twirp",
    publicUrl: publicUrl === undefined ? undefined : new URL(publicUrl),
  }) as unknown as Document;
const document = made();

test.each([
  { field: "QueryStats.matched", want: { type: "string", format: "int64", pattern: "^-?[0-9]+$" } },
  { field: "LogEntry.time", want: { type: ["string", "null"], format: "date-time" } },
  { field: "LogEntry.observed_time", want: { readOnly: true } },
  { field: "LogEntry.level", want: { $ref: "#/components/schemas/Level" } },
  { field: "LogEntry.attributes", want: { type: ["object", "null"], additionalProperties: true } },
  {
    field: "QueryBudget.time",
    want: { type: ["string", "null"], pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$" },
  },
  {
    field: "AuditEvent.details",
    want: { type: "object", additionalProperties: { type: "string" } },
  },
  {
    field: "QueryResponse.table",
    want: { anyOf: [{ $ref: "#/components/schemas/Table" }, { type: "null" }] },
  },
  {
    field: "SendLogsRequest.entries",
    want: { type: "array", maxItems: LIMITS.entriesPerBatch, description: "At most 50,000." },
  },
])("the schema of $field says what is in JSON", ({ field, want }) => {
  const [message = "", name = ""] = field.split(".");
  expect(document.components.schemas[message]?.properties[name]).toMatchObject(want);
});

test("what stands in answers alone has all its members, and what is sent has none that it must have", () => {
  const { schemas } = document.components;
  expect(schemas["SendLogsResponse"]?.required).toEqual([
    "accepted",
    "duplicate",
    "rejected",
    "batch_id",
  ]);
  expect(schemas["SendLogsRequest"]?.required).toBe(undefined);
  // It is sent and answered.
  expect(schemas["LogEntry"]?.required).toBe(undefined);
});

test("who may call is the enforced table's word", () => {
  const securityOf = (path: string): unknown => document.paths[path]?.post.security;
  expect(securityOf("/twirp/argus.v1.AuthService/Login")).toEqual([]);
  expect(securityOf("/twirp/argus.v1.LogService/SendLogs")).toEqual([{ apiKey: ["SCOPE_INGEST"] }]);
  expect(securityOf("/twirp/argus.v1.LogService/Query")).toEqual([
    { session: ["ROLE_VIEWER"] },
    { apiKey: ["SCOPE_READ"] },
  ]);
  expect(securityOf("/twirp/argus.v1.ApplicationService/DeleteApplication")).toEqual([
    { session: ["ROLE_OWNER"] },
    { session: ["instance_admin"] },
  ]);
});

test("every message, field, value, service and method has the words of its proto", () => {
  const { messages, enums, services } = readContract();
  const own = [...messages].filter(([name, m]) => name.startsWith("argus.") && !m.isMapEntry);
  const silent = [
    ...own.filter(([, { comment }]) => comment === "").map(([name]) => name),
    ...own.flatMap(([name, { fields }]) =>
      fields.filter(({ comment }) => comment === "").map(({ proto }) => `${name}.${proto.name}`),
    ),
    ...[...enums].flatMap(([name, { values }]) =>
      values.filter((v) => v.comment === "").map((v) => `${name}.${v.name}`),
    ),
    ...services.flatMap(({ name, methods }) =>
      methods.filter(({ comment }) => comment === "").map((method) => `${name}.${method.name}`),
    ),
  ];
  expect(own.length).toBeGreaterThan(50);
  expect(silent.filter((name) => !name.startsWith("google."))).toEqual([]);
  const { summary } = document.paths["/twirp/argus.v1.LogService/SendLogs"]?.post ?? {};
  expect(summary).toBe("Stores entries.");
});

test("the server's address is the public one, without a slash at its end", () => {
  expect(made("https://logs.example.org/argus/").servers).toEqual([
    { url: "https://logs.example.org/argus" },
  ]);
  expect(document.servers).toEqual([{ url: "/" }]);
});

test("limits are told with their figures", () => {
  expect(document.info.description).toContain(`\`bodyBytes\`: ${LIMITS.bodyBytes}.`);
});

test("the descriptors are those of the generated code", () => {
  const fields = readContract().messages.get("argus.v1.LogEntry")?.fields ?? [];
  expect(fields.map(({ proto }) => [proto.number, proto.name])).toEqual(
    LogEntry.fields.map(({ no, name }) => [no, name]),
  );
  // The first file of the set, by the field number of FileDescriptorSet.
  expect(descriptorBytes()[0]).toBe(0x0a);
});
