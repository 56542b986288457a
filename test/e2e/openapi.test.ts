/** The real server, driven by its OpenAPI document alone: whatever it answers is in there. */
import { randomUUIDv7 } from "node:crypto";
import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LIMITS } from "../../src/domain/limits.ts";
import { type ApiByDocument, type Got, type Operation, readOpenApi } from "../support/openapi.ts";
import { arbRequest } from "../support/openapi-requests.ts";
import { startUnowned } from "../support/first-run.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";

interface Step {
  readonly operation: string;
  /** Whose credential: a name under which `keeps` has kept one; absent: the first that may. */
  readonly by?: string;
  /** What is taken from the answer, by the name of the field that it is sent in later. */
  readonly keeps?: Readonly<Record<string, string>>;
}

const SIGNED_IN = { refresh_token: "refresh_token", session: "access_token" };
const ADMIN = { by: "admin" };

/**
 * Each operation of the document is answered with 200, in this order. One that only reads needs no place in it: it is
 * called where `reads` stands.
 */
const STEPS: readonly (Step | "reads")[] = [
  { operation: "AuthService_Login", keeps: { ...SIGNED_IN, admin: "access_token" } },
  { operation: "AuthService_RefreshSession", keeps: SIGNED_IN },
  {
    operation: "ApplicationService_CreateApplication",
    keeps: { application_id: "application.id" },
  },
  { operation: "ApplicationService_UpdateApplication" },
  {
    operation: "ApplicationService_CreateApiKey",
    keeps: { api_key_id: "api_key.id", apiKey: "secret" },
  },
  { operation: "ApplicationService_RotateApiKey", keeps: { apiKey: "secret" } },
  { operation: "LogService_SendLogs" },
  { operation: "LogService_Query", keeps: { id: "entries.0.id" } },
  { operation: "ingestNdjson" },
  { operation: "exportByGet" },
  { operation: "exportByPost" },
  { operation: "makeExportTicket" },
  { operation: "ApplicationService_AddMember", keeps: { code: "invite_code" } },
  { operation: "AuthService_GetInvite" },
  { operation: "AuthService_AcceptInvite", keeps: { user_id: "user.id", bob: "access_token" } },
  { operation: "ApplicationService_UpdateMember" },
  { operation: "AuthService_ChangePassword", by: "bob" },
  { operation: "AuthService_ListSessions", by: "bob", keeps: { session_id: "sessions.0.id" } },
  "reads",
  { operation: "AuthService_RevokeSession", by: "bob" },
  { operation: "UserService_InviteUser", ...ADMIN },
  { operation: "UserService_UpdateUser", ...ADMIN },
  { operation: "UserService_CreateResetLink", ...ADMIN, keeps: { code: "code" } },
  { operation: "AuthService_ResetPassword" },
  { operation: "UserService_DisableUser", ...ADMIN },
  { operation: "UserService_EnableUser", ...ADMIN },
  { operation: "ApplicationService_RemoveMember" },
  { operation: "ApplicationService_RevokeApiKey" },
  { operation: "ApplicationService_DeleteApplication" },
  { operation: "AuthService_Logout" },
];

/** Called apart: one takes a server without a user, the other never ends. */
const APART: ReadonlySet<string> = new Set(["AuthService_SetUpOwner", "tail"]);
const READS =
  /^[A-Za-z]+_(Get|List|Explain|Compare|Suggest)|^(health|readiness|metrics|jwks|openapi|descriptors)$/;

describe("the OpenAPI document", () => {
  let argus: ArgusProcess;
  let api: ApiByDocument;
  /** What the steps have been told so far, by the name of the field that it is sent in. */
  const known: Record<string, string> = {};

  /** One for all tests but that of the steps: logins are bounded. */
  let session = "";

  beforeAll(async () => {
    argus = await startArgus({
      env: {
        ARGUS_OWNER_EMAIL: "ada@example.org",
        ARGUS_OWNER_PASSWORD: "a long enough password",
      },
    });
    api = await readOpenApi(argus.url);
    known["batch_id"] = randomUUIDv7();
    const login = api.operation("AuthService_Login");
    session = at(await api.call(login, { body: exampleOf(login) }), "access_token");
  });
  afterAll(() => argus?.[Symbol.asyncDispose]());

  test("is valid", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(api.document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    const ids = api.operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(api.document["x-limits"]["entriesPerBatch"]?.value).toBe(LIMITS.entriesPerBatch);
  });

  test("has every path that the server names", () => {
    const text = readFileSync(new URL("../../src/server/http-app.ts", import.meta.url), "utf8");
    const paths = [...text.matchAll(/"(\/[a-z.][^"]*)"/g)].map((match) => match[1] ?? "");
    expect(paths.length).toBeGreaterThan(5);
    const documented = Object.keys(api.document.paths);
    expect(
      paths.filter((path) => !documented.some((one) => one === path || one.startsWith(`${path}/`))),
      "describe them in src/rpc/openapi/beside-twirp.ts",
    ).toEqual([]);
  });

  test("stands beside descriptors that need no other file, and have its RPCs", async () => {
    const bytes = await (await fetch(`${argus.url}/descriptors.binpb`)).bytes();
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
    const service = registry.getService("argus.v1.LogService");
    expect(service?.methods.map(({ name }) => `LogService_${name}`)).toEqual(
      api.operations.filter((one) => one.tags.includes("LogService")).map((one) => one.operationId),
    );
  });

  test("has a request for each operation that is one by its own schema", () => {
    for (const operation of api.operations) {
      const example = operation.requestBody?.content["application/json"]?.example;
      if (operation.requestBody?.content["application/json"] === undefined) continue;
      expect([operation.operationId, api.problemsOf(operation, example)]).toEqual([
        operation.operationId,
        "",
      ]);
    }
  });

  test("tells what every operation answers when all is well", async () => {
    const placed = new Set(STEPS.map((step) => (step === "reads" ? "" : step.operation)));
    const left = api.operations.filter(
      ({ operationId }) => !placed.has(operationId) && !APART.has(operationId),
    );
    const unplaced = left.filter(({ operationId }) => !READS.test(operationId));
    expect(
      unplaced.map(({ operationId }) => operationId),
      "give them a place in STEPS",
    ).toEqual([]);
    for (const step of STEPS) {
      if (step === "reads")
        for (const { operationId } of left) await take({ operation: operationId });
      else await take(step);
    }
  });

  test("tells what a server without a user answers", async () => {
    const { server, setupUrl } = await startUnowned();
    await using _end = server;
    const own = await readOpenApi(server.url);
    const code = setupUrl.slice(setupUrl.indexOf("#") + 1);
    const setUp = own.operation("AuthService_SetUpOwner");
    const request = { ...(exampleOf(setUp) as object), setup_code: code };
    expect((await own.call(setUp, { body: request })).status).toBe(200);
    expect((await own.call(setUp, { body: request })).status).toBe(409);
  });

  test("tells what is answered to those who may not, and to what cannot be read", async () => {
    const stranger = "argus_000000000000_0000000000000000000000000000000000000000000";
    for (const operation of api.operations) {
      const isRpc = operation.path.startsWith("/twirp/");
      const request = sentOf(operation, known);
      if (operation.security.length > 0)
        for (const token of [undefined, stranger])
          expect((await api.call(operation, { ...request, token })).status).toBe(401);
      if (!isRpc) continue;
      const wrong: readonly [number, object][] = [
        [404, { method: "PUT" }],
        [404, { contentType: "text/plain" }],
        [400, { headers: { "Argus-Timeout-Ms": "soon" } }],
      ];
      for (const [status, more] of wrong)
        expect((await api.call(operation, { ...request, ...more })).status).toBe(status);
    }
  });

  test("tells what is answered to bodies that are no such message, whoever sends them", async () => {
    const world = await makeWorld(api, session);
    for (const operation of api.operations) {
      if (!operation.path.startsWith("/twirp/")) continue;
      const token = world.tokenFor(operation);
      for (const body of ["", "{", "[]", '"text"', '{"\\ud800":1}{', "\u0000"]) {
        const answer = await api.call(operation, { body, token });
        expect([operation.operationId, body, answer.body["code"]]).toEqual([
          operation.operationId,
          body,
          "malformed",
        ]);
      }
      const schema = operation.requestBody?.content["application/json"]?.schema ?? {};
      const properties = (api.resolved(schema)["properties"] ?? {}) as Record<string, object>;
      for (const name of Object.keys(properties)) {
        // No field is both a list of lists and a map of them.
        const answer = await api.call(operation, { body: { [name]: [[{}]] }, token });
        expect([operation.operationId, name, answer.body["code"]]).toEqual([
          operation.operationId,
          name,
          "malformed",
        ]);
      }
    }
  });

  test("tells what is answered to any request that its schemas allow", async () => {
    const world = await makeWorld(api, session);
    const rpcs = api.operations.filter(({ path }) => path.startsWith("/twirp/"));
    const seen = new Set<string>();
    for (const operation of rpcs) {
      const token = world.tokenFor(operation);
      await fc.assert(
        fc.asyncProperty(arbRequest(api, operation, world.ids), async (body) => {
          expect(api.problemsOf(operation, body)).toBe("");
          const { status, text } = await api.call(operation, { body, token });
          seen.add(String(status));
          expect(status, `${operation.operationId} ${JSON.stringify(body)}: ${text}`).not.toBe(500);
        }),
        { numRuns: 10, endOnFailure: true },
      );
    }
    expect([...seen]).toEqual(expect.arrayContaining(["200", "400", "404"]));
  });

  test("tells how a tail begins", async () => {
    const world = await makeWorld(api, session);
    const token = world.tokenFor(api.operation("tail")) ?? "";
    const tail = api.operation("tail");
    const stop = new AbortController();
    const { search } = sentOf(tail, world.ids);
    const response = await fetch(`${argus.url}${tail.path}${search}`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: stop.signal,
    });
    expect(response.status).toBe(200);
    const types = Object.keys(tail.responses["200"]?.content ?? {});
    expect(types).toContain(response.headers.get("content-type")?.split(";")[0]);
    stop.abort();
    const bad = await api.call(tail, { token, search: `${search}&query=level:foo` });
    expect(bad.status).toBe(400);
  });

  async function take({ operation: id, by, keeps = {} }: Step): Promise<void> {
    const operation = api.operation(id);
    const schemes = operation.security.map((one) => Object.keys(one)[0] ?? "");
    const token = schemes.length === 0 ? undefined : known[by ?? schemes[0] ?? ""];
    const answer = await api.call(operation, { ...sentOf(operation, known), token });
    expect(answer.status, `${id}: ${answer.text.slice(0, 500)}`).toBe(200);
    for (const [name, path] of Object.entries(keeps)) known[name] = at(answer, path);
  }
});

/** The request that the document shows, with the ids of what is there. */
function sentOf(
  { parameters = [], requestBody }: Operation,
  known: Readonly<Record<string, string>>,
): { body?: unknown; contentType?: string; search: string } {
  const named = parameters.filter((one) => one.in === "query" && known[one.name] !== undefined);
  const pairs = named.map(({ name }): [string, string] => [name, known[name] ?? ""]);
  const search = `?${new URLSearchParams(pairs).toString()}`;
  const [contentType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (contentType === undefined || content === undefined) return { search };
  return { search, body: withKnown(content.example ?? "", known), contentType };
}

function exampleOf(operation: Operation): unknown {
  return operation.requestBody?.content["application/json"]?.example;
}

/** @param path names and indexes, with dots between them. */
function at({ body, text }: Got, path: string): string {
  const found = path
    .split(".")
    .reduce((value: unknown, name) => (value as Record<string, unknown>)[name], body);
  if (typeof found !== "string" || found === "") throw new Error(`no ${path} in ${text}`);
  return found;
}

/** Texts of fields whose name is known are what is known; an email, a name and a password are the example's. */
function withKnown(value: unknown, known: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => withKnown(one, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typeof one === "string" ? (known[name] ?? one) : withKnown(one, known),
    ]),
  );
}

interface World {
  /** Values of fields that name something, by the field's name. */
  readonly ids: Readonly<Record<string, string>>;
  tokenFor(operation: Operation): string | undefined;
}

/** An application of the signed-in admin, with a key and some entries. */
async function makeWorld(api: ApiByDocument, session: string): Promise<World> {
  const call = async (id: string, change: object, token: string): Promise<Got> => {
    const operation = api.operation(id);
    const body = { ...(exampleOf(operation) as object), ...change };
    const answer = await api.call(operation, { body, token });
    expect(answer.status, answer.text).toBe(200);
    return answer;
  };
  const name = `world-${randomUUIDv7().slice(-12)}`;
  const application = await call("ApplicationService_CreateApplication", { name }, session);
  const application_id = at(application, "application.id");
  const key = await call("ApplicationService_CreateApiKey", { application_id }, session);
  const apiKey = at(key, "secret");
  await call("LogService_SendLogs", { batch_id: randomUUIDv7() }, apiKey);
  const found = await call("LogService_Query", { application_id }, apiKey);
  return {
    ids: { application_id, id: at(found, "entries.0.id") },
    tokenFor({ security }) {
      const schemes = security.flatMap((one) => Object.keys(one));
      if (schemes.length === 0) return undefined;
      return schemes.includes("session") ? session : apiKey;
    },
  };
}
