/** Time and connections under Twirp: deadlines, slow senders, callers that leave, 100-continue. */
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { call, rawCall } from "../../../test/support/http-call.ts";
import { errorOf, LOGIN, PROTOBUF, SEND, sizes } from "../../../test/support/twirp-calls.ts";
import { startTwirp } from "../../../test/support/twirp-rig.ts";
import { FaultError } from "../../domain/fault.ts";
import type { RpcContext } from "./context.ts";
import type { CallRecord } from "./handler.ts";

const LOGIN_NAME = "argus.v1.AuthService/Login";

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
