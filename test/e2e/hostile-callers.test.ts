/** Hostile callers against a real server: each condition has a test that names it. */
import { request } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { LIMITS, MiB } from "../../src/domain/limits.ts";
import { ORIGIN } from "../support/accounts-fixture.ts";
import { accountsInFolder } from "../support/accounts-in-folder.ts";
import { rpc, search, send } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { forgedTokens } from "../fuzz/forged-tokens.ts";
import { followTail } from "../support/follow-tail.ts";
import { SEND, useHostileServer } from "../support/hostile-server.ts";
import { call, rawCall } from "../support/http-call.ts";
import { OWNER, startArgus } from "../support/server-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let url = "";
let port = 0;
let key = "";

useHostileServer((server) => {
  ({ url, port, key } = server);
});

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${key}` });

describe("wrong keys", () => {
  test.each([
    { name: "none", authorization: undefined },
    { name: "an empty one", authorization: "Bearer " },
    { name: "another scheme", authorization: "Basic dXNlcjpwYXNz" },
    { name: "a made-up one", authorization: `Bearer argus_${"A".repeat(12)}_${"B".repeat(43)}` },
    { name: "a JWT without signature", authorization: "Bearer eyJhbGciOiJub25lIn0.e30." },
    { name: "64 KB of one", authorization: `Bearer ${"x".repeat(12_000)}` },
    { name: "bytes", authorization: "Bearer \u00ff\u00fe" },
  ])("$name: unauthenticated, and nothing is stored", async ({ authorization }) => {
    const headers = authorization === undefined ? {} : { authorization };
    for (const path of [SEND, "/twirp/argus.v1.LogService/Query", "/ingest/ndjson"]) {
      const { status } = await call(port, {
        path,
        headers: { "content-type": "application/json", ...headers },
        body: '{"entries":[{"message":"stolen"}]}',
      });
      expect([path, status]).toEqual([path, 401]);
    }
    expect((await search(url, key, "stolen")).entries).toEqual([]);
  });

  test("tokens made from a real one, with other keys, algorithms, ids and claims, are nobody's", async () => {
    const real = await ownerToken(url);
    expect((await rpc(url, "AuthService/GetMe", {}, { token: real })).code).toBe("ok");
    for (const [name, token] of Object.entries(forgedTokens(real))) {
      const { code, status, text } = await rpc(url, "AuthService/GetMe", {}, { token });
      expect([name, code, status]).toEqual([name, "unauthenticated", 401]);
      expect([name, text]).toEqual([name, expect.not.stringMatching(/kid|alg|jose|signature/i)]);
    }
  });

  test("a key with one character changed is refused", async () => {
    const last = key.endsWith("A") ? "B" : "A";
    const token = key.slice(0, -1) + last;
    expect((await rpc(url, "LogService/Query", {}, { token })).code).toBe("unauthenticated");
  });
});

describe("heads that two readers may take in two ways", () => {
  const HEADS = [
    { name: "two hosts", lines: ["Host: a", "Host: b"] },
    { name: "two equal hosts", lines: ["Host: a", "host: a"] },
    {
      name: "two credentials",
      lines: ["Host: a", "Authorization: Bearer x", "AUTHORIZATION: Bearer y"],
    },
    ...[
      'a"><script>',
      "a/b",
      "user@a",
      "a b",
      "a, b",
      "a#",
      "a:b",
      "a:1:2",
      "[::1",
      "[x]",
      "\u00e9",
      "%61",
      "x".repeat(300),
    ].map((host) => ({ name: `the host ${JSON.stringify(host)}`, lines: [`Host: ${host}`] })),
  ];

  test.each(HEADS)("$name: refused everywhere, and the connection ends", async ({ lines }) => {
    for (const line of [
      `POST ${SEND}`,
      "GET /",
      "GET /healthz",
      "GET /nowhere",
      "GET /api/v1/tail",
    ]) {
      const answer = await rawCall(port, `${line} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      expect([line, answer.split("\r\n")[0]]).toEqual([line, "HTTP/1.1 400 Bad Request"]);
      expect(answer).toMatch(/the Host header is|a request has one (Host|Authorization) header/);
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      if (line.startsWith("POST")) expect(answer).toContain('{"code":"invalid_argument","msg":');
    }
  });

  test.each([
    "argus",
    "ARGUS.example.com:4700",
    "127.0.0.1:1",
    "[::1]:4700",
    "my_service",
    "xn--bcher-kva",
    "",
  ])("the host %j is one", async (host) => {
    const answer = await rawCall(
      port,
      `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  test("a link goes where the caller reached the server, also when no host says where", async () => {
    const token = await ownerToken(url);
    const body = '{"email":"linked@example.com"}';
    for (const [head, want] of [
      ["HTTP/1.1\r\nHost: logs.example.com:81", "http://logs.example.com:81/invite#"],
      ["HTTP/1.0", `http://127.0.0.1:${port}/invite#`],
    ] as const) {
      const answer = await rawCall(
        port,
        `POST /twirp/argus.v1.UserService/InviteUser ${head}\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(answer).toContain(want);
    }
  });
});

test("expired tokens and keys are refused, and a refresh gives a new token", async () => {
  await using folder = await tempFolder();
  const given = await credentialsOfAnHourAgo(folder.path);
  await using late = await startArgus({ data: folder.path });
  for (const [method, token] of [
    ["AuthService/GetMe", given.accessToken],
    ["LogService/Query", given.expiredKey],
    ["LogService/SendLogs", given.expiredKey],
  ] as const) {
    const { code, status } = await rpc(late.url, method, {}, { token });
    expect([method, code, status]).toEqual([method, "unauthenticated", 401]);
  }
  const { body } = await rpc(late.url, "AuthService/RefreshSession", {
    refresh_token: given.refreshToken,
  });
  const me = await rpc(late.url, "AuthService/GetMe", {}, { token: String(body["access_token"]) });
  expect(me.body).toMatchObject({ user: { email: OWNER.email } });
});

/** Made in the store by the program's own accounts, with a clock that is an hour behind. */
async function credentialsOfAnHourAgo(
  folder: string,
): Promise<{ accessToken: string; refreshToken: string; expiredKey: string }> {
  const clock = new FakeClock(Date.now() - 3_600_000);
  await using own = await accountsInFolder(folder, clock);
  const { accounts } = own;
  await accounts.setup.createOwner({ ...OWNER, name: "Owner" });
  const { accessToken, refreshToken, user } = await accounts.signIn.login(OWNER, ORIGIN);
  const app = await accounts.applications.create(
    { name: "expired", title: "Expired", retentionDays: 30 },
    user.id,
  );
  const { secret } = await accounts.apiKeys.create({
    appId: app.id,
    name: "expired",
    scopes: ["ingest", "read"],
    expiresAtMs: clock.nowMs() + 60_000,
  });
  return { accessToken, refreshToken, expiredKey: secret };
}

test("a position, a cursor, an id and a name of another tenant give nothing of theirs", async () => {
  const theirs = await makeApplication(url, "neighbour");
  const word = "neighbourly";
  await send(url, theirs.secret, [{ message: `${word} one` }, { message: `${word} two` }]);
  const page = await search(url, theirs.secret, word, { limit: 1 });
  const [{ id } = { id: "" }] = page.entries;
  const position = await (async () => {
    await using tail = await followTail({ url, secret: theirs.secret });
    return tail.position;
  })();
  await send(url, theirs.secret, [{ message: `${word} three` }]);
  await send(url, key, [{ message: "of my own" }]);
  await using tail = await followTail({ url, secret: key }, position);
  await send(url, key, [{ message: "of my own again" }]);
  await until("my own entry is told of", () => tail.messages.includes("of my own again"));
  expect(tail.messages.filter((message) => message.includes(word))).toEqual([]);
  const gone = await fetch(`${url}/api/v1/tail?application_id=${theirs.id}`, { headers: bearer() });
  expect(gone.status).toBe(404);
  for (const query of [`cursor=${encodeURIComponent(page.next_cursor)}`, `query=id:${id}`]) {
    const answer = await fetch(`${url}/api/v1/export?${query}`, { headers: bearer() });
    expect([query, await answer.text()]).toEqual([query, expect.not.stringContaining(word)]);
  }
  const taken = await fetch(`${url}/api/v1/export?application_id=${theirs.id}`, {
    headers: bearer(),
  });
  expect(taken.status).toBe(404);
  const own = await search(url, key, "", { cursor: page.next_cursor });
  expect(JSON.stringify(own)).not.toContain(word);
  for (const method of ["GetEntry", "GetContext"])
    expect((await rpc(url, `LogService/${method}`, { id }, { token: key })).status).toBe(404);
});

test("a flood of headers is refused, and the next caller served", async () => {
  const floods = [
    Array.from({ length: 5_000 }, (_, n) => `X-${n}: ${"y".repeat(10)}`).join("\r\n"),
    `Cookie: ${"a=b; ".repeat(20_000)}`,
    Array.from({ length: 1_900 }, () => "Accept-Encoding: gzip").join("\r\n"),
  ];
  for (const flood of floods) {
    const answer = await rawCall(
      port,
      `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${flood}\r\n\r\n`,
    ).catch(() => "");
    expect(answer).toMatch(/^(?:HTTP\/1\.1 (?:200|431) |$)/);
  }
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

describe("a body over the limit", () => {
  const over = Buffer.alloc(LIMITS.bodyBytes + 1, 0x20);
  test("that says its length is refused and the connection answers", async () => {
    const twirp = await call(port, {
      path: SEND,
      headers: { ...bearer(), "content-type": "application/json" },
      body: over,
    });
    expect([twirp.status, (JSON.parse(twirp.text) as { code: string }).code]).toEqual([
      400,
      "invalid_argument",
    ]);
    const plain = await call(port, { path: "/ingest/ndjson", headers: bearer(), body: over });
    expect(plain.status).toBe(413);
  });

  test("that is sent in chunks is refused", async () => {
    const parts = Array.from({ length: 21 }, () => Buffer.alloc(MiB, 0x20));
    const { status } = await call(port, {
      path: "/ingest/ndjson",
      headers: bearer(),
      body: parts,
    });
    expect(status).toBe(413);
  });

  test("that inflates beyond its limit is refused", async () => {
    const { status } = await call(port, {
      path: "/ingest/ndjson",
      headers: { ...bearer(), "content-encoding": "gzip" },
      body: gzipSync(Buffer.alloc(LIMITS.inflatedBytes + 1, 0x20), { level: 1 }),
    });
    expect(status).toBe(413);
  });
});

describe("a slow sender", () => {
  test("is cut at its own deadline", async () => {
    const answer = await rawCall(
      port,
      `POST ${SEND} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n` +
        `Argus-Timeout-Ms: 200\r\nContent-Length: 100\r\n\r\n{"entries":[`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain("deadline_exceeded");
  });

  test("of a hundred open bodies does not keep others from being served", async () => {
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(
        `POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: 1000000\r\n\r\n{`,
      );
      return socket;
    });
    await send(url, key, [{ message: "beside slow ones" }]);
    expect((await search(url, key, '"beside slow ones"')).entries).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
  });
});

describe("a client that leaves", () => {
  test("in the middle of a body leaves nothing behind", async () => {
    for (let n = 0; n < 20; n++)
      await new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write(
            `POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: 5000\r\n\r\n{"message":"half a body"}\n`,
            () => {
              socket.destroy();
              resolve();
            },
          );
        });
      });
    expect((await search(url, key, '"half a body"')).entries).toEqual([]);
  });

  test("before the answer of a query does not keep its place", async () => {
    for (let n = 0; n < 60; n++)
      await new Promise<void>((resolve) => {
        const body = JSON.stringify({ query: "* | stats count() by message" });
        const req = request({
          host: "127.0.0.1",
          port,
          method: "POST",
          path: "/twirp/argus.v1.LogService/Query",
          headers: { ...bearer(), "content-type": "application/json" },
        });
        req.on("error", () => undefined);
        req.end(body, () => {
          req.destroy();
          resolve();
        });
      });
    // 4 run and 32 wait: were the places kept, this one would be refused.
    await until("a query is answered", async () => {
      const { status } = await rpc(url, "LogService/Query", { query: "*" }, { token: key });
      return status === 200;
    });
  });
});

test("requests that are no HTTP get an answer or the end of the connection", async () => {
  for (const text of [
    "GARBAGE\r\n\r\n",
    "POST / HTTP/9.9\r\n\r\n",
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(100_000)}\r\n\r\n`,
    "POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
  ])
    // A reset is an end, too.
    expect(await rawCall(port, text).catch(() => "")).not.toMatch(/^HTTP\/1\.1 5/);
});
