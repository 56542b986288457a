/** Twirp v7 as callers see it: routing, encodings, errors. */
import { describe, expect, test } from "vitest";
import {
  ListFieldValuesRequest,
  ListFieldValuesResponse,
  QueryResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import {
  GetSetupStateResponse,
  LoginRequest,
} from "../../../generated/server/argus/v1/auth_service.ts";
import { TwirpError, TwirpErrorCode } from "twirp-ts";
import { call } from "../../../test/support/http-call.ts";
import { errorOf, JSON_TYPE, LOGIN, PROTOBUF, SETUP } from "../../../test/support/twirp-calls.ts";
import { type RigOptions, startTwirp } from "../../../test/support/twirp-rig.ts";
import { FaultError, invalid, notFound } from "../../domain/fault.ts";

const QUERY = "/twirp/argus.v1.LogService/Query";
const VALUES = "/twirp/argus.v1.LogService/ListFieldValues";

const rig: RigOptions = {
  auth: {
    GetSetupState: () => Promise.resolve({ needsOwner: true, needsCode: false }),
    Login: (_ctx, request) =>
      Promise.resolve({ accessToken: request.email, refreshToken: request.password }),
  },
  log: {
    Query: (_ctx, request) =>
      Promise.resolve(QueryResponse.create({ nextCursor: JSON.stringify(request.limit) })),
    ListFieldValues: (_ctx, request) =>
      Promise.resolve(
        ListFieldValuesResponse.create({
          values: [{ value: `${request.field}/${request.pageSize}`, count: 2n ** 60n }],
          nextPageToken:
            request.startTime === undefined
              ? ""
              : `${request.startTime.seconds}.${request.startTime.nanos}`,
        }),
      ),
  },
};

describe("routing", () => {
  test.each([
    { name: "the plain path", path: SETUP, status: 200 },
    { name: "a query string", path: `${SETUP}?x=1`, status: 200 },
    {
      name: "escapes in the path",
      path: "/twirp/argus.v1.AuthService/%47etSetupState",
      status: 200,
    },
    { name: "a trailing slash", path: `${SETUP}/`, status: 404 },
    { name: "an unknown method", path: "/twirp/argus.v1.AuthService/Nope", status: 404 },
    { name: "an unknown service", path: "/twirp/argus.v1.NopeService/GetSetupState", status: 404 },
    {
      name: "a service without its package",
      path: "/twirp/AuthService/GetSetupState",
      status: 404,
    },
    { name: "another case", path: "/twirp/argus.v1.AuthService/getSetupState", status: 404 },
    { name: "the bare prefix", path: "/twirp", status: 404 },
    { name: "a part more", path: `/twirp${SETUP}`, status: 404 },
    { name: "a broken escape", path: "/twirp/%zz", status: 404 },
    {
      name: "the name of an object's own method",
      path: "/twirp/argus.v1.AuthService/constructor",
      status: 404,
    },
  ])("$name: $status", async ({ path, status }) => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { path, headers: JSON_TYPE, body: "{}" });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/json");
    if (status === 200) return;
    const error = errorOf(answer.text);
    expect(error.code).toBe("bad_route");
    expect(error.msg).toContain("no handler for path");
    expect(error.meta?.["twirp_invalid_route"]).toMatch(/^POST \/twirp/);
  });

  test.each(["GET", "PUT", "DELETE", "OPTIONS"])("%s is a bad route, not 405", async (method) => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { method, path: SETUP, headers: JSON_TYPE });
    expect(answer.status).toBe(404);
    expect(errorOf(answer.text)).toEqual({
      code: "bad_route",
      msg: `unsupported method "${method}" (only POST is allowed)`,
      meta: { twirp_invalid_route: `${method} ${SETUP}` },
    });
  });

  test("HEAD gets the status and no body", async () => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { method: "HEAD", path: SETUP });
    expect(answer.status).toBe(404);
    expect(answer.text).toBe("");
  });

  test.each([
    { type: "application/json; charset=UTF-8", status: 200 },
    { type: "Application/JSON", status: 200 },
    { type: "application/json;charset=utf-8 ; x=y", status: 200 },
    { type: "application/jsonp", status: 404 },
    { type: "application/x-protobuf", status: 404 },
    { type: "text/plain", status: 404 },
    { type: "", status: 404 },
  ])("content type $type: $status", async ({ type, status }) => {
    await using server = await startTwirp(rig);
    const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
    const answer = await call(server.port, { path: SETUP, headers, body: "{}" });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"], "without a charset").toBe("application/json");
    if (status !== 200)
      expect(errorOf(answer.text).msg).toBe(
        `unexpected Content-Type: "${type}"; send application/json or application/protobuf`,
      );
  });

  test("the method is judged before the path, the path before the type", async () => {
    await using server = await startTwirp(rig);
    const get = await call(server.port, { method: "GET", path: "/twirp/nope" });
    expect(errorOf(get.text).msg).toContain("unsupported method");
    const nope = await call(server.port, {
      path: "/twirp/nope",
      headers: { "content-type": "a/b" },
    });
    expect(errorOf(nope.text).msg).toContain("no handler for path");
  });

  test("Accept is ignored: the answer is encoded as the request", async () => {
    await using server = await startTwirp(rig);
    const headers = { ...PROTOBUF, accept: "application/json" };
    const answer = await call(server.port, { path: SETUP, headers });
    expect(answer.headers["content-type"]).toBe("application/protobuf");
    expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
    expect(GetSetupStateResponse.fromBinary(answer.bytes).needsOwner).toBe(true);
  });

  test.each(["", "/base/rpc"])("the prefix may be %j", async (prefix) => {
    await using server = await startTwirp({ ...rig, twirp: { prefix } });
    const path = `${prefix}/argus.v1.AuthService/GetSetupState`;
    const answer = await call(server.port, { path, headers: JSON_TYPE, body: "{}" });
    expect(answer.text).toBe('{"needs_owner":true,"needs_code":false}');
  });

  test("paths that only begin like the prefix are somebody else's", async () => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { path: `/twirpx${SETUP}`, headers: JSON_TYPE });
    expect(answer.text).toBe("<p>elsewhere</p>");
  });
});

describe("bodies", () => {
  test.each([
    { name: "an empty one", body: "" },
    { name: "no object", body: "[]" },
    { name: "a bare text", body: '"a"' },
    { name: "a broken one", body: '{"email":' },
    { name: "bytes after the value", body: "{} {}" },
    { name: "a wrong type", body: '{"email":5}' },
    { name: "invalid UTF-8", body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) },
    { name: "65 levels", body: `{"x":${"[".repeat(64)}${"]".repeat(64)}}` },
    { name: "100,000 levels", body: "[".repeat(100_000) },
  ])("JSON: $name is malformed", async ({ body }) => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { path: LOGIN, headers: JSON_TYPE, body });
    expect(answer.status).toBe(400);
    const error = errorOf(answer.text);
    expect(error).toMatchObject({
      code: "malformed",
      msg: "the json request could not be decoded",
    });
    expect(error.meta?.["cause"]).not.toBe("");
    expect(server.errors).toEqual([]);
  });

  test.each([
    { name: "truncated", bytes: Buffer.from([0x0a, 0x05, 0x61]) },
    { name: "an illegal tag", bytes: Buffer.from([0x07]) },
    { name: "an endless varint", bytes: Buffer.alloc(20, 0xff) },
    { name: "text that is no UTF-8", bytes: Buffer.from([0x0a, 0x01, 0xff]) },
    { name: "100,000 nested groups", bytes: Buffer.alloc(100_000, 0x7b) },
  ])("protobuf: $name is malformed", async ({ bytes }) => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF, body: bytes });
    expect(answer.status).toBe(400);
    expect(answer.headers["content-type"], "errors are JSON always").toBe("application/json");
    expect(errorOf(answer.text)).toMatchObject({
      code: "malformed",
      msg: "the protobuf request could not be decoded",
    });
  });

  test("64 levels of JSON are read, brackets in texts do not count", async () => {
    await using server = await startTwirp(rig);
    const body = `{"x":${"[".repeat(63)}"${"[{".repeat(99)}"${"]".repeat(63)}}`;
    expect((await call(server.port, { path: LOGIN, headers: JSON_TYPE, body })).status).toBe(200);
  });

  test("an empty protobuf body is the empty message", async () => {
    await using server = await startTwirp(rig);
    expect((await call(server.port, { path: LOGIN, headers: PROTOBUF })).status).toBe(200);
  });

  test("unknown fields are ignored in both encodings", async () => {
    await using server = await startTwirp(rig);
    const json = '{"nope":{"a":[1]},"email":"a@b"}';
    const answer = await call(server.port, { path: LOGIN, headers: JSON_TYPE, body: json });
    expect(answer.text).toContain('"access_token":"a@b"');
    const binary = Buffer.concat([
      LoginRequest.toBinary({ email: "a@b", password: "" }),
      Buffer.from([0xf8, 0x06, 1]),
    ]);
    expect((await call(server.port, { path: LOGIN, headers: PROTOBUF, body: binary })).status).toBe(
      200,
    );
  });

  test.each([
    { name: "proto names", body: '{"page_size":7,"field":"f"}', value: "f/7", token: "" },
    { name: "camel case", body: '{"pageSize":7,"field":"f"}', value: "f/7", token: "" },
    {
      name: "null is the default",
      body: '{"page_size":null,"field":"f"}',
      value: "f/0",
      token: "",
    },
    {
      name: "times with an offset and nanoseconds",
      body: '{"start_time":"1970-01-01T01:00:01.000000009+01:00"}',
      value: "/0",
      token: "1.9",
    },
  ])("JSON in: $name", async ({ body, value, token }) => {
    await using server = await startTwirp(rig);
    const answer = await call(server.port, { path: VALUES, headers: JSON_TYPE, body });
    expect(JSON.parse(answer.text)).toMatchObject({ values: [{ value }], next_page_token: token });
  });

  test("JSON out: snake_case, 64-bit numbers as texts, unset fields written", async () => {
    await using server = await startTwirp(rig);
    const values = await call(server.port, { path: VALUES, headers: JSON_TYPE, body: "{}" });
    expect(values.text).toBe(
      '{"values":[{"value":"/0","count":"1152921504606846976"}],"next_page_token":"","partial":false,"partial_reason":""}',
    );
    const query = await call(server.port, { path: QUERY, headers: JSON_TYPE, body: '{"limit":3}' });
    expect(JSON.parse(query.text)).toMatchObject({
      entries: [],
      next_cursor: "3",
      partial: false,
      covered_start_time: null,
    });
  });

  test("both encodings give the same answer", async () => {
    await using server = await startTwirp(rig);
    const request = ListFieldValuesRequest.create({ field: "ünï", pageSize: 12 });
    const body = ListFieldValuesRequest.toBinary(request);
    const binary = await call(server.port, { path: VALUES, headers: PROTOBUF, body });
    const json = await call(server.port, {
      path: VALUES,
      headers: JSON_TYPE,
      body: ListFieldValuesRequest.toJsonString(request),
    });
    expect(ListFieldValuesResponse.fromJsonString(json.text)).toEqual(
      ListFieldValuesResponse.fromBinary(binary.bytes),
    );
  });
});

describe("errors", () => {
  const codes = Object.values(TwirpErrorCode);
  const statuses: Record<string, number> = {
    canceled: 408,
    invalid_argument: 400,
    malformed: 400,
    deadline_exceeded: 408,
    not_found: 404,
    bad_route: 404,
    already_exists: 409,
    permission_denied: 403,
    unauthenticated: 401,
    resource_exhausted: 429,
    failed_precondition: 412,
    aborted: 409,
    out_of_range: 400,
    unimplemented: 501,
    unavailable: 503,
    data_loss: 500,
    internal: 500,
    unknown: 500,
  };

  test("every code is in the table above", () => {
    expect(codes.toSorted()).toEqual(Object.keys(statuses).toSorted());
  });

  test.each(codes)("a Twirp error %s has its status", async (twirpCode) => {
    await using server = await startTwirp({
      auth: { Login: () => Promise.reject(new TwirpError(twirpCode, "said").withMeta("a", "b")) },
    });
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF });
    expect(answer.status).toBe(statuses[twirpCode]);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
    const hidden = twirpCode === "internal" || twirpCode === "unknown";
    expect(errorOf(answer.text)).toMatchObject(
      hidden
        ? { code: "internal", msg: "internal error" }
        : { code: twirpCode, msg: "said", meta: { a: "b" } },
    );
  });

  test.each([
    {
      fault: invalid("query", "no", { start: "0", end: "3", expected: "a value", fix_1: "x:1" }),
      want: {
        code: "invalid_argument",
        msg: "query: no",
        meta: { field: "query", start: "0", end: "3", expected: "a value", fix_1: "x:1" },
      },
    },
    { fault: notFound("entry", "x"), want: { code: "not_found", msg: "no such entry: x" } },
    {
      fault: new FaultError({ kind: "denied", reason: "r" }),
      want: { code: "permission_denied", msg: "r" },
    },
    {
      fault: new FaultError({ kind: "unauthenticated", reason: "r" }),
      want: { code: "unauthenticated", msg: "r" },
    },
    {
      fault: new FaultError({ kind: "conflict", reason: "r" }),
      want: { code: "already_exists", msg: "r" },
    },
    {
      fault: new FaultError({ kind: "conflict", reason: "r", unmet: true }),
      want: { code: "failed_precondition", msg: "r" },
    },
    { fault: new FaultError({ kind: "stale", reason: "r" }), want: { code: "aborted", msg: "r" } },
    {
      fault: new FaultError({ kind: "deadline", reason: "r" }),
      want: { code: "deadline_exceeded", msg: "r" },
    },
    {
      fault: new FaultError({ kind: "canceled" }),
      want: { code: "canceled", msg: "the caller went away" },
    },
    {
      fault: new FaultError({ kind: "tooLarge", what: "x", limitBytes: 5 }),
      want: { code: "invalid_argument", msg: "x is larger than 5 bytes" },
    },
    {
      fault: new FaultError({ kind: "corrupt", what: "block 1", reason: "r" }),
      want: { code: "data_loss", msg: "stored data is damaged, the server's log says which" },
    },
  ])("a fault is answered as $want.code, without empty metadata", async ({ fault, want }) => {
    await using server = await startTwirp({ auth: { Login: () => Promise.reject(fault) } });
    const answer = await call(server.port, { path: LOGIN, headers: JSON_TYPE, body: "{}" });
    expect(answer.status).toBe(statuses[want.code]);
    expect(errorOf(answer.text)).toEqual(want);
    expect(answer.headers["retry-after"]).toBeUndefined();
  });

  test.each([
    { kind: "overloaded", retryAfterMs: 1500, status: 503, seconds: "2" },
    { kind: "overQuota", retryAfterMs: 1, status: 429, seconds: "1" },
  ] as const)("$kind says when to come again", async ({ kind, retryAfterMs, status, seconds }) => {
    const fault = new FaultError({ kind, reason: "busy", retryAfterMs });
    await using server = await startTwirp({ auth: { Login: () => Promise.reject(fault) } });
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF });
    expect(answer.status).toBe(status);
    expect(answer.headers["retry-after"]).toBe(seconds);
  });

  test.each([
    { name: "an Error", thrown: new Error("db password=hunter2") },
    { name: "a text", thrown: "hunter2" },
    { name: "null", thrown: null },
    { name: "undefined", thrown: undefined },
    { name: "an object", thrown: { msg: "hunter2", code: "not_found" } },
    {
      name: "a Twirp error with a code that is none",
      thrown: new TwirpError("nope" as TwirpErrorCode, "hunter2"),
    },
    {
      name: "a Twirp error that leaks",
      thrown: new TwirpError(TwirpErrorCode.Internal, "hunter2"),
    },
  ])("$name from a method is an internal error and nothing more", async ({ thrown }) => {
    await using server = await startTwirp({
      auth: { Login: () => Promise.reject(thrown as Error) },
    });
    const headers = { ...JSON_TYPE, "x-request-id": "r-1" };
    const answer = await call(server.port, { path: LOGIN, headers, body: "{}" });
    expect(answer.status).toBe(500);
    expect(answer.text).toBe(
      '{"code":"internal","msg":"internal error","meta":{"request_id":"r-1"}}',
    );
    expect(server.errors).toHaveLength(1);
    expect(server.errors[0]).toMatchObject({
      error: thrown,
      fields: { rpc: "argus.v1.AuthService/Login", request_id: "r-1" },
    });
  });

  test.each([JSON_TYPE, PROTOBUF])(
    "a method without an answer is an internal error (%o)",
    async (headers) => {
      await using server = await startTwirp({
        auth: { Login: () => Promise.resolve(undefined as never) },
      });
      const body = headers === JSON_TYPE ? "{}" : "";
      const answer = await call(server.port, { path: LOGIN, headers, body });
      expect(errorOf(answer.text)).toMatchObject({ code: "internal", msg: "internal error" });
      expect(server.errors).toHaveLength(1);
    },
  );

  test("a method that throws at once is answered as one that rejects", async () => {
    await using server = await startTwirp({
      auth: {
        Login: () => {
          throw notFound("user", "");
        },
      },
    });
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF });
    expect(errorOf(answer.text)).toEqual({ code: "not_found", msg: "no such user" });
  });

  test("values of metadata are texts", async () => {
    const error = new TwirpError(TwirpErrorCode.NotFound, "x");
    error.withMeta("n", 5 as unknown as string).withMeta("o", { a: 1 } as unknown as string);
    await using server = await startTwirp({ auth: { Login: () => Promise.reject(error) } });
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF });
    expect(errorOf(answer.text).meta).toEqual({ n: "5", o: '{"a":1}' });
  });

  test("a very long message is cut", async () => {
    const error = new TwirpError(TwirpErrorCode.NotFound, "x".repeat(1_100_000));
    await using server = await startTwirp({ auth: { Login: () => Promise.reject(error) } });
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF });
    expect(errorOf(answer.text).msg).toHaveLength(1_000_000);
  });

  test("an observer that throws takes nothing down", async () => {
    await using server = await startTwirp({
      ...rig,
      twirp: {
        observe: () => {
          throw new Error("bad observer");
        },
      },
    });
    expect((await call(server.port, { path: SETUP, headers: PROTOBUF })).status).toBe(200);
    expect((await call(server.port, { path: SETUP, headers: PROTOBUF })).status).toBe(200);
    expect(server.errors[0]?.error).toEqual(new Error("bad observer"));
  });
});
