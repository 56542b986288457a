import express from "express";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../test/support/http-call.ts";
import { tempFolder, type TempFolder } from "../../test/support/temp-folder.ts";
import { createHttpServer, type HttpListening, listen } from "../http/server.ts";
import { page } from "./page.ts";

let folder: TempFolder;
let listening: HttpListening;
beforeAll(async () => {
  folder = await tempFolder();
  mkdirSync(join(folder.path, "assets", "folder"), { recursive: true });
  writeFileSync(join(folder.path, "index.html"), "<html><head></head>the page</html>");
  writeFileSync(join(folder.path, "assets", "app-1.js"), "1");
  writeFileSync(join(folder.path, "assets", "app-1.js.gz"), gzipSync("1"));
  const app = express();
  app.use(page({ folder: folder.path, prefix: "/logs" }));
  app.use((_req, res) => void res.status(404).json({ error: "nothing" }));
  listening = await listen(
    createHttpServer(() => false, app),
    "127.0.0.1",
    0,
  );
});
afterAll(async () => {
  await listening.close(0);
  await folder[Symbol.asyncDispose]();
});

const get = (path: string, accept: string) =>
  call(listening.address.port, { method: "GET", path, headers: { accept } });

test.each(["/", "/signin", "/setup", "/a/web/logs", "/account/sessions", "/instance/users"])(
  "%s is the page",
  async (path) => {
    const { status, text } = await get(path, "text/html");
    expect([status, text]).toEqual([200, expect.stringContaining('<base href="/logs/" />')]);
  },
);

test.each(["/a/web/logs", "/assets/app-1.js", "/assets/none.js"])(
  "%s runs nothing but this server's own files, and stands in no frame",
  async (path) => {
    const { headers } = await get(path, "*/*");
    const policy = String(headers["content-security-policy"]);
    const rules = new Map(
      policy.split("; ").map((rule) => {
        const [name = "", ...sources] = rule.split(" ");
        return [name, sources.join(" ")] as const;
      }),
    );
    expect(rules.get("default-src")).toBe("'none'");
    expect(rules.get("frame-ancestors")).toBe("'none'");
    for (const name of ["script-src", "style-src", "connect-src", "font-src"])
      expect(rules.get(name), name).toBe("'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  },
);

test("a file is found for ever", async () => {
  const { status, headers } = await get("/assets/app-1.js", "*/*");
  expect([status, headers["cache-control"]]).toEqual([200, expect.stringContaining("immutable")]);
});

test.each([
  { accept: "gzip, deflate", encoding: "gzip" },
  { accept: "br, gzip;q=0.5", encoding: "gzip" },
  { accept: "gzip;q=0", encoding: undefined },
  { accept: undefined, encoding: undefined },
])("a file goes to one who takes $accept as it lies there", async ({ accept, encoding }) => {
  const answer = await call(listening.address.port, {
    method: "GET",
    path: "/assets/app-1.js",
    headers: accept === undefined ? {} : { "accept-encoding": accept },
  });
  expect([answer.status, answer.headers["content-encoding"]]).toEqual([200, encoding]);
  expect(answer.headers["content-type"]).toMatch(/^text\/javascript/);
  expect(answer.headers["cache-control"]).toContain("immutable");
  expect(answer.headers["vary"]).toBe("Accept-Encoding");
});

describe.each(["text/html,*/*;q=0.8", "*/*"])("to one who takes %s", (accept) => {
  test.each([
    "/assets/none.js",
    "/assets/%",
    "/assets/../../etc/passwd",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/assets/folder",
    "/assets/app-1.js/x",
    `/assets/${"x".repeat(300)}`,
    "/assets/a%00b",
    "/nowhere",
    "/signin/more",
    "/%",
  ])("%s is not there, and nothing is told of the machine", async (path) => {
    const { status, text, headers } = await get(path, accept);
    expect(status).toBe(404);
    if (accept === "*/*") expect(text).toBe('{"error":"nothing"}');
    else {
      expect(headers["content-type"]).toContain("text/html");
      expect(text).toContain("There is no page at this address");
      expect(text).toContain('<a href="/logs/">');
    }
    for (const secret of [folder.path, "node_modules", "ENOENT", "Error"])
      expect(text).not.toContain(secret);
  });
});

test("what programs ask is told to programs, whatever they take", async () => {
  for (const path of ["/api/v1/nothing", "/ingest/nothing"])
    expect((await get(path, "text/html")).text).toBe('{"error":"nothing"}');
});
