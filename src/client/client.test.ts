/** The client against the real handler, and against what stands between them. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { LoginRequest } from "../../generated/client/argus/v1/auth_service.ts";
import { QueryRequest, SendLogsRequest } from "../../generated/client/argus/v1/log_service.ts";
import { QueryResponse, SendLogsResponse } from "../../generated/server/argus/v1/log_service.ts";
import { startTwirp } from "../../test/support/twirp-rig.ts";
import { FaultError, invalid, overloaded } from "../domain/fault.ts";
import { type ClientOptions, createClient } from "./client.ts";
import { ArgusError } from "./errors.ts";

/** What a promise fails with. */
async function failureOf(work: Promise<unknown>): Promise<ArgusError> {
  const error: unknown = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(ArgusError);
  return error as ArgusError;
}

interface Between extends AsyncDisposable {
  readonly url: string;
}

/** A server that is not ours. */
async function between(listener: RequestListener): Promise<Between> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Waits for nothing and notes how long it would have. */
function hurried(waits: number[] = []): Pick<ClientOptions, "sleep" | "random"> {
  return {
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0,
  };
}

describe("against the server", () => {
  test("a call and its answer round-trip, with the credential and the headers", async () => {
    const seen: Record<string, unknown>[] = [];
    await using server = await startTwirp({
      log: {
        Query: (ctx, request) => {
          seen.push({ ...ctx.req.headers });
          return Promise.resolve(
            QueryResponse.create({ nextCursor: request.query, stats: { matched: 2n ** 60n } }),
          );
        },
      },
    });
    const client = createClient({
      url: server.url.replace("http://", ""),
      apiKey: "k",
      headers: { "Argus-Session": "cookie", Accept: "text/html", "Twirp-Version": "mine" },
    });
    const answer = await client.logs.Query(QueryRequest.create({ query: "level:error ünï" }));
    expect(answer.nextCursor).toBe("level:error ünï");
    expect(answer.stats?.matched).toBe(2n ** 60n);
    expect(seen[0]).toMatchObject({
      authorization: "Bearer k",
      accept: "application/protobuf",
      "content-type": "application/protobuf",
      "twirp-version": "v7",
      "argus-session": "cookie",
    });
    expect(Number(seen[0]?.["argus-timeout-ms"])).toBeLessThanOrEqual(30_000);
  });

  test("a Twirp error keeps its code, sentence and metadata", async () => {
    await using server = await startTwirp({
      log: { Query: () => Promise.reject(invalid("query", "no", { start: "1", fix_1: "x" })) },
    });
    const error = await failureOf(
      createClient({ url: server.url }).logs.Query(QueryRequest.create()),
    );
    expect(error).toMatchObject({
      code: "invalid_argument",
      message: "query: no",
      status: 400,
      meta: { field: "query", start: "1", fix_1: "x" },
    });
    expect(error.requestId).not.toBe("");
  });

  test("a read that meets an overload is tried again, after the time it asks for", async () => {
    let calls = 0;
    const waits: number[] = [];
    await using server = await startTwirp({
      log: {
        Query: () =>
          ++calls < 3
            ? Promise.reject(overloaded("busy", 2000))
            : Promise.resolve(QueryResponse.create()),
      },
    });
    await createClient({ url: server.url, ...hurried(waits) }).logs.Query(QueryRequest.create());
    expect(calls).toBe(3);
    expect(waits).toEqual([2000, 2000]);
  });

  test.each([
    { name: "a read, over its quota", method: "Query", fault: "overQuota", calls: 3 },
    { name: "a read that is refused", method: "Query", fault: "denied", calls: 1 },
    { name: "a batch with an id", method: "SendLogs", fault: "overloaded", calls: 3 },
    { name: "a batch without one", method: "SendLogsBare", fault: "overloaded", calls: 1 },
    { name: "a login", method: "Login", fault: "overloaded", calls: 1 },
  ] as const)("$name is tried $calls times", async ({ method, fault, calls }) => {
    let seen = 0;
    const fail = (): Promise<never> => {
      seen++;
      const reason = "r";
      return Promise.reject(
        new FaultError(
          fault === "denied" ? { kind: fault, reason } : { kind: fault, reason, retryAfterMs: 1 },
        ),
      );
    };
    await using server = await startTwirp({
      auth: { Login: fail },
      log: { Query: fail, SendLogs: fail },
    });
    const client = createClient({ url: server.url, ...hurried() });
    const run = {
      Query: () => client.logs.Query(QueryRequest.create()),
      SendLogs: () => client.logs.SendLogs(SendLogsRequest.create({ batchId: "b", service: "s" })),
      SendLogsBare: () => client.logs.SendLogs(SendLogsRequest.create({ service: "s" })),
      Login: () => client.auth.Login(LoginRequest.create({ email: "a" })),
    };
    await failureOf(run[method]());
    expect(seen).toBe(calls);
  });

  test("a refused token is replaced once", async () => {
    await using server = await startTwirp({
      log: {
        SendLogs: (ctx) =>
          ctx.req.headers.authorization === "Bearer new"
            ? Promise.resolve(SendLogsResponse.create({ accepted: 1 }))
            : Promise.reject(new FaultError({ kind: "unauthenticated", reason: "old" })),
      },
    });
    const asked: (string | undefined)[] = [];
    const client = createClient({
      url: server.url,
      tokenProvider: (refused) => {
        asked.push(refused);
        return refused === undefined ? "old" : "new";
      },
    });
    expect((await client.logs.SendLogs(SendLogsRequest.create())).accepted).toBe(1);
    expect(asked).toEqual([undefined, "old"]);
    const stuck = createClient({ url: server.url, token: "old" });
    expect((await failureOf(stuck.logs.SendLogs(SendLogsRequest.create()))).code).toBe(
      "unauthenticated",
    );
  });

  test("a call ends at its timeout, and the server knows it", async () => {
    await using server = await startTwirp({ log: { Query: () => new Promise(() => {}) } });
    const client = createClient({ url: server.url, timeoutMs: 50 });
    expect((await failureOf(client.logs.Query(QueryRequest.create()))).code).toBe(
      "deadline_exceeded",
    );
  });

  test("a caller's signal ends the call at both ends", async () => {
    const entered = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    await using server = await startTwirp({
      log: {
        Query: (ctx) =>
          new Promise(() => {
            ctx.signal.addEventListener("abort", () => aborted.resolve());
            entered.resolve();
          }),
      },
    });
    const controller = new AbortController();
    const client = createClient({ url: server.url }).with({ signal: controller.signal });
    const failure = failureOf(client.logs.Query(QueryRequest.create()));
    await entered.promise;
    controller.abort();
    expect((await failure).code).toBe("canceled");
    await aborted.promise;
  });
});

describe("against what stands between", () => {
  test.each([
    { status: 400, code: "internal" },
    { status: 401, code: "unauthenticated" },
    { status: 403, code: "permission_denied" },
    { status: 404, code: "bad_route" },
    { status: 429, code: "resource_exhausted" },
    { status: 502, code: "unavailable" },
    { status: 503, code: "unavailable" },
    { status: 504, code: "unavailable" },
    { status: 500, code: "unknown" },
    { status: 204, code: "unknown" },
  ])("a page with status $status is $code", async ({ status, code }) => {
    await using server = await between((_req, res) => void res.writeHead(status).end("<p>no</p>"));
    const client = createClient({ url: server.url, retries: 0 });
    const error = await failureOf(client.logs.Query(QueryRequest.create()));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(
      new RegExp(`^Error from intermediary with HTTP status code ${status} "`),
    );
    expect(error.meta).toEqual({
      http_error_from_intermediary: "true",
      status_code: String(status),
      body: status === 204 ? "" : "<p>no</p>",
    });
  });

  test.each([
    { body: "{}", name: "no code" },
    { body: '{"code":""}', name: "an empty code" },
    { body: '{"code":"not_found","extra":1}', name: "another key" },
    { body: '{"code":"not_found","meta":{"a":1}}', name: "metadata that are no texts" },
    { body: '["not_found"]', name: "a list" },
    { body: "null", name: "null" },
  ])("JSON with $name is not the server's", async ({ body }) => {
    await using server = await between((_req, res) => void res.writeHead(503).end(body));
    const error = await failureOf(
      createClient({ url: server.url, retries: 0 }).logs.Query(QueryRequest.create()),
    );
    expect(error).toMatchObject({ code: "unavailable", meta: { body } });
  });

  test.each([
    { sent: "dataloss", code: "data_loss" },
    { sent: "cancelled", code: "canceled" },
    { sent: "nope", code: "internal" },
  ])("the code $sent is read as $code", async ({ sent, code }) => {
    await using server = await between(
      (_req, res) => void res.writeHead(500).end(JSON.stringify({ code: sent, msg: "m" })),
    );
    const error = await failureOf(
      createClient({ url: server.url }).logs.Query(QueryRequest.create()),
    );
    expect(error.code).toBe(code);
    if (code === "internal")
      expect(error.message).toBe("invalid type returned from server error response: nope");
  });

  test("a redirect is an error and is not followed", async () => {
    const paths: (string | undefined)[] = [];
    await using server = await between((req, res) => {
      paths.push(req.url);
      res.writeHead(302, { location: "/elsewhere" }).end();
    });
    const error = await failureOf(
      createClient({ url: server.url }).logs.Query(QueryRequest.create()),
    );
    expect(error).toMatchObject({
      code: "internal",
      message: 'unexpected HTTP status code 302 "Found" received, Location="/elsewhere"',
      meta: { http_error_from_intermediary: "true", status_code: "302", location: "/elsewhere" },
    });
    expect(paths).toEqual(["/twirp/argus.v1.LogService/Query"]);
  });

  test("an answer that is no message is internal", async () => {
    await using server = await between((_req, res) => void res.end("<p>welcome</p>"));
    const error = await failureOf(
      createClient({ url: server.url }).logs.Query(QueryRequest.create()),
    );
    expect(error).toMatchObject({
      code: "internal",
      status: 200,
      meta: { body: "<p>welcome</p>" },
    });
  });

  test("bytes that are no message are internal", async () => {
    await using server = await between(
      (_req, res) => void res.setHeader("content-type", "application/protobuf").end("\n\uffff"),
    );
    const error = await failureOf(
      createClient({ url: server.url }).logs.Query(QueryRequest.create()),
    );
    expect(error.code).toBe("internal");
  });

  test("an answer that breaks off, and a server that is not there, are tried again and then told", async () => {
    let calls = 0;
    await using server = await between((_req, res) => {
      calls++;
      res.writeHead(200, { "content-type": "application/protobuf", "content-length": "10" });
      res.write("abc", () => res.destroy());
    });
    const client = createClient({ url: server.url, ...hurried() });
    expect((await failureOf(client.logs.Query(QueryRequest.create()))).code).toBe("internal");
    expect(calls).toBe(3);
    const waits: number[] = [];
    const gone = createClient({ url: "http://127.0.0.1:1", ...hurried(waits) });
    const error = await failureOf(gone.logs.Query(QueryRequest.create()));
    expect(error).toMatchObject({ code: "internal", status: 0 });
    expect(error.message).toContain("failed to do request");
    expect(waits).toEqual([100, 200]);
  });

  test("the path under which the services live may be another", async () => {
    const paths: (string | undefined)[] = [];
    await using server = await between((req, res) => {
      paths.push(req.url);
      res.setHeader("content-type", "application/protobuf").end();
    });
    await createClient({ url: `${server.url}/base/` }).logs.Query(QueryRequest.create());
    await createClient({ url: server.url, pathPrefix: "" }).logs.Query(QueryRequest.create());
    expect(paths).toEqual(["/base/twirp/argus.v1.LogService/Query", "/argus.v1.LogService/Query"]);
  });
});

test("two credentials are a mistake", () => {
  expect(() => createClient({ url: "x", token: "a", apiKey: "b" })).toThrow(TypeError);
});
