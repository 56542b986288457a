/** What Twirp v7 asks of a client, against servers that answer byte for byte what they should not, and the real one. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { QueryRequest, QueryResponse } from "../../generated/client/argus/v1/log_service.ts";
import { emptyRequest } from "../../test/support/both-ways.ts";
import { http, type RawServer, rawServer } from "../../test/support/raw-server.ts";
import { startTwirp } from "../../test/support/twirp-rig.ts";
import { twirpErrorOf } from "../rpc/twirp/codes.ts";
import { readContract } from "../rpc/openapi/contract.ts";
import { type Client, type ClientOptions, createClient } from "./client.ts";
import { ArgusError } from "./errors.ts";

const PROTOBUF = { "Content-Type": "application/protobuf" };
const MESSAGE = QueryResponse.encode(QueryResponse.create({ nextCursor: "next" })).finish();

async function failureOf(work: Promise<unknown>): Promise<ArgusError> {
  const error: unknown = await work.then(
    (value) => ({ resolved: value }),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(ArgusError);
  return error as ArgusError;
}

function query({ url }: { url: string }, options: Omit<ClientOptions, "url"> = {}) {
  const client = createClient({ url, retries: 0, ...options });
  return client.logs.Query(QueryRequest.create({ query: "level:error" }));
}

describe("what is sent", () => {
  test("a call is a POST of its message, which headers of the caller's cannot change", async () => {
    await using server = await rawServer(http("200 OK", PROTOBUF, MESSAGE));
    const headers = {
      "X-Mine": "kept",
      ACCEPT: "text/html",
      "content-type": "application/json",
      "Twirp-Version": "v5",
      Authorization: "Basic eA==",
    };
    const answer = await query(server, { headers, apiKey: "secret" });
    expect(answer.nextCursor).toBe("next");
    const [request = ""] = server.requests;
    const [head = "", body = ""] = request.split("\r\n\r\n");
    expect(head).toMatch(/^POST \/twirp\/argus\.v1\.LogService\/Query HTTP\/1\.1\r\n/);
    for (const line of [
      "accept: application/protobuf",
      "content-type: application/protobuf",
      "twirp-version: v7",
      "authorization: Bearer secret",
      "x-mine: kept",
    ])
      expect(head.toLowerCase().split("\r\n")).toContain(line.toLowerCase());
    expect(head.match(/^(accept|content-type|twirp-version|authorization):/gim)).toHaveLength(4);
    expect(QueryRequest.decode(Buffer.from(body, "latin1")).query).toBe("level:error");
  });

  test("every RPC of the protos has a method that calls its own path", async () => {
    await using server = await rawServer(http("200 OK", PROTOBUF));
    const client = createClient({ url: server.url });
    const called: string[] = [];
    for (const service of readContract().services) {
      const methods = serviceOf(client, service.name);
      for (const { name } of service.methods) {
        called.push(`/twirp/${service.fullName}/${name}`);
        await methods[name]?.(emptyRequest(name));
      }
    }
    expect(server.requests.map((request) => request.split(" ")[1])).toEqual(called);
  });

  test.each([
    { url: "HOST", want: "/twirp/argus.v1.LogService/Query" },
    { url: "http://HOST/", want: "/twirp/argus.v1.LogService/Query" },
    { url: "http://HOST/logs", want: "/logs/twirp/argus.v1.LogService/Query" },
    { url: "http://HOST", pathPrefix: "", want: "/argus.v1.LogService/Query" },
    { url: "HOST", pathPrefix: "/my/rpc/", want: "/my/rpc/argus.v1.LogService/Query" },
  ])("the base $url with the prefix $pathPrefix is $want", async ({ url, pathPrefix, want }) => {
    await using server = await rawServer(http("200 OK", PROTOBUF));
    const base = url.replace("HOST", new URL(server.url).host);
    await query({ url: base }, pathPrefix === undefined ? {} : { pathPrefix });
    expect(server.requests[0]?.split(" ")[1]).toBe(want);
  });
});

describe("answers that are no success", () => {
  test.each(["201 Created", "202 Accepted", "203 Non-Authoritative", "206 Partial Content"])(
    "%s is none, whatever it holds",
    async (status) => {
      await using server = await rawServer(http(status, PROTOBUF, MESSAGE));
      const error = await failureOf(query(server));
      expect(error).toMatchObject({ code: "unknown", status: Number(status.slice(0, 3)) });
      expect(error.meta["http_error_from_intermediary"]).toBe("true");
    },
  );

  test.each([
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
  ])("%s is not followed, and is told with where it led", async (status) => {
    await using elsewhere = await rawServer(http("200 OK", PROTOBUF, MESSAGE));
    const location = `${elsewhere.url}/twirp/argus.v1.LogService/Query`;
    await using server = await rawServer(http(status, { Location: location }));
    const error = await failureOf(query(server));
    const [number = "", ...title] = status.split(" ");
    expect(error).toMatchObject({
      code: "internal",
      message: `unexpected HTTP status code ${number} "${title.join(" ")}" received, Location="${location}"`,
      meta: { http_error_from_intermediary: "true", status_code: number, location },
    });
    expect(elsewhere.requests).toEqual([]);
  });

  test("a redirect without a place is told, too", async () => {
    await using server = await rawServer(http("304 Not Modified", { "Content-Length": undefined }));
    expect(await failureOf(query(server))).toMatchObject({ code: "internal", status: 304 });
  });

  test.each([
    { name: "a page of a proxy", body: "<html><h1>Bad Gateway</h1></html>", type: "text/html" },
    { name: "an empty body", body: "" },
    { name: "JSON of another program", body: '{"message":"no upstream","code":502}' },
    { name: "an error with a member more", body: '{"code":"not_found","msg":"m","more":1}' },
    { name: "JSON that ends too early", body: '{"code":"not_found","msg":"m"' },
    { name: "a protobuf message", body: "\u0012\u0004next", type: "application/protobuf" },
    { name: "bytes that are no text", body: Uint8Array.of(0xff, 0xfe, 0x00) },
  ])("$name with status 502 is something between", async ({ body, type = "application/json" }) => {
    await using server = await rawServer(http("502 Bad Gateway", { "Content-Type": type }, body));
    const error = await failureOf(query(server));
    expect(error).toMatchObject({
      code: "unavailable",
      status: 502,
      message: 'Error from intermediary with HTTP status code 502 "Bad Gateway"',
      meta: { http_error_from_intermediary: "true", status_code: "502" },
    });
    expect(error.meta["body"]).toBe(new TextDecoder().decode(Buffer.from(body)));
  });

  test.each([
    { body: '{"code":"not_found","msg":"m"}', meta: {} },
    { body: '{"code":"not_found","msg":"m","meta":{"a":"1"}}', meta: { a: "1" } },
    { body: ' {"msg":"m", "code":"not_found", "meta":null}\n', meta: {} },
  ])("$body is an error whatever the type says", async ({ body, meta }) => {
    await using server = await rawServer(
      http("404 Not Found", { "Content-Type": "text/plain" }, body),
    );
    const error = await failureOf(query(server));
    expect(error).toMatchObject({ code: "not_found", message: "m", status: 404, meta });
  });

  test.each([
    "canceled",
    "unknown",
    "invalid_argument",
    "malformed",
    "deadline_exceeded",
    "not_found",
    "bad_route",
    "already_exists",
    "permission_denied",
    "unauthenticated",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
  ])("the code %s arrives, and its status changes nothing", async (code) => {
    for (const status of ["400 Bad Request", "500 Internal Server Error", "418 I'm a teapot"]) {
      const body = JSON.stringify({ code, msg: "a sentence", meta: { k: "v" } });
      await using server = await rawServer(http(status, { "X-Request-Id": "r-1" }, body));
      expect(await failureOf(query(server))).toMatchObject({
        code,
        message: "a sentence",
        meta: { k: "v" },
        requestId: "r-1",
      });
    }
  });

  test("a code that nobody knows is internal, and the body is kept", async () => {
    const body = '{"code":"on_fire","msg":"m"}';
    await using server = await rawServer(http("500 Internal Server Error", {}, body));
    expect(await failureOf(query(server))).toMatchObject({
      code: "internal",
      message: "invalid type returned from server error response: on_fire",
      meta: { body },
    });
  });
});

describe("answers that cannot be read", () => {
  test.each([
    { name: "another message's bytes", body: Uint8Array.of(0x0a, 0x02, 0xff, 0xff) },
    { name: "a length beyond the end", body: Uint8Array.of(0x1a, 0x7f, 0x61) },
    { name: "a number that does not end", body: new Uint8Array(12).fill(0xff) },
  ])("$name is internal", async ({ body }) => {
    await using server = await rawServer(http("200 OK", PROTOBUF, body));
    const error = await failureOf(query(server));
    expect(error.code).toBe("internal");
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    { name: "a page with status 200", type: "text/html", body: "<p>Accept our terms</p>" },
    { name: "JSON with status 200", type: "application/json", body: '{"next_cursor":"next"}' },
    {
      name: "an error with status 200",
      type: "application/json",
      body: '{"code":"not_found","msg":""}',
    },
  ])("$name is internal", async ({ type, body }) => {
    await using server = await rawServer(http("200 OK", { "Content-Type": type }, body));
    expect(await failureOf(query(server))).toMatchObject({
      code: "internal",
      status: 200,
      meta: { http_error_from_intermediary: "true", status_code: "200", body },
    });
  });

  test("fields that the client does not know are passed over", async () => {
    // Field 99, a text, before the message's own.
    const body = Buffer.concat([Uint8Array.of(0x9a, 0x06, 0x01, 0x78), MESSAGE]);
    await using server = await rawServer(http("200 OK", PROTOBUF, body));
    expect((await query(server)).nextCursor).toBe("next");
  });

  test("a type with a parameter is the type", async () => {
    const type = { "Content-Type": "Application/Protobuf; charset=utf-8" };
    await using server = await rawServer(http("200 OK", type, MESSAGE));
    expect((await query(server)).nextCursor).toBe("next");
  });

  test("a compressed answer is inflated, and one that does not inflate is internal", async () => {
    const packed = gzipSync(MESSAGE);
    const headers = { ...PROTOBUF, "Content-Encoding": "gzip" };
    await using server = await rawServer(http("200 OK", headers, packed));
    expect((await query(server)).nextCursor).toBe("next");
    await using broken = await rawServer(http("200 OK", headers, packed.subarray(0, 12)));
    expect((await failureOf(query(broken))).code).toBe("internal");
  });

  test.each([
    {
      name: "fewer bytes than it says",
      answer: http("200 OK", { ...PROTOBUF, "Content-Length": "99" }, MESSAGE),
    },
    {
      name: "no last chunk",
      answer: http(
        "200 OK",
        { ...PROTOBUF, "Content-Length": undefined, "Transfer-Encoding": "chunked" },
        `6\r\n${Buffer.from(MESSAGE).toString("latin1")}\r\n`,
      ),
    },
    {
      name: "an error of fewer bytes than it says",
      answer: http("503 Service Unavailable", { "Content-Length": "99" }, '{"code":"unavailable"}'),
    },
    {
      name: "no end of its headers",
      answer: "HTTP/1.1 200 OK\r\nContent-Type: application/protobuf\r\n",
    },
    { name: "another protocol", answer: "220 mail.example.org ESMTP\r\n" },
    { name: "nothing", answer: "" },
  ])("an answer with $name is internal, however the connection ends", async ({ answer }) => {
    for (const reset of [false, true]) {
      await using server = await rawServer(answer, { reset });
      const error = await failureOf(query(server));
      expect(error.code).toBe("internal");
      expect(error.message).toMatch(/^failed to (do request|read (server error )?response body)/);
      expect(error.cause).toBeInstanceOf(Error);
    }
  });
});

describe("calls that end by themselves", () => {
  const silent = (): Promise<RawServer> => rawServer(() => {});
  const halfway = (): Promise<RawServer> =>
    rawServer(
      (socket) =>
        void socket.write(http("200 OK", { ...PROTOBUF, "Content-Length": "99" }, MESSAGE)),
    );

  test.each([
    { name: "before the answer", start: silent },
    { name: "within the answer", start: halfway },
  ])("the caller's end $name is canceled, and its reason is the cause", async ({ start }) => {
    await using server = await start();
    const controller = new AbortController();
    const reason = new Error("the user closed the page");
    const failure = failureOf(query(server, { signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(reason);
    expect(await failure).toMatchObject({ code: "canceled", status: 0, cause: reason });
  });

  test.each([
    { name: "before the answer", start: silent },
    { name: "within the answer", start: halfway },
  ])("the timeout $name is deadline_exceeded", async ({ start }) => {
    await using server = await start();
    const error = await failureOf(query(server, { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: "deadline_exceeded", status: 0 });
    expect(error.message).toBe("no answer within 100 ms");
  });

  test("a credential that does not come, or cannot be had, ends the call", async () => {
    await using server = await rawServer(http("200 OK", PROTOBUF, MESSAGE));
    const never = query(server, { timeoutMs: 50, tokenProvider: () => new Promise(() => {}) });
    expect((await failureOf(never)).code).toBe("deadline_exceeded");
    const cause = new Error("the keyring is locked");
    const locked = query(server, { tokenProvider: () => Promise.reject(cause) });
    const error = await failureOf(locked);
    expect(error).toMatchObject({ code: "unauthenticated", cause });
    expect(error.message).toContain("the keyring is locked");
    expect(server.requests).toEqual([]);
  });

  test("the time of a call stands while a person is asked for something", async () => {
    await using server = await rawServer(http("200 OK", PROTOBUF, MESSAGE));
    let now = 0;
    await query(server, {
      timeoutMs: 30_000,
      nowMs: () => now,
      tokenProvider: (_, hold) =>
        hold?.(() => {
          now += 3_600_000;
          return Promise.resolve("t");
        }),
    });
    expect(server.requests[0]).toMatch(/argus-timeout-ms: 30000/i);
  });

  test("a server that nobody listens at is internal, with what the system said", async () => {
    const { url, [Symbol.asyncDispose]: close } = await rawServer("");
    await close();
    const error = await failureOf(query({ url }));
    expect(error).toMatchObject({ code: "internal", status: 0 });
    expect(error.message).toMatch(/^failed to do request: .*ECONNREFUSED/);
  });
});

test("faults of the real server arrive with the codes that they have there", async () => {
  const faults = [
    { kind: "invalid", field: "query", reason: "no" },
    { kind: "unauthenticated", reason: "no" },
    { kind: "denied", reason: "no" },
    { kind: "notFound", what: "entry", id: "1" },
    { kind: "conflict", reason: "no" },
    { kind: "conflict", reason: "no", unmet: true },
    { kind: "stale", reason: "no" },
    { kind: "tooLarge", what: "it", limitBytes: 1 },
    { kind: "overQuota", reason: "no", retryAfterMs: 1000 },
    { kind: "overloaded", reason: "no", retryAfterMs: 1000 },
    { kind: "deadline", reason: "no" },
    { kind: "corrupt", what: "it", reason: "no" },
  ] as const;
  for (const fault of faults) {
    const thrown = twirpErrorOf(fault);
    await using server = await startTwirp({ log: { Query: () => Promise.reject(thrown) } });
    expect(await failureOf(query(server))).toMatchObject({
      code: thrown.code,
      message: thrown.msg,
      meta: thrown.meta,
    });
  }
});

function serviceOf(
  client: Client,
  name: string,
): Record<string, (request: object) => Promise<unknown>> {
  const services: Readonly<Record<string, unknown>> = {
    ApplicationService: client.applications,
    AuthService: client.auth,
    InstanceService: client.instance,
    LogService: client.logs,
    UserService: client.users,
  };
  const service = services[name];
  if (service === undefined) throw new Error(`the client has no ${name}`);
  return service as Record<string, (request: object) => Promise<unknown>>;
}
