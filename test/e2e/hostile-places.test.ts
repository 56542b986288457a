/** Paths, cursors, positions and ids that were tampered with: none leads anywhere, and none is an error of ours. */
import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { expect, test } from "vitest";
import { ORIGIN } from "../support/accounts-fixture.ts";
import { accountsInFolder } from "../support/accounts-in-folder.ts";
import { rpc, search, send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { followTail } from "../support/follow-tail.ts";
import { useHostileServer } from "../support/hostile-server.ts";
import { call, rawCall } from "../support/http-call.ts";
import { OWNER, startArgus } from "../support/server-process.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";

let url = "";
let port = 0;
let key = "";

useHostileServer((server) => {
  ({ url, port, key } = server);
});

const UP = [
  "..",
  "%2e%2e",
  "%2E.",
  "..%2f..",
  "%252e%252e",
  "..%5c",
  "..\\",
  "%c0%ae%c0%ae",
  ".%00.",
];
const ROOTS = [
  "/assets/",
  "/",
  "/a/",
  "/api/v1/export/",
  "/twirp/",
  "/healthz/",
  "/ingest/ndjson/",
];

test.each(ROOTS)("paths that climb from %s lead to no file", async (root) => {
  for (const up of UP)
    for (const target of ["etc/passwd", "package.json", "argus.db", "%65tc/passwd"]) {
      const path = `${root}${`${up}/`.repeat(8)}${target}`;
      for (const method of ["GET", "POST"]) {
        const text = await rawCall(
          port,
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
        );
        expect([path, text]).toEqual([
          path,
          expect.not.stringMatching(/root:|"argus-logs"|SQLite/),
        ]);
        expect([path, text]).toEqual([path, expect.not.stringMatching(/^HTTP\/1\.1 50[0-2]/)]);
      }
    }
});

/** Each bit of each character flipped, cut off at each place, and what else one may try. */
function tampered(text: string): string[] {
  const flipped = Array.from(text, (char, at) =>
    [1, 2, 4, 16, 64].map(
      (bit) =>
        text.slice(0, at) + String.fromCharCode(char.charCodeAt(0) ^ bit) + text.slice(at + 1),
    ),
  ).flat();
  const cut = Array.from(text, (_, at) => text.slice(0, at));
  return [
    ...flipped,
    ...cut,
    text + text,
    `${text}=`,
    ` ${text}`,
    text.toUpperCase(),
    "-1.x.0",
    "9".repeat(400),
    "..%2f",
    "\u0000",
  ];
}

test("cursors of another application, another query or with any bit flipped give nothing of others, and no error of ours", async () => {
  const theirs = await makeApplication(url, "cursors");
  await send(
    url,
    theirs.secret,
    Array.from({ length: 5 }, (_, n) => ({ message: `theirs ${n}` })),
  );
  await send(
    url,
    key,
    Array.from({ length: 5 }, (_, n) => ({ message: `mine ${n}` })),
  );
  const own = (await search(url, key, "mine", { limit: 2 })).next_cursor;
  const foreign = (await search(url, theirs.secret, "theirs", { limit: 2 })).next_cursor;
  expect(own).not.toBe("");
  const ask = async (cursor: string, query: string) => {
    const body = JSON.stringify({ cursor, query, limit: 100 });
    const path = "/twirp/argus.v1.LogService/Query";
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const { status, text } = await call(port, { path, headers, body });
    expect([cursor, status]).toEqual([
      cursor,
      expect.toSatisfy((s: number) => s === 200 || s === 400),
    ]);
    expect([cursor, text]).toEqual([cursor, expect.not.stringContaining("theirs ")]);
  };
  for (const cursor of [own, foreign])
    for (const query of ["mine", "another", ""]) await ask(cursor, query);
  const all = [...tampered(own), foreign];
  for (let at = 0; at < all.length; at += 20)
    await Promise.all(all.slice(at, at + 20).map((cursor) => ask(cursor, "")));
});

test("ids, pages and positions with any bit flipped are refused or unknown", async () => {
  await send(url, key, [{ message: "named" }]);
  const [{ id } = { id: "" }] = (await search(url, key, "named")).entries;
  const asked = tampered(id).flatMap((one) => [
    rpc(url, "LogService/GetEntry", { id: one }, { token: key }),
    rpc(url, "LogService/GetContext", { id: one }, { token: key }),
  ]);
  for (const { status, text } of await Promise.all(asked))
    expect([200, 400, 404], text).toContain(status);
  const { position } = await (async () => {
    await using tail = await followTail({ url, secret: key });
    return { position: tail.position };
  })();
  for (const one of tampered(position)) {
    const stop = new AbortController();
    const at = `${url}/api/v1/tail?position=${encodeURIComponent(one)}`;
    const { status } = await fetch(at, {
      headers: { authorization: `Bearer ${key}` },
      signal: stop.signal,
    });
    stop.abort();
    expect([one, status]).toEqual([
      one,
      expect.toSatisfy((s: number) => s === 200 || s === 400 || s === 429),
    ]);
  }
});

test("tokens that our own key signed count only when they say what ours say; its public half signs nothing", async () => {
  await using folder = await tempFolder();
  const { tokens, good } = await signedByOurKey(folder.path);
  await using own = await startArgus({ data: folder.path });
  const ask = (token: string) => rpc(own.url, "AuthService/GetMe", {}, { token });
  expect((await ask(good)).code).toBe("ok");
  for (const [name, token] of Object.entries(tokens)) {
    const { code, status } = await ask(token);
    expect([name, code, status]).toEqual([name, "unauthenticated", 401]);
  }
  const jwks = (await (await fetch(`${own.url}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string; x: string }[];
  };
  const [, claims = ""] = good.split(".");
  for (const jwk of jwks.keys)
    for (const secret of [jwk.x, Buffer.from(jwk.x, "base64url"), JSON.stringify(jwk)]) {
      const head = Buffer.from(JSON.stringify({ alg: "HS256", kid: jwk.kid, typ: "JWT" }));
      const text = `${head.toString("base64url")}.${claims}`;
      const mac = createHmac("sha256", secret).update(text).digest("base64url");
      expect((await ask(`${text}.${mac}`)).code).toBe("unauthenticated");
    }
});

/** Made in the store by the program's own accounts. */
async function signedByOurKey(
  folder: string,
): Promise<{ tokens: Readonly<Record<string, string>>; good: string }> {
  const clock = systemClock;
  await using own = await accountsInFolder(folder, clock);
  const { accounts } = own;
  await accounts.setup.createOwner({ ...OWNER, name: "Owner" });
  const { accessToken } = await accounts.signIn.login(OWNER, ORIGIN);
  const claims = JSON.parse(
    Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString(),
  ) as Record<string, unknown>;
  const { kid, privateKey } = await accounts.signingKeys.current();
  const nowS = Math.floor(Date.now() / 1000);
  const signed = (more: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...claims, ...more })
      .setProtectedHeader({ alg: "EdDSA", kid, typ: "JWT", ...header })
      .sign(privateKey);
  return {
    good: accessToken,
    tokens: {
      "another issuer": await signed({ iss: "https://elsewhere.example" }),
      "no issuer": await signed({ iss: undefined }),
      expired: await signed({ exp: nowS - 3600 }),
      "without an end": await signed({ exp: undefined }),
      "not valid yet": await signed({ nbf: nowS + 3600 }),
      "nobody's session": await signed({ sid: "0197f000-0000-7000-8000-0000000000a1" }),
      "another's session": await signed({ sub: "0197f000-0000-7000-8000-0000000000a1" }),
      "a session that is no id": await signed({ sid: { a: 1 } }),
      "a subject that is no id": await signed({ sub: "../x" }),
      "another key's name": await signed({}, { kid: "elsewhere" }),
    },
  };
}
