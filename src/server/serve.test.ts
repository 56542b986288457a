/**
 * The server as a process: how it begins and how it ends.
 */
import { spawn } from "node:child_process";
import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, makeApplication, ownerToken } from "../../test/support/api-setup.ts";
import {
  type ArgusProcess,
  bareEnvironment,
  startArgus,
} from "../../test/support/server-process.ts";
import { tempFolder } from "../../test/support/temp-folder.ts";
import { until } from "../../test/support/until.ts";

const MAIN = new URL("./main.ts", import.meta.url).pathname;

/** Runs `serve` to its end. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...bareEnvironment(), ...env },
  });
  const [errors] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code: child.exitCode, errors };
}

test.each([
  { name: "an unknown flag", args: ["--lisen", "x"], env: {}, says: "--lisen" },
  { name: "an unknown variable", args: [], env: { ARGUS_LISEN: "x" }, says: "ARGUS_LISEN" },
  { name: "an address that is none", args: ["--listen", "a:b:c"], env: {}, says: "a:b:c" },
])("$name ends with 2 and is named", async ({ args, env, says }) => {
  const { code, errors } = await run(args, env);
  expect(code).toBe(2);
  expect(errors).toContain(says);
});

test("a certificate that is none is told as such", async () => {
  await using folder = await tempFolder();
  const pem = (what: string): string => {
    const path = join(folder.path, `${what}.pem`);
    writeFileSync(path, `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`);
    return path;
  };
  const data = join(folder.path, "data");
  const args = ["--data", data, "--tls-cert", pem("CERTIFICATE"), "--tls-key", pem("PRIVATE KEY")];
  const { code, errors } = await run([...args, "--listen", "127.0.0.1:0"]);
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^argus serve: tls: the certificate and its key cannot be used together: /,
  );
});

test("the lines to send with are told once there is a key that writes, and they send", async () => {
  await using folder = await tempFolder();
  const linesIn = (log: readonly string[]): Record<string, string>[] =>
    log
      .filter((line) => line.includes("send with these"))
      .map((line) => JSON.parse(line) as Record<string, string>);
  {
    await using argus = await startArgus({ data: folder.path });
    const owner = await ownerToken(argus.url);
    const { application } = await call<{ application: { id: string } }>(
      argus.url,
      "ApplicationService/CreateApplication",
      { name: "lines" },
      owner,
    );
    const makeKey = async (scope: string): Promise<string> => {
      const asked = { application_id: application.id, name: scope, scopes: [scope] };
      const made = await call<{ secret: string }>(
        argus.url,
        "ApplicationService/CreateApiKey",
        asked,
        owner,
      );
      return made.secret;
    };
    await makeKey("SCOPE_READ");
    expect(linesIn(argus.log)).toEqual([]);
    await makeKey("SCOPE_INGEST");
    const secret = await makeKey("SCOPE_INGEST");
    const told = await until("the lines", () => linesIn(argus.log)[0]);
    for (const line of [told["ndjson"], told["twirp"]]) {
      const env = { PATH: process.env["PATH"], ARGUS_API_KEY: secret };
      const shell = spawn("sh", ["-c", line ?? ""], { env, stdio: ["ignore", "pipe", "ignore"] });
      expect(JSON.parse(await text(shell.stdout)), line).toMatchObject({ accepted: 1 });
    }
    expect(linesIn(argus.log)).toHaveLength(1);
    expect(argus.log.join("")).not.toContain(secret);
  }
  await using again = await startArgus({ data: folder.path });
  await until("the lines at start", () => linesIn(again.log)[0]);
});

describe("beside one that runs", () => {
  let first: ArgusProcess;
  beforeAll(async () => {
    first = await startArgus();
  });
  afterAll(() => first?.[Symbol.asyncDispose]());

  test("an address that is taken is told with what to set", async () => {
    await using folder = await tempFolder();
    const { host, port } = new URL(first.url);
    const { code, errors } = await run(["--data", folder.path, "--listen", host]);
    expect(code).toBe(1);
    expect(errors).toContain(`${host} is taken, by another Argus or another program`);
    expect(errors).toContain(`ARGUS_LISTEN=127.0.0.1:${Number(port) + 1}`);
  });

  test("a second process on the same folder says so and ends with 1", async () => {
    const { code, errors } = await run(["--data", first.data, "--listen", "127.0.0.1:0"]);
    expect(code).toBe(1);
    expect(errors).toContain(first.data);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  });

  test.each([
    ["/healthz", 200],
    ["/api/v1/tail?query=level:foo", 401],
    ["/nowhere", 404],
  ])(
    "the JSON of %s ends its line, so that no shell's prompt sticks to it",
    async (path, status) => {
      const answer = await fetch(`${first.url}${path}`);
      expect([answer.status, await answer.text()]).toEqual([
        status,
        expect.stringMatching(/\}\n$/),
      ]);
    },
  );
});

test("SIGTERM: a request under way is answered, and what was acknowledged is there afterwards", async () => {
  await using folder = await tempFolder();
  let secret: string;
  {
    await using argus = await startArgus({ data: folder.path });
    ({ secret } = await makeApplication(argus.url, "drain"));
    const entries = ["before", "during"].map((message) => ({ message }));
    const body = JSON.stringify({ batch_id: randomUUIDv7(), entries });
    const sending = request(`${argus.url}/twirp/argus.v1.LogService/SendLogs`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${secret}`,
        "Content-Length": String(body.length),
        Expect: "100-continue",
      },
    });
    sending.flushHeaders();
    // The server has begun to read this body when it says so.
    await once(sending, "continue");
    sending.write(body.slice(0, 20));
    const stdout = argus.child.stdout;
    if (stdout === null) throw new Error("the process has no output");
    const stopping = new Promise<void>((resolve) => {
      stdout.on("data", (chunk: Buffer) => {
        if (chunk.includes("stopping")) resolve();
      });
    });
    const exited = once(argus.child, "exit");
    argus.child.kill("SIGTERM");
    await stopping;
    const answered = once(sending, "response");
    sending.end(body.slice(20));
    const [answer] = (await answered) as [IncomingMessage];
    expect(JSON.parse(await text(answer))).toMatchObject({ accepted: 2 });
    await exited;
    expect(argus.child.exitCode).toBe(0);
  }
  await using again = await startArgus({ data: folder.path });
  const { entries } = await call<{ entries: { message: string }[] }>(
    again.url,
    "LogService/Query",
    { query: "" },
    secret,
  );
  expect(entries.map(({ message }) => message).toSorted()).toEqual(["before", "during"]);
});
