/** What an RPC knows of its call, and the handler under express. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { describe, expect, test } from "vitest";
import {
  SendLogsRequest,
  SendLogsResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import { call } from "../../../test/support/http-call.ts";
import {
  errorOf,
  JSON_TYPE,
  LOGIN,
  PROTOBUF,
  SEND,
  SETUP,
  sizes,
} from "../../../test/support/twirp-calls.ts";
import { type RigOptions, startTwirp } from "../../../test/support/twirp-rig.ts";
import { unauthenticated } from "../../domain/fault.ts";
import { MiB } from "../../domain/limits.ts";
import type { CallRecord } from "./handler.ts";

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
    await call(server.port, { path: SETUP, headers });
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
