/** What happens to bodies, connections and time under Twirp: bounds, encodings, deadlines, callers that leave. */
import { connect } from "node:net";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import {
  brotliCompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
  constants,
} from "node:zlib";
import { randomBytes } from "node:crypto";
import express from "express";
import { describe, expect, test } from "vitest";
import {
  SendLogsRequest,
  SendLogsResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import { call, rawCall } from "../../../test/support/http-call.ts";
import { type RigOptions, startTwirp } from "../../../test/support/twirp-rig.ts";
import { FaultError, unauthenticated } from "../../domain/fault.ts";
import { KiB, MiB } from "../../domain/limits.ts";
import type { CallRecord } from "./handler.ts";
import type { RpcContext } from "./context.ts";

const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF = { "content-type": "application/protobuf" };
const LOGIN = "/twirp/argus.v1.AuthService/Login";
const SEND = "/twirp/argus.v1.LogService/SendLogs";
const LOGIN_NAME = "argus.v1.AuthService/Login";

/** Answers with the length of the body that it was given. */
const sizes: RigOptions = {
  auth: {
    Login: (_ctx, request) =>
      Promise.resolve({ accessToken: String(request.email.length), refreshToken: "" }),
  },
  twirp: {
    raw: {
      "argus.v1.LogService/SendLogs": (_ctx, body, encoding) =>
        Promise.resolve(
          encoding === "json"
            ? JSON.stringify({ bytes: body.length })
            : SendLogsResponse.toBinary(SendLogsResponse.create({ accepted: body.length })),
        ),
    },
  },
};

/** Gzip ends in four bytes of checksum and four of length. */
function badChecksum(gzip: Buffer): Buffer {
  const at = gzip.length - 8;
  gzip[at] = (gzip[at] ?? 0) ^ 1;
  return gzip;
}

function errorOf(text: string): { code: string; msg: string; meta?: Record<string, string> } {
  return JSON.parse(text) as { code: string; msg: string; meta?: Record<string, string> };
}

describe("limits", () => {
  const small: RigOptions = { ...sizes, limits: { bodyBytes: 10 * KiB, inflatedBytes: 100 * KiB } };

  test.each([
    { name: "with its length declared", body: "x".repeat(10 * KiB + 1) },
    { name: "in chunks", body: Array.from({ length: 11 }, () => "x".repeat(KiB)) },
    { name: "far over, declared", body: "x".repeat(3 * MiB) },
    { name: "far over, in chunks", body: Array.from({ length: 48 }, () => "x".repeat(64 * KiB)) },
  ])("a body over the limit, $name, is refused and the refusal arrives", async ({ body }) => {
    await using server = await startTwirp(small);
    const answer = await call(server.port, { path: SEND, headers: JSON_TYPE, body });
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text)).toEqual({
      code: "invalid_argument",
      msg: "the body is larger than 10240 bytes",
    });
  });

  test("a body of exactly the limit is read, declared or in chunks", async () => {
    await using server = await startTwirp(small);
    const whole = await call(server.port, {
      path: SEND,
      headers: JSON_TYPE,
      body: "x".repeat(10 * KiB),
    });
    expect(whole.text).toBe('{"bytes":10240}');
    const body = Array.from({ length: 10 }, () => "x".repeat(KiB));
    const chunks = await call(server.port, { path: SEND, headers: JSON_TYPE, body });
    expect(chunks.text).toBe('{"bytes":10240}');
  });

  test("a body declared beyond what is read away is refused at once and the connection ends", async () => {
    await using server = await startTwirp(small);
    const answer = await rawCall(
      server.port,
      `POST ${SEND} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\nabc`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toContain('"code":"invalid_argument"');
  });

  test.each([
    { encoding: "gzip", bytes: gzipSync(Buffer.alloc(64 * MiB)) },
    { encoding: "zstd", bytes: zstdCompressSync(Buffer.alloc(64 * MiB)) },
    { encoding: "deflate", bytes: deflateSync(Buffer.alloc(8 * MiB)) },
    {
      encoding: "br",
      bytes: brotliCompressSync(Buffer.alloc(8 * MiB), {
        params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
      }),
    },
  ])("a bomb in $encoding is refused at the bound", async ({ encoding, bytes }) => {
    await using server = await startTwirp({
      ...small,
      limits: { bodyBytes: MiB, inflatedBytes: 100 * KiB },
    });
    const headers = { ...PROTOBUF, "content-encoding": encoding };
    const answer = await call(server.port, { path: SEND, headers, body: bytes });
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text).msg).toBe("the body, inflated, is larger than 102400 bytes");
    expect(server.errors).toEqual([]);
  });

  test("a zstd body that wants a window of 128 MB is refused", async () => {
    const bytes = zstdCompressSync(randomBytes(KiB), {
      params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
    });
    // Without a content size the frame's header asks for the whole window.
    await using server = await startTwirp(sizes);
    const headers = { ...PROTOBUF, "content-encoding": "zstd" };
    const streamed = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3]),
      Buffer.from([0x01, 0, 0]),
    ]);
    expect((await call(server.port, { path: SEND, headers, body: streamed })).status).toBe(400);
    expect((await call(server.port, { path: SEND, headers, body: bytes })).status).toBe(200);
  });

  test("bodies in flight are bounded together, and their bytes come back", async () => {
    const entered = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    await using server = await startTwirp({
      budgetBytes: 1500,
      twirp: {
        raw: {
          "argus.v1.LogService/SendLogs": async () => {
            entered.resolve();
            await go.promise;
            return "{}";
          },
        },
      },
    });
    const first = call(server.port, { path: SEND, headers: JSON_TYPE, body: "x".repeat(1000) });
    await entered.promise;
    const second = await call(server.port, {
      path: SEND,
      headers: JSON_TYPE,
      body: "x".repeat(1000),
    });
    expect(second.status).toBe(503);
    expect(second.headers["retry-after"]).toBe("1");
    go.resolve();
    expect((await first).status).toBe(200);
    expect(server.budget.heldBytes).toBe(0);
    const third = await call(server.port, {
      path: SEND,
      headers: JSON_TYPE,
      body: "x".repeat(1000),
    });
    expect(third.status).toBe(200);
  });
});

describe("content encodings", () => {
  const text = JSON.stringify({ email: "e".repeat(5000) });
  test.each([
    { encoding: "gzip", bytes: gzipSync(text) },
    { encoding: "GZIP", bytes: gzipSync(text) },
    { encoding: "x-gzip", bytes: gzipSync(text) },
    { encoding: "deflate", bytes: deflateSync(text) },
    { encoding: "br", bytes: brotliCompressSync(text) },
    { encoding: "zstd", bytes: zstdCompressSync(text) },
    { encoding: "identity", bytes: Buffer.from(text) },
  ])("$encoding is read", async ({ encoding, bytes }) => {
    await using server = await startTwirp(sizes);
    const headers = { ...JSON_TYPE, "content-encoding": encoding };
    const answer = await call(server.port, { path: LOGIN, headers, body: bytes });
    expect(JSON.parse(answer.text)).toMatchObject({ access_token: "5000" });
  });

  test.each(["gzip", "zstd"])("a large body in %s is inflated whole", async (encoding) => {
    const body = Buffer.concat([randomBytes(300 * KiB), Buffer.alloc(5 * MiB)]);
    await using server = await startTwirp(sizes);
    const headers = { ...JSON_TYPE, "content-encoding": encoding };
    const bytes = encoding === "gzip" ? gzipSync(body) : zstdCompressSync(body);
    const answer = await call(server.port, { path: SEND, headers, body: bytes });
    expect(answer.text).toBe(`{"bytes":${body.length}}`);
  });

  test("several gzip members, or zstd frames, are one body", async () => {
    await using server = await startTwirp(sizes);
    for (const [encoding, pack] of [
      ["gzip", gzipSync],
      ["zstd", zstdCompressSync],
    ] as const) {
      const headers = { ...JSON_TYPE, "content-encoding": encoding };
      const body = Buffer.concat([pack('{"email":'), pack('"abc"}')]);
      const answer = await call(server.port, { path: LOGIN, headers, body });
      expect(JSON.parse(answer.text)).toMatchObject({ access_token: "3" });
    }
  });

  test.each([
    { name: "no gzip at all", encoding: "gzip", bytes: Buffer.from("{}") },
    { name: "gzip cut short", encoding: "gzip", bytes: gzipSync(text).subarray(0, 20) },
    { name: "zstd cut short", encoding: "zstd", bytes: zstdCompressSync(text).subarray(0, 20) },
    {
      name: "zstd of ten thousand frames",
      encoding: "zstd",
      bytes: Buffer.concat(Array.from({ length: 10_000 }, () => zstdCompressSync(""))),
    },
    { name: "a wrong checksum", encoding: "gzip", bytes: badChecksum(gzipSync(text)) },
  ])("$name is malformed", async ({ encoding, bytes }) => {
    await using server = await startTwirp(sizes);
    const headers = { ...JSON_TYPE, "content-encoding": encoding };
    const answer = await call(server.port, { path: LOGIN, headers, body: bytes });
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text)).toEqual({
      code: "malformed",
      msg: "the json request could not be decoded",
      meta: { cause: `cannot be decoded as ${encoding}` },
    });
  });

  test.each(["compress", "gzip, gzip", "nope"])("%s is refused by name", async (encoding) => {
    await using server = await startTwirp(sizes);
    const headers = { ...JSON_TYPE, "content-encoding": encoding };
    const answer = await call(server.port, { path: LOGIN, headers, body: "{}" });
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text)).toMatchObject({
      code: "invalid_argument",
      meta: { field: "content-encoding" },
    });
  });

  const long: RigOptions = {
    auth: {
      Login: (_ctx, request) => Promise.resolve({ accessToken: request.email, refreshToken: "" }),
    },
  };
  test.each([
    { accept: "gzip, deflate", bytes: 5000, want: "gzip" },
    { accept: "gzip, deflate, br, zstd", bytes: 5000, want: "zstd" },
    { accept: "zstd;q=0, gzip", bytes: 5000, want: "gzip" },
    { accept: "gzip", bytes: 100 * KiB, want: "gzip" },
    { accept: "zstd", bytes: 100 * KiB, want: "zstd" },
    { accept: "*", bytes: 5000, want: "gzip" },
    { accept: "br", bytes: 5000, want: undefined },
    { accept: "gzip;q=0", bytes: 5000, want: undefined },
    { accept: "gzip", bytes: 100, want: undefined },
    { accept: undefined, bytes: 5000, want: undefined },
  ])(
    "an answer of $bytes bytes to accept-encoding $accept is in $want",
    async ({ accept, bytes, want }) => {
      await using server = await startTwirp(long);
      const headers = {
        ...JSON_TYPE,
        ...(accept === undefined ? {} : { "accept-encoding": accept }),
      };
      const body = JSON.stringify({ email: "e".repeat(bytes) });
      const answer = await call(server.port, { path: LOGIN, headers, body });
      expect(answer.headers["content-encoding"]).toBe(want);
      expect(answer.headers["content-length"]).toBe(String(answer.bytes.length));
      const plain =
        want === undefined
          ? answer.bytes
          : want === "gzip"
            ? gunzipSync(answer.bytes)
            : zstdDecompressSync(answer.bytes);
      expect(JSON.parse(plain.toString())).toMatchObject({ access_token: "e".repeat(bytes) });
    },
  );
});

describe("time and connections", () => {
  test("a sender slower than its deadline is told so, and cut", async () => {
    await using server = await startTwirp(sizes);
    const answer = await rawCall(
      server.port,
      `POST ${LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nArgus-Timeout-Ms: 50\r\nContent-Length: 10\r\n\r\n{`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toContain('{"code":"deadline_exceeded","msg":"the request\'s time is up"}');
    expect(server.budget.heldBytes).toBe(0);
  });

  test("a method past its deadline is answered, its signal aborted", async () => {
    const aborted = Promise.withResolvers<unknown>();
    await using server = await startTwirp({
      auth: {
        Login: (ctx) =>
          new Promise(() => {
            ctx.signal.addEventListener("abort", () => aborted.resolve(ctx.signal.reason));
          }),
      },
    });
    const headers = { ...PROTOBUF, "argus-timeout-ms": "30" };
    const answer = await call(server.port, { path: LOGIN, headers });
    expect(answer.status).toBe(408);
    expect(errorOf(answer.text).code).toBe("deadline_exceeded");
    expect(await aborted.promise).toBeInstanceOf(FaultError);
  });

  test("a signal asked for after the deadline is aborted already", async () => {
    const seen = Promise.withResolvers<boolean>();
    const asked = Promise.withResolvers<void>();
    await using server = await startTwirp({
      auth: {
        Login: async (ctx) => {
          await asked.promise;
          seen.resolve(ctx.signal.aborted);
          return {} as never;
        },
      },
    });
    const headers = { ...PROTOBUF, "argus-timeout-ms": "10" };
    expect((await call(server.port, { path: LOGIN, headers })).status).toBe(408);
    asked.resolve();
    expect(await seen.promise).toBe(true);
  });

  test.each(["0", "-1", "1.5", "soon", "1e3"])("a timeout of %j is refused", async (timeout) => {
    await using server = await startTwirp(sizes);
    const headers = { ...PROTOBUF, "argus-timeout-ms": timeout };
    const answer = await call(server.port, { path: LOGIN, headers });
    expect(errorOf(answer.text)).toMatchObject({
      code: "invalid_argument",
      meta: { field: "argus-timeout-ms" },
    });
  });

  test.each([
    { sent: undefined, want: 30_000 },
    { sent: "45000", want: 45_000 },
    { sent: "999999999", want: 120_000 },
  ])("the deadline of a request that says $sent is $want ms away", async ({ sent, want }) => {
    let context: RpcContext | undefined;
    await using server = await startTwirp({
      auth: {
        Login: (ctx) => {
          context = ctx;
          return Promise.resolve({ accessToken: "", refreshToken: "" });
        },
      },
    });
    const headers = { ...PROTOBUF, ...(sent === undefined ? {} : { "argus-timeout-ms": sent }) };
    await call(server.port, { path: LOGIN, headers });
    expect(context?.deadlineMs).toBe(want);
  });

  test("a caller that leaves aborts the signal, and the call counts as canceled", async () => {
    const entered = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<unknown>();
    const observed = Promise.withResolvers<CallRecord>();
    await using server = await startTwirp({
      auth: {
        Login: (ctx) =>
          new Promise(() => {
            ctx.signal.addEventListener("abort", () => aborted.resolve(ctx.signal.reason));
            entered.resolve();
          }),
      },
      twirp: { observe: observed.resolve },
    });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `POST ${LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/protobuf\r\nContent-Length: 0\r\n\r\n`,
    );
    await entered.promise;
    socket.destroy();
    expect(await aborted.promise).toMatchObject({ fault: { kind: "canceled" } });
    expect(await observed.promise).toMatchObject({ name: LOGIN_NAME, code: "canceled" });
    expect(server.errors).toEqual([]);
  });

  test("a caller that leaves in the middle of its body is canceled, not malformed", async () => {
    const observed = Promise.withResolvers<CallRecord>();
    const entered = Promise.withResolvers<void>();
    await using server = await startTwirp({
      ...sizes,
      twirp: { ...sizes.twirp, admit: () => entered.resolve(), observe: observed.resolve },
    });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `POST ${LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"e`,
    );
    await entered.promise;
    socket.destroy();
    expect(await observed.promise).toMatchObject({ name: LOGIN_NAME, code: "canceled" });
    expect(server.budget.heldBytes).toBe(0);
    expect(server.errors).toEqual([]);
  });

  test("one connection serves many calls, good and bad", async () => {
    await using server = await startTwirp(sizes);
    const one = `POST ${SEND} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    const bad = "POST /twirp/nope HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    const last = one.replace("Host: x", "Host: x\r\nConnection: close");
    const answer = await rawCall(server.port, one + bad + one + last);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1])).toEqual([
      "200",
      "404",
      "200",
      "200",
    ]);
  });

  test("100-continue: said when the body is wanted, and the connection lives on", async () => {
    await using server = await startTwirp(sizes);
    const head = `POST ${SEND} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`;
    const next = `POST ${SEND} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n123`;
    const answer = await rawCall(server.port, head, `{}${next}`);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(answer).toContain('{"bytes":2}');
    expect(answer).toContain('{"bytes":3}');
  });

  test.each([
    { name: "too large a body", path: SEND, length: 99_999_999_999, status: 400 },
    { name: "no such path", path: "/twirp/nope", length: 5, status: 404 },
  ])("100-continue: $name is refused before it is sent", async ({ path, length, status }) => {
    await using server = await startTwirp(sizes);
    const answer = await rawCall(
      server.port,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });
});

describe("the context", () => {
  test("admission comes before the body is read", async () => {
    await using server = await startTwirp({
      ...sizes,
      twirp: {
        ...sizes.twirp,
        admit: (ctx, route) => {
          throw unauthenticated(`no ${route.name} for ${ctx.remoteAddress}`);
        },
      },
    });
    const body = "x".repeat(MiB);
    const answer = await call(server.port, { path: SEND, headers: JSON_TYPE, body });
    expect(answer.status).toBe(401);
    expect(errorOf(answer.text).msg).toBe("no argus.v1.LogService/SendLogs for 127.0.0.1");
    expect(server.budget.heldBytes).toBe(0);
  });

  test("the principal is found out once, from the header, and only if asked for", async () => {
    const asked: (string | undefined)[] = [];
    const kinds: string[] = [];
    await using server = await startTwirp({
      auth: {
        Login: async (ctx) => {
          kinds.push((await ctx.principal()).kind, (await ctx.principal()).kind);
          return { accessToken: "", refreshToken: "" };
        },
        GetSetupState: () => Promise.resolve({ needsOwner: false, needsCode: false }),
      },
      twirp: {
        authenticate: (authorization) => {
          asked.push(authorization);
          return Promise.resolve({ kind: "nobody" });
        },
      },
    });
    const headers = { ...PROTOBUF, authorization: "Bearer x" };
    await call(server.port, { path: "/twirp/argus.v1.AuthService/GetSetupState", headers });
    expect(asked).toEqual([]);
    await call(server.port, { path: LOGIN, headers });
    expect(asked).toEqual(["Bearer x"]);
    expect(kinds).toEqual(["nobody", "nobody"]);
  });

  test("headers are set on answers and errors, but not the protocol's", async () => {
    await using server = await startTwirp({
      auth: {
        Login: (ctx) => {
          ctx.setHeader("Set-Cookie", ["a=1", "b=2"]);
          expect(() => ctx.setHeader("Content-Type", "text/html")).toThrow("not the RPC's");
          throw unauthenticated("no");
        },
      },
    });
    const answer = await call(server.port, { path: LOGIN, headers: PROTOBUF });
    expect(answer.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test.each([
    { sent: "abc-1", same: true },
    { sent: "x".repeat(129), same: false },
    { sent: "a b", same: false },
    { sent: undefined, same: false },
  ])("the request id $sent is answered if it is sane, else a new one", async ({ sent, same }) => {
    await using server = await startTwirp(sizes);
    const headers = { ...PROTOBUF, ...(sent === undefined ? {} : { "x-request-id": sent }) };
    const good = await call(server.port, { path: LOGIN, headers });
    const bad = await call(server.port, { path: "/twirp/nope", headers });
    for (const answer of [good, bad]) {
      const id = answer.headers["x-request-id"];
      if (same) expect(id).toBe(sent);
      else expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
  });

  test("a raw handler gets the bytes as they came and its answer is sent as it is", async () => {
    await using server = await startTwirp(sizes);
    const body = SendLogsRequest.toBinary(SendLogsRequest.create({ service: "web" }));
    const answer = await call(server.port, { path: SEND, headers: PROTOBUF, body });
    expect(SendLogsResponse.fromBinary(answer.bytes).accepted).toBe(body.length);
  });

  test("a raw handler for a method that does not exist is found at the start", async () => {
    await expect(
      startTwirp({ twirp: { raw: { "argus.v1.LogService/Nope": () => Promise.resolve("") } } }),
    ).rejects.toThrow("no such methods: argus.v1.LogService/Nope");
  });

  test("observers see the name, the code and the size", async () => {
    const seen: CallRecord[] = [];
    await using server = await startTwirp({
      ...sizes,
      twirp: { ...sizes.twirp, observe: (record) => void seen.push(record) },
    });
    const headers = { ...JSON_TYPE, "x-request-id": "r" };
    const answer = await call(server.port, { path: SEND, headers, body: "{}" });
    await call(server.port, { path: "/twirp/nope", headers });
    expect(seen).toMatchObject([
      {
        name: "argus.v1.LogService/SendLogs",
        code: "ok",
        sentBytes: answer.bytes.length,
        requestId: "r",
      },
      { name: "", code: "bad_route" },
    ]);
  });
});

describe("under express", () => {
  /** The handler as a middleware, with another in front of it. */
  async function under(
    mount: string,
    before: express.RequestHandler | undefined,
    rig: RigOptions,
    path: string,
  ): Promise<{ status: number; text: string }> {
    await using server = await startTwirp(rig);
    const app = express();
    if (before !== undefined) app.use(before);
    app.use(mount, (req, res) => server.handler(req, res));
    const http = createServer(app);
    await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
    try {
      return await call((http.address() as AddressInfo).port, {
        path,
        headers: JSON_TYPE,
        body: '{"email":"abc"}',
      });
    } finally {
      await new Promise((resolve) => http.close(resolve));
    }
  }

  test.each(["/twirp", "/"])("mounted at %s it sees the whole path", async (mount) => {
    expect((await under(mount, undefined, sizes, LOGIN)).text).toContain('"access_token":"3"');
    const nope = await under(mount, undefined, sizes, "/twirp/nope?x=1");
    expect(errorOf(nope.text).meta).toEqual({ twirp_invalid_route: "POST /twirp/nope" });
  });

  test("a body that was read and kept as bytes is used", async () => {
    const answer = await under("/twirp", express.raw({ type: "*/*" }), sizes, LOGIN);
    expect(answer.text).toContain('"access_token":"3"');
  });

  test("a body that was read and thrown away is an error at once", async () => {
    const answer = await under("/twirp", express.json(), sizes, LOGIN);
    expect(answer.status).toBe(500);
    expect(errorOf(answer.text)).toMatchObject({ code: "internal", msg: "internal error" });
  });
});

test("an answer begun by somebody else is not written twice", async () => {
  await using server = await startTwirp({
    auth: {
      Login: (ctx) => {
        ctx.res.writeHead(204).end();
        throw unauthenticated("late");
      },
    },
  });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const req = request(
      { port: server.port, host: "127.0.0.1", method: "POST", path: LOGIN, headers: PROTOBUF },
      (res) => {
        res.resume();
        resolve(res.statusCode);
      },
    );
    req.on("error", reject);
    req.end();
  });
  expect(status).toBe(204);
});
