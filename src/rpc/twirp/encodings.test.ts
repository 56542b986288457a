/** Content encodings of requests and answers under Twirp. */
import { randomBytes } from "node:crypto";
import {
  brotliCompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { call } from "../../../test/support/http-call.ts";
import { errorOf, JSON_TYPE, LOGIN, SEND, sizes } from "../../../test/support/twirp-calls.ts";
import { type RigOptions, startTwirp } from "../../../test/support/twirp-rig.ts";
import { KiB, MiB } from "../../domain/limits.ts";

/** Gzip ends in four bytes of checksum and four of length. */
function badChecksum(gzip: Buffer): Buffer {
  const at = gzip.length - 8;
  gzip[at] = (gzip[at] ?? 0) ^ 1;
  return gzip;
}

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

  const frame = zstdCompressSync("");
  test.each([
    { name: "no gzip at all", encoding: "gzip", bytes: Buffer.from("{}") },
    { name: "gzip cut short", encoding: "gzip", bytes: gzipSync(text).subarray(0, 20) },
    { name: "zstd cut short", encoding: "zstd", bytes: zstdCompressSync(text).subarray(0, 20) },
    {
      name: "zstd of ten thousand frames",
      encoding: "zstd",
      bytes: Buffer.concat(Array.from({ length: 10_000 }, () => frame)),
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
