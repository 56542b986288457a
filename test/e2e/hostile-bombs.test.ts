/** Little that inflates to much, in each encoding and to each kind of endpoint that takes a body. */
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { LIMITS, MiB } from "../../src/domain/limits.ts";
import { ndjson, search, send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { SEND, useHostileServer } from "../support/hostile-server.ts";
import { type Answer, call } from "../support/http-call.ts";
import { until } from "../support/until.ts";

let port = 0;
let url = "";
let key = "";
let pid = 0;

useHostileServer((server) => {
  ({ port, url, key } = server);
  ({ pid } = server.argus);
});

const ENCODERS = {
  gzip: (bytes: Buffer) => gzipSync(bytes, { level: 9 }),
  deflate: (bytes: Buffer) => deflateSync(bytes, { level: 9 }),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
  br: (bytes: Buffer) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
} as const;
const ENDPOINTS = [
  { name: "SendLogs in protobuf", path: SEND, type: "application/protobuf", refusal: 400 },
  { name: "SendLogs in JSON", path: SEND, type: "application/json", refusal: 400 },
  {
    name: "Query in JSON",
    path: "/twirp/argus.v1.LogService/Query",
    type: "application/json",
    refusal: 400,
  },
  {
    name: "Login in protobuf",
    path: "/twirp/argus.v1.AuthService/Login",
    type: "application/protobuf",
    refusal: 400,
  },
  { name: "NDJSON", path: "/ingest/ndjson", type: "application/x-ndjson", refusal: 413 },
  { name: "plain lines", path: "/ingest/ndjson", type: "text/plain", refusal: 413 },
  {
    name: "an export's form",
    path: "/api/v1/export",
    type: "application/x-www-form-urlencoded",
    refusal: 413,
  },
] as const;

const residentMiB = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Of each endpoint; two dozen together inflate to more than the process may take. */
const AT_ONCE = 3;

test.each(Object.entries(ENCODERS))(
  "in %s: every endpoint refuses them, many at once, in bounded memory",
  async (encoding, encode) => {
    const bomb = encode(Buffer.alloc(LIMITS.inflatedBytes + MiB, 0x20));
    const bombs = (path: string, type: string): Promise<Answer[]> => {
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": type,
        "content-encoding": encoding,
      };
      const sent = Array.from({ length: AT_ONCE }, () => call(port, { path, headers, body: bomb }));
      return Promise.all(sent);
    };
    const isRefused = async ({ path, type, refusal }: (typeof ENDPOINTS)[number]) => {
      const answers = await bombs(path, type);
      // Where many wait for their turn to inflate, some may be told to come back.
      for (const { status, headers: answered } of answers)
        if (status === 503) expect(Number(answered["retry-after"])).toBeGreaterThan(0);
        else expect(status).toBe(refusal);
      return answers.some(({ status }) => status === refusal);
    };
    await Promise.all(
      ENDPOINTS.map((endpoint) =>
        until(`${endpoint.name} refuses one`, () => isRefused(endpoint), 60_000),
      ),
    );
    expect(residentMiB()).toBeLessThan(1_000);
    await send(url, key, [{ message: "beside bombs" }]);
    expect((await search(url, key, '"beside bombs"')).entries.length).toBeGreaterThan(0);
  },
  120_000,
);

test("a key that sends bombs does not shut out another application's", async () => {
  const { secret: modest } = await makeApplication(url, "modest");
  // 17 KB that are 5 MB of entries, sixteen at a time: more than waits to be stored at one time.
  const line = `{"message":"${"b".repeat(100)}"}\n`;
  const bomb = gzipSync(line.repeat(45_000), { level: 9 });
  let isOver = false;
  const bombing = Array.from({ length: 16 }, async () => {
    while (!isOver)
      await ndjson(url, bomb, { token: key, headers: { "content-encoding": "gzip" } });
  });
  const sent: number[] = [];
  for (let n = 0; n < 4; n++)
    sent.push((await ndjson(url, `{"message":"modest ${n}"}\n`, { token: modest })).status);
  isOver = true;
  await Promise.all(bombing);
  expect(sent).toEqual(sent.map(() => 200));
}, 60_000);
