/** The command line against a real server, as a person and as a script use it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startUnowned } from "../support/first-run.ts";
import {
  type ArgusProcess,
  bareEnvironment,
  OWNER,
  startArgus,
} from "../support/server-process.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const MAIN = join(ROOT, "src/cli/main.ts");

let argus: ArgusProcess;
let home: TempFolder;

beforeAll(async () => {
  home = await tempFolder();
  argus = await startArgus();
});
afterAll(async () => {
  await argus[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: home.path,
    env: {
      ...bareEnvironment(),
      HOME: home.path,
      TZ: "UTC",
      ARGUS_URL: argus.url,
      ...env,
    },
  });
  const printed = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.err += text));
  return { child, printed };
}

async function run(
  args: readonly string[],
  { stdin = "", env = {} }: { stdin?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const { child, printed } = start(args, env);
  child.stdin.on("error", () => undefined); // it may end before it has read all
  child.stdin.end(stdin);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...printed };
}

describe("a first session", () => {
  let key = "";

  test("login keeps a session, whoami tells it", async () => {
    const wrong = await run(["login", "--email", OWNER.email, "--password-stdin"], {
      stdin: "not the password",
    });
    expect(wrong).toEqual({ code: 1, out: "", err: "Email or password is wrong.\n" });
    const right = await run(["login", "--email", OWNER.email, "--password-stdin"], {
      stdin: `${OWNER.password}\n`,
    });
    expect([right.code, right.err]).toEqual([0, expect.stringContaining("Signed in")]);
    expect((await run(["whoami"])).out).toContain(OWNER.email);
  });

  test("app create and key create print what programs need, and only that, on stdout", async () => {
    const app = await run(["app", "create", "shop", "--title", "Shop"]);
    expect([app.code, app.out]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/)]);
    const made = await run(["key", "create", "all", "--scope", "ingest,read"]);
    expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^argus_\w+\n$/)]);
    key = made.out.trim();
    expect((await run(["key", "list"])).out).toContain("all");
    expect((await run(["app", "list", "--json"])).out).toContain('"name":"shop"');
  });

  test("send takes plain lines from stdin and NDJSON from a file", async () => {
    const plain = await run(["send", "--service", "plain"], {
      stdin: "first plain line\n\nsecond plain line",
    });
    expect(plain).toMatchObject({ code: 0, out: "2 stored, 0 refused\n" });
    expect(plain.err).toContain(`argus send on ${hostname()}`);
    const file = join(home.path, "app.ndjson");
    const lines = [
      { level: "error", message: "card declined", service: "web", status: 502 },
      { level: "info", message: "card taken", service: "web", status: 200 },
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    expect(await run(["send", file], { env: { ARGUS_API_KEY: key } })).toEqual({
      code: 0,
      out: "2 stored, 0 refused\n",
      err: "",
    });
  });

  test.each([
    { args: ["send"], hint: 1 },
    { args: ["send", "--format", "ndjson"], hint: 0 },
  ])("$args with a line that is refused ends with 1 and says why", async ({ args, hint }) => {
    const ran = await run(args, { stdin: '{"message":"fine"}\nnot json\n' });
    expect(ran).toMatchObject({ code: 1, out: "1 stored, 1 refused\n" });
    expect(ran.err).toContain("refused: entry 2: not JSON");
    expect(ran.err.match(/--format text stores every line/g) ?? []).toHaveLength(hint);
  });

  test("send with a wrong key ends with 1 and repeats the server's reason", async () => {
    const ran = await run(["send"], { stdin: "line\n", env: { ARGUS_API_KEY: "argus_no_key" } });
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).not.toContain("the server answered 401");
    expect(ran.err).toMatch(/credential|key/);
    expect(ran.err).toContain("argus key create");
  });

  test("search prints entries for people, JSON for programs, a table for pipes", async () => {
    const people = await run(["search", "level:error", "service:web"]);
    expect([people.code, people.out]).toEqual([0, expect.stringContaining("card declined")]);
    expect(people.out).not.toContain("card taken");
    const programs = await run(["search", "card", "--json"]);
    const entries = programs.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { message: string; attributes: { status: number } });
    const statuses = entries.map(({ attributes }) => attributes.status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 502]);
    const rows = await run(["search", "service:web | stats count() as n by status | sort status"]);
    expect(rows.code).toBe(0);
    expect(rows.out).toMatch(/status\s+n\s+200\s+1\s+502\s+1/);
  });

  test("a bad query ends with 1, a caret under the place and a query that works", async () => {
    const ran = await run(["search", "level:error", "| stat count()"]);
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toMatch(/\n {2}level:error \| stat count\(\)\n +\^\^\^\^\n/);
    expect(ran.err).toContain("try: level:error | stats count()");
  });

  test.each([
    { args: ["search", "--nope"] },
    { args: ["search", "--limit", "many"] },
    { args: ["nothing"] },
    { args: ["app", "paint", "x"] },
    { args: [] },
  ])("$args cannot be meant: 2", async ({ args }) => {
    const ran = await run(args);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).not.toBe("");
  });

  test("context shows the entries around one", async () => {
    const [line = ""] = (await run(["search", "first plain", "--json"])).out.split("\n");
    const { id } = JSON.parse(line) as { id: string };
    const ran = await run(["context", id]);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^> .*first plain line$/m);
    expect(ran.out).toMatch(/^ {2}.*second plain line$/m);
    const alone = await run(["context", id, "--before", "0", "--after", "0"]);
    expect([alone.code, alone.out]).toEqual([0, expect.stringMatching(/^> .*first plain line\n$/)]);
    const unknown = await run(["context", id.replace(/^\d+/, "1")]);
    expect([unknown.code, unknown.out]).toEqual([1, ""]);
    expect(unknown.err).toContain("There is no entry 1.");
  });

  test("tail prints a new entry and ends by SIGINT with 0", async () => {
    const { child, printed } = start(["tail", "tailed"]);
    const closed = once(child, "close");
    // The tail begins at its first position, which is not shown: send until one is seen.
    await until("a line is printed", async () => {
      await run(["send"], { stdin: "a tailed line\n", env: { ARGUS_API_KEY: key } });
      return printed.out !== "";
    });
    expect(printed.out).toContain("a tailed line");
    child.kill("SIGINT");
    expect(await closed).toEqual([0, null]);
  });

  test.each([
    { name: "search", args: ["search", "heads", "--json"], reads: "stdout" },
    { name: "search's hints", args: ["search", "nothing at all"], reads: "stderr" },
    { name: "tail", args: ["tail", "heads"], reads: "stdout" },
  ] as const)("$name ends quietly with 0 when its reader left, as head does", async (given) => {
    const send = () => run(["send"], { stdin: "heads\n", env: { ARGUS_API_KEY: key } });
    await send();
    const { child, printed } = start(given.args);
    const closed = once(child, "close");
    child[given.reads].destroy();
    const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
    // A tail has something to write only when more comes.
    await until("it has ended", async () => {
      if (given.name === "tail") await send();
      return ended();
    });
    expect([await closed, printed]).toEqual([[0, null], { out: "", err: "" }]);
  });

  test("doctor finds all well, and what is not", async () => {
    const well = await run(["doctor"]);
    expect(well.code).toBe(0);
    expect(well.out).not.toContain("FAILED");
    const away = await run(["doctor"], { env: { ARGUS_URL: "http://127.0.0.1:1" } });
    expect(away.code).toBe(1);
    expect(away.out).toContain("FAILED  server");
  });

  test.each([["whoami"], ["whoami", "--json"], ["doctor"]])(
    "%s does not take a key for good that the server does not accept",
    async (...args) => {
      const ran = await run(args, { env: { ARGUS_API_KEY: "argus_notakey12345_x" } });
      expect(ran.code).toBe(1);
      const said = ran.out + ran.err;
      expect(said).toContain("does not accept the key argus_notakey12345… of ARGUS_API_KEY");
      expect(said).toContain("unset ARGUS_API_KEY");
    },
  );

  test("whoami and doctor tell whose a key is, and what it may", async () => {
    const reads = await run(["whoami"], { env: { ARGUS_API_KEY: key } });
    expect([reads.code, reads.out]).toEqual([
      0,
      expect.stringContaining("of shop (ARGUS_API_KEY)"),
    ]);
    const writer = (await run(["key", "create", "writer"])).out.trim();
    const writes = await run(["whoami"], { env: { ARGUS_API_KEY: writer } });
    expect([writes.code, writes.out]).toEqual([0, expect.stringContaining("may only write")]);
    const doctor = await run(["doctor"], { env: { ARGUS_API_KEY: key } });
    expect(doctor.out).toContain(`it wins over the login of ${OWNER.email}`);
  });

  test("with a key, --app names its own application or says which that is", async () => {
    const env = { ARGUS_API_KEY: key };
    const own = await run(["search", "card", "--app", "shop", "--json"], { env });
    expect([own.code, own.err]).toEqual([0, ""]);
    for (const args of [["search"], ["tail"], ["send"]]) {
      const other = await run([...args, "--app", "web"], { env, stdin: "line\n" });
      expect([other.code, other.out], args[0]).toEqual([1, ""]);
      expect(other.err).toContain("belongs to the application shop, not to web");
    }
  });

  test("what a key may not do is told with the login that it hides", async () => {
    const ran = await run(["key", "list"], { env: { ARGUS_API_KEY: key } });
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toContain("unset ARGUS_API_KEY");
    expect(ran.err).not.toContain("argus login");
  });

  test("send forgets a kept key that was revoked, and makes another", async () => {
    const rows = (await run(["key", "list", "--json"])).out.trimEnd().split("\n");
    const kept = rows
      .map((row) => JSON.parse(row) as { id: string; name: string })
      .find(({ name }) => name === `argus send on ${hostname()}`);
    expect((await run(["key", "revoke", kept?.id ?? ""])).code).toBe(0);
    const refused = await run(["send"], { stdin: "line\n" });
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("forgotten")]);
    const again = await run(["send"], { stdin: "line\n" });
    expect([again.code, again.out]).toEqual([0, "1 stored, 0 refused\n"]);
  });

  test("logout forgets the session", async () => {
    expect((await run(["logout"])).code).toBe(0);
    const ran = await run(["app", "list"]);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("argus login");
  });
});

test.each([
  { name: "the whole link", given: (link: string) => link },
  { name: "the code alone", given: (link: string) => ` ${link.split("#")[1]} ` },
])("login makes the owner of a new instance with $name", async ({ given }) => {
  const { server, setupUrl } = await startUnowned();
  await using _end = server;
  const ran = await run(
    "login --email ada@example.org --name Ada --password-stdin --setup-code"
      .split(" ")
      .concat(given(setupUrl)),
    { stdin: "a long enough password", env: { ARGUS_URL: server.url } },
  );
  expect([ran.code, ran.err]).toEqual([0, expect.stringContaining("Signed in")]);
});

test("migrate brings a store to this version, and refuses a folder in use or without a store", async () => {
  const folder = join(home.path, "wrong");
  const wrong = await run(["migrate", "--data", folder]);
  expect([wrong.code, wrong.out]).toEqual([1, ""]);
  expect(wrong.err).toContain(`There is no store in ${folder}`);
  expect(existsSync(folder)).toBe(false);
  await using data = await tempFolder();
  await (await startArgus({ data: data.path }))[Symbol.asyncDispose]();
  const made = await run(["migrate", "--data", data.path]);
  expect([made.code, made.out]).toEqual([0, expect.stringMatching(/has version \d+\.\n$/)]);
  const used = await run(["migrate", "--data", argus.data]);
  expect([used.code, used.out]).toEqual([1, ""]);
  expect(used.err).not.toBe("");
});

test("npx argus runs from the repository", async () => {
  const child = spawn("npx", ["argus", "--version"], {
    cwd: ROOT,
    env: { ...process.env, ARGUS_URL: argus.url },
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  const [code] = (await once(child, "close")) as [number | null];
  expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});
