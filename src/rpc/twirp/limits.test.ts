/** Bodies under Twirp: bounds on what is read and inflated. */
import { randomBytes } from "node:crypto";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { call, rawCall } from "../../../test/support/http-call.ts";
import {
  errorOf,
  JSON_TYPE,
  LOGIN,
  PROTOBUF,
  SEND,
  sizes,
} from "../../../test/support/twirp-calls.ts";
import { type RigOptions, startTwirp } from "../../../test/support/twirp-rig.ts";
import { KiB, MiB } from "../../domain/limits.ts";

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

  test.each([
    { name: "declared", headers: {}, body: Buffer.alloc(MiB + 1, " ") },
    {
      name: "in chunks",
      headers: {},
      body: Array.from({ length: 17 }, () => Buffer.alloc(64 * KiB, " ")),
    },
    {
      name: "inflated",
      headers: { "content-encoding": "gzip" },
      body: gzipSync(Buffer.alloc(MiB + 1, " ")),
    },
  ])("the message of an RPC without entries is bounded, $name", async ({ headers, body }) => {
    await using server = await startTwirp(sizes);
    const sent = { headers: { ...JSON_TYPE, ...headers }, body };
    const refused = await call(server.port, { path: LOGIN, ...sent });
    expect(refused.status).toBe(400);
    expect(errorOf(refused.text).msg).toMatch(/is larger than 1048576 bytes$/);
    expect((await call(server.port, { path: SEND, ...sent })).status).toBe(200);
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
