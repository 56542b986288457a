/** Hostile bodies against a real server: each condition has a test that names it. */
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { SendLogsRequest } from "../../generated/server/argus/v1/log_service.ts";
import { LIMITS, MiB } from "../../src/domain/limits.ts";
import { ndjson, rpc, search, searchAll, send } from "../support/api-calls.ts";
import { SEND, useHostileServer } from "../support/hostile-server.ts";
import { call } from "../support/http-call.ts";
import { type ArgusProcess } from "../support/server-process.ts";

let argus: ArgusProcess;
let url = "";
let port = 0;
let key = "";

useHostileServer((server) => {
  ({ argus, url, port, key } = server);
});

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${key}` });
const peakMiB = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${argus.pid}/status`, "utf8"))?.[1]) / 1024;

describe("wrong types", () => {
  test.each([
    '{"entries":"no"}',
    '{"entries":{}}',
    '{"entries":[1]}',
    '{"entries":[[]]}',
    '{"entries":[null]}',
    '{"batch_id":7}',
    '{"batch_id":"not a uuid"}',
    '{"service":{}}',
    '{"attributes":[]}',
    '{"entries":[{"message":{}}]}',
    '{"entries":[{"attributes":3}]}',
    "[]",
    "null",
    '"text"',
    "7",
    "",
    "{",
    "{}{}",
    '{"entries":[{"message":"x"}]',
  ])("SendLogs with the body %j is refused, not stored", async (body) => {
    const { status, code } = await rpc(url, "LogService/SendLogs", body, { token: key });
    expect([status, code]).toSatisfy(
      ([s, c]: [number, string]) => s === 400 && (c === "malformed" || c === "invalid_argument"),
    );
  });

  test.each([
    '{"query":7}',
    '{"limit":"many"}',
    '{"limit":-1}',
    '{"limit":4294967296}',
    '{"start_time":12}',
    '{"start_time":"yesterday"}',
    '{"start_time":"99999-01-01T00:00:00Z"}',
    '{"budget":[]}',
    '{"application_id":"x"}',
    '{"cursor":"x"}',
    '{"time_zone":"Nowhere/Land"}',
    '{"limit":10001}',
    '{"start_time":"2026-01-02T00:00:00Z","end_time":"2026-01-01T00:00:00Z"}',
  ])("Query with the body %j is refused", async (body) => {
    const { status } = await rpc(url, "LogService/Query", body, { token: key });
    expect(status).toBe(400);
  });

  test("a level, a time and ids of the wrong type keep the entry and what was sent", async () => {
    const answer = await ndjson(
      url,
      '{"message":"odd","level":{"a":1},"time":[],"trace_id":7,"span_id":"zz"}\n',
      { token: key },
    );
    expect(answer.body).toMatchObject({ accepted: 1 });
    expect((await search(url, key, "odd")).entries).toHaveLength(1);
  });
});

describe("deep JSON", () => {
  const deep = (open: string, close: string, n: number): string =>
    open.repeat(n) + "1" + close.repeat(n);
  test.each([65, 10_000, 1_000_000])("%d levels are refused", async (n) => {
    for (const [method, body] of [
      ["LogService/Query", `{"budget":${deep("[", "]", n)}}`],
      ["LogService/SendLogs", `{"entries":[{"attributes":{"a":${deep("[", "]", n)}}}]}`],
      ["LogService/SendLogs", `{"attributes":${deep('{"a":', "}", n)}}`],
      ["AuthService/Login", `{"email":${deep("[", "]", n)}}`],
    ] as const) {
      const { status } = await rpc(url, method, body, { token: key });
      expect([method, status]).toEqual([method, 400]);
    }
    const lines = `{"message":"shallow"}\n{"message":"deep","a":${deep("[", "]", n)}}\n`;
    const { body } = await ndjson(url, lines, { token: key });
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
  });

  test("33 levels are kept as far as they go", async () => {
    const { status } = await ndjson(url, `{"message":"33 deep","a":${deep('{"b":', "}", 33)}}`, {
      token: key,
    });
    expect(status).toBe(200);
    const [entry] = (await search(url, key, '"33 deep"')).entries;
    expect(entry?.truncated).not.toEqual([]);
  });
});

describe("bombs", () => {
  const zeros = Buffer.alloc(256 * MiB);
  test.each([
    { name: "gzip", bomb: () => gzipSync(zeros, { level: 1 }) },
    { name: "zstd", bomb: () => zstdCompressSync(zeros) },
    { name: "deflate", bomb: () => deflateSync(zeros, { level: 1 }) },
    {
      name: "br",
      bomb: () => brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    },
    { name: "gzip, twice", bomb: () => gzipSync(gzipSync(zeros, { level: 1 })) },
  ])("a $name bomb is refused, and memory stays bounded", async ({ name, bomb }) => {
    const body = bomb();
    const encoding = name.includes("twice") ? "gzip, gzip" : name;
    const headers = { ...bearer(), "content-encoding": encoding };
    const [twirp, plain] = await Promise.all([
      call(port, {
        path: SEND,
        headers: { ...headers, "content-type": "application/protobuf" },
        body,
      }),
      call(port, {
        path: "/ingest/ndjson",
        headers: { ...headers, "content-type": "application/json" },
        body,
      }),
    ]);
    expect(twirp.status).toBe(400);
    expect(plain.status).toBe(name.includes("twice") ? 400 : 413);
    expect(peakMiB()).toBeLessThan(900);
  });

  test.each(["gzip", "zstd", "deflate", "br", "lzma"])(
    "bytes that are not %s are refused",
    async (encoding) => {
      const { status } = await call(port, {
        path: SEND,
        headers: {
          ...bearer(),
          "content-encoding": encoding,
          "content-type": "application/protobuf",
        },
        body: "certainly not compressed",
      });
      expect(status).toBe(400);
    },
  );
});

describe("bad UTF-8", () => {
  const bad = Buffer.from([0xff, 0xfe, 0xc0, 0x80]);
  test("in JSON is malformed", async () => {
    for (const method of ["LogService/Query", "LogService/SendLogs"]) {
      const body = Buffer.concat([Buffer.from('{"query":"'), bad, Buffer.from('"}')]);
      const { status } = await rpc(url, method, Uint8Array.from(body), { token: key });
      expect([method, status]).toEqual([method, 400]);
    }
  });

  test("in one NDJSON line refuses that line alone", async () => {
    const body = Buffer.concat([
      Buffer.from('{"message":"before bad bytes"}\n{"message":"'),
      bad,
      Buffer.from('"}\n{"message":"after bad bytes"}\n'),
    ]);
    const answer = await ndjson(url, Uint8Array.from(body), { token: key });
    expect(answer.body).toMatchObject({
      accepted: 2,
      rejected: [{ index: 1, reason: "not UTF-8" }],
    });
  });

  test("in a protobuf text never reaches a reader", async () => {
    const good = Buffer.from(
      SendLogsRequest.toBinary(SendLogsRequest.create({ entries: [{ message: "QQQQ" }] })),
    );
    const at = good.indexOf("QQQQ");
    bad.copy(good, at);
    const { status } = await call(port, {
      path: SEND,
      headers: { ...bearer(), "content-type": "application/protobuf" },
      body: good,
    });
    expect([200, 400]).toContain(status);
    expect((await search(url, key, "")).entries.length).toBeGreaterThan(0);
  });

  test("in plain text is kept as replacement characters or refused, line by line", async () => {
    const answer = await ndjson(
      url,
      Uint8Array.from(Buffer.concat([Buffer.from("plain ok\n"), bad, Buffer.from("\n")])),
      { token: key, headers: { "Content-Type": "text/plain" } },
    );
    expect(answer.status).toBe(200);
    expect((await search(url, key, '"plain ok"')).entries).toHaveLength(1);
  });
});

test("a group that ends as another is malformed", async () => {
  const { text } = await call(port, {
    path: SEND,
    headers: { ...bearer(), "content-type": "application/protobuf" },
    body: Uint8Array.from([0x7b, 0x74]),
  });
  expect(text).toContain('"malformed"');
});

test("empty protobuf bodies are empty messages, also many at once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      call(port, {
        path: SEND,
        headers: { ...bearer(), "content-type": "application/protobuf" },
        body: "",
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));
});

describe("truncated protobuf", () => {
  test("every prefix of a message is stored as a message or refused as malformed", async () => {
    const whole = SendLogsRequest.toBinary(
      SendLogsRequest.create({
        service: "cut",
        entries: [{ message: "truncated", level: 9, time: { seconds: 1_795_530_000n, nanos: 5 } }],
      }),
    );
    for (let end = 0; end < whole.length; end++) {
      const { status, text } = await call(port, {
        path: SEND,
        headers: { ...bearer(), "content-type": "application/protobuf" },
        body: whole.subarray(0, end),
      });
      expect([200, 400], `${end} bytes: ${text}`).toContain(status);
    }
  });

  test.each([
    { name: "a length beyond the end", bytes: [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f] },
    { name: "a length of 2^64", bytes: [0x0a, ...Array<number>(9).fill(0xff), 0x01] },
    { name: "a varint without end", bytes: Array<number>(11).fill(0xff) },
    { name: "field number 0", bytes: [0x02, 0x00] },
    { name: "a group without end", bytes: [0x2b] },
    { name: "an end of no group", bytes: [0x2c] },
    { name: "wire type 7", bytes: [0x2f] },
    { name: "a million groups", bytes: Array<number>(1_000_000).fill(0x7b) },
  ])("$name is malformed", async ({ bytes }) => {
    for (const method of ["SendLogs", "Query"]) {
      const { text } = await call(port, {
        path: `/twirp/argus.v1.LogService/${method}`,
        headers: { ...bearer(), "content-type": "application/protobuf" },
        body: Uint8Array.from(bytes),
      });
      expect([method, text]).toEqual([method, expect.stringContaining('"malformed"')]);
    }
  });
});

describe("values over the limits", () => {
  test("are cut and named in `truncated`", async () => {
    const name = "n".repeat(LIMITS.attributeNameBytes + 10);
    await send(url, key, [
      {
        message: `cut1 ${"m".repeat(LIMITS.messageBytes)}`,
        attributes: {
          long: "ä".repeat(LIMITS.attributeValueBytes),
          [name]: "v",
          short: "stays",
        },
      },
    ]);
    const [entry] = (await search(url, key, "short:stays")).entries;
    expect(entry?.truncated).toEqual(
      expect.arrayContaining(["message", "long", name.slice(0, LIMITS.attributeNameBytes)]),
    );
    expect(Buffer.byteLength(entry?.message ?? "")).toBe(LIMITS.messageBytes);
    const long = String(entry?.attributes?.["long"]);
    expect(Buffer.byteLength(long)).toBe(LIMITS.attributeValueBytes);
    expect(long).toMatch(/^ä+$/);
  });

  test("a query of 8 KiB is read, a longer one refused", async () => {
    const text = (bytes: number): string => `"${"x".repeat(bytes - 2)}"`;
    await search(url, key, text(LIMITS.queryBytes));
    const { status } = await rpc(
      url,
      "LogService/Query",
      { query: text(LIMITS.queryBytes + 1) },
      { token: key },
    );
    expect(status).toBe(400);
  });

  test("more than 50,000 entries are refused as a whole", async () => {
    const entries = `{"entries":[${"{},".repeat(LIMITS.entriesPerBatch)}{}]}`;
    const { status } = await rpc(url, "LogService/SendLogs", entries, { token: key });
    expect(status).toBe(400);
  });

  test.each(["(", "((((".repeat(500), "[".repeat(2000), "a | ".repeat(1500), "/((a*)*)*$/"])(
    "the query %j is answered or refused in words",
    async (query) => {
      const { status } = await rpc(url, "LogService/Query", { query }, { token: key });
      expect([200, 400]).toContain(status);
    },
  );
});

test("a thousand attribute names are kept in an entry, the thousand and first is cut and marked", async () => {
  const many = (n: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`name_${i}`, i]));
  await send(url, key, [
    { message: "thousand", attributes: many(LIMITS.attributesPerEntry) },
    { message: "toomany", attributes: many(LIMITS.attributesPerEntry + 500) },
  ]);
  const [exact] = (await search(url, key, "thousand name_999:999")).entries;
  expect(Object.keys(exact?.attributes ?? {})).toHaveLength(LIMITS.attributesPerEntry);
  expect(exact?.truncated).toEqual([]);
  const [cut] = (await search(url, key, "toomany")).entries;
  expect(Object.keys(cut?.attributes ?? {})).toHaveLength(LIMITS.attributesPerEntry);
  expect(cut?.truncated).toEqual(["attributes"]);
});

test("twenty thousand attribute names in one batch are all found again", async () => {
  const entries = Array.from({ length: 20 }, (_, n) => ({
    message: "wide",
    attributes: Object.fromEntries(
      Array.from({ length: 1000 }, (_unused, i) => [`wide_${n}_${i}`, `v${i}`]),
    ),
  }));
  await send(url, key, entries);
  for (const n of [0, 7, 19])
    expect((await search(url, key, `wide_${n}_500:v500`)).entries).toHaveLength(1);
});

test("timestamps far off are refused or take the batch's time, and nothing is dropped in silence", async () => {
  const now = Date.now();
  const times = [
    "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    new Date(now + 40 * 86_400_000).toISOString(),
    new Date(now - 400 * 86_400_000).toISOString(),
  ];
  const entries = times.map((time, n) => ({ time, message: `faroff ${n}` }));
  const { status, body } = await rpc(url, "LogService/SendLogs", { entries }, { token: key });
  expect(status).toBe(200);
  const { accepted, rejected } = body as {
    accepted: number;
    rejected: { index: number; reason: string }[];
  };
  expect(accepted + rejected.length).toBe(times.length);
  for (const { reason } of rejected) expect(reason).toMatch(/old|retention|time/i);
  const found = await searchAll(url, key, "faroff");
  expect(found).toHaveLength(accepted);
  for (const { time, attributes } of found) {
    expect(Math.abs(Date.parse(time) - now)).toBeLessThan(3_600_000);
    expect(attributes?.["time_original"]).toBeDefined();
  }
});

test("an entry of nothing but unknown fields is refused with what an entry has, and the others are kept", async () => {
  const { body } = await rpc(
    url,
    "LogService/SendLogs",
    '{"entries":[{"msg":"othernames","lvl":"info"},{"message":"rightname","x":1},{},{"message":null,"x":1}]}',
    { token: key },
  );
  const reason: unknown = expect.stringMatching(
    /none of its fields is known: an entry has time, level/,
  );
  const rejected = [0, 3].map((index) => ({ index, reason }));
  expect(body).toMatchObject({ accepted: 2, rejected });
  // Entries: one with field 100 alone, one of a message.
  const { text } = await call(port, {
    path: SEND,
    headers: { ...bearer(), "content-type": "application/protobuf" },
    body: Buffer.from("2a03a006012a061a046b657074", "hex"),
  });
  expect(text).toContain("none of its fields is known");
  expect((await search(url, key, "kept")).entries).toHaveLength(1);
});

test("unknown fields are passed over, in JSON and in protobuf", async () => {
  const json = await rpc(
    url,
    "LogService/SendLogs",
    '{"future":{"a":[1,{}]},"entries":[{"message":"unknownfield","next":null,"x":[[]]}]}',
    { token: key },
  );
  expect(json.body).toMatchObject({ accepted: 1 });
  // Field 100 as bytes, a varint, fixed64, fixed32 and a group with a field inside.
  const unknown = Buffer.from(
    "a2060161" + "a00601" + "a106" + "00".repeat(8) + "a506" + "00".repeat(4) + "a3060801a406",
    "hex",
  );
  const message = SendLogsRequest.toBinary(
    SendLogsRequest.create({ entries: [{ message: "unknownfield" }] }),
  );
  const { status } = await call(port, {
    path: SEND,
    headers: { ...bearer(), "content-type": "application/protobuf" },
    body: Buffer.concat([unknown, message, unknown]),
  });
  expect(status).toBe(200);
  expect((await search(url, key, "unknownfield")).entries).toHaveLength(2);
});
