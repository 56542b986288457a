/** What attackers write for the terminals of people who read logs: no command shows it raw, and files get it as it is. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { World } from "../../src/cli/command.ts";
import { run } from "../../src/cli/run.ts";
import { inputOf, recordedWorld } from "../support/cli-world.ts";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { search, send } from "../support/api-calls.ts";
import { parseCsv } from "../support/parse-csv.ts";
import { useHostileServer } from "../support/hostile-server.ts";
import { http, rawServer } from "../support/raw-server.ts";
import { OWNER } from "../support/server-process.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const ATTACKS = {
  "the clipboard (OSC 52)": "\u001b]52;c;cm0gLXJmIC8K\u0007",
  "a link (OSC 8)": "\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\",
  "the title": "\u001b]0;owned\u0007",
  "colours (CSI)": "\u001b[31;8m",
  "the screen (CSI)": "\u001b[2J\u001b[H",
  "a report of the cursor": "\u001b[6n",
  "a reset": "\u001bc",
  "CSI in one character (C1)": "\u009b2J",
  "OSC in one character (C1)": "\u009d0;owned\u009c",
  "a device's string (C1)": "\u0090q\u009c",
  DEL: "\u007f\u007f",
  "the line anew": "over\rwritten",
  "steps back": "ab\b\bcd",
  "other lines": "one\u000btwo\u000cthree\u0085four\u2028five",
  "a bell and a NUL": "\u0007\u0000",
  "order of reading": "\u202egpj.exe\u202c \u2066x\u2069 \u200fr\u200e \u061ca",
} as const;
const ALL = Object.values(ATTACKS).join(" ");
/** Whatever a terminal acts on, or shows in another order. */
const ACTS =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const OWN_COLOURS = /\u001b\[\d{1,2}m/g;

let url = "";
let key = "";
let home: TempFolder;

useHostileServer((server) => {
  ({ url, key } = server);
});
beforeAll(async () => {
  home = await tempFolder();
  await send(url, key, [
    {
      message: `hostile ${ALL}`,
      service: `s ${ALL}`,
      host: `h ${ALL}`,
      attributes: { [`n ${ALL}`]: `v ${ALL}`, list: [ALL, { [ALL]: ALL }], number: 1 },
    },
  ]);
  await run(asOwner().world, ["login", "--email", OWNER.email, "--password-stdin"], "0");
});
afterAll(() => home[Symbol.asyncDispose]());

const ON_TERMINAL = { outIsTerminal: true, noteIsTerminal: true } as const;

function withKey(over: Partial<World> = {}) {
  const env = { ARGUS_URL: url, ARGUS_API_KEY: key, XDG_CONFIG_HOME: join(home.path, "none") };
  return recordedWorld({ env, fetch, nowMs: Date.now, ...ON_TERMINAL, ...over });
}

function asOwner() {
  const env = { ARGUS_URL: url, XDG_CONFIG_HOME: home.path };
  const stdin = inputOf(OWNER.password);
  return recordedWorld({ env, fetch, nowMs: Date.now, stdin, ...ON_TERMINAL });
}

/** Progress begins its line anew. */
function shownOf({ out, note }: { out: string; note: string }): string {
  return out.replaceAll(OWN_COLOURS, "") + note.replaceAll(/(?<=\n|^)\r(?!\n)/g, "");
}

async function idOf(): Promise<string> {
  return (await search(url, key, "hostile")).entries[0]?.id ?? "";
}

describe.each([true, false])("on a terminal, colours %s", (colour) => {
  test.each([
    { args: ["search", "hostile"] },
    { args: ["search", "hostile", "--json"] },
    { args: ["search", "hostile | stats count() by message, service"] },
    { args: ["search", "hostile | stats count() by message, service", "--json"] },
    { args: ["context", "ID"] },
    { args: ["context", "ID", "--json"] },
    { args: ["export", "hostile"] },
    { args: ["export", "hostile", "--format", "csv"] },
    { args: ["export", "hostile | stats count() by message", "--format", "csv"] },
  ])("argus $args", async ({ args }) => {
    const { world, printed } = withKey({ colour });
    const id = await idOf();
    const given = args.map((arg) => (arg === "ID" ? id : arg));
    expect(await run(world, given, "0")).toBe(0);
    expect(printed.out).toContain("hostile");
    expect(shownOf(printed).replaceAll("\r\n", "\n")).not.toMatch(ACTS);
    // Nothing is left out: what it was can be read.
    expect(printed.out).toMatch(/(?:\\e|\\u001b)\]52;c;cm0gLXJmIC8K/);
  });

  test.each([{ args: ["tail"] }, { args: ["tail", "--json"] }])("argus $args", async ({ args }) => {
    const stop = new AbortController();
    const { world, printed } = withKey({ colour, signal: stop.signal });
    const tailing = run(world, [...args, "tailed"], "0");
    await until("the tail waits", () => printed.note.includes("Waiting"));
    await until("an entry comes", async () => {
      await send(url, key, [
        { message: `tailed ${ALL}`, service: ALL, attributes: { [ALL]: ALL } },
      ]);
      return printed.out.includes("tailed");
    });
    stop.abort();
    expect(await tailing).toBe(0);
    expect(shownOf(printed)).not.toMatch(ACTS);
  });
});

test("names that people gave themselves, in lists", async () => {
  const token = await ownerToken(url);
  const { id } = await makeApplication(url, "named", token);
  const { invite_code: code } = await call<{ invite_code: string }>(
    url,
    "ApplicationService/AddMember",
    { application_id: id, email: "mallory@example.org", role: "ROLE_VIEWER" },
    token,
  );
  const named = (method: string, body: object, as?: string) =>
    call(url, method, body, as).catch((error: unknown) => String(error));
  const password = "a long enough password";
  // Some names are refused with such characters; those that are taken must not reach a terminal.
  const name = `Mallory ${ALL}`.slice(0, 60);
  if (typeof (await named("AuthService/AcceptInvite", { code, password, name })) === "string")
    await named("AuthService/AcceptInvite", { code, password, name: "Mallory" });
  await named("ApplicationService/UpdateApplication", { application_id: id, title: name }, token);
  await named(
    "ApplicationService/CreateApiKey",
    { application_id: id, name, scopes: ["SCOPE_READ"] },
    token,
  );
  for (const args of [
    ["member", "list", "--app", "named"],
    ["member", "list", "--app", "named", "--json"],
    ["app", "list"],
    ["app", "list", "--json"],
    ["key", "list", "--app", "named"],
    ["key", "list", "--app", "named", "--json"],
    ["user", "list"],
    ["user", "list", "--json"],
    ["whoami"],
  ]) {
    const { world, printed } = asOwner();
    expect([args, await run(world, args, "0")]).toEqual([args, 0]);
    expect([args, shownOf(printed)]).toEqual([args, expect.not.stringMatching(ACTS)]);
  }
});

test("errors that repeat what was asked", async () => {
  for (const args of [
    ["search", `level:${ALL}`],
    ["search", `"${ALL}`],
    ["search", `* | ${ALL}`],
    ["context", ALL],
    ["search", "*", "--app", ALL],
    ["export", "*", "--fields", ALL],
    ["export", "*", "--after", ALL],
    ["tail", `(${ALL}`],
    ["member", "remove", ALL],
    ["key", "revoke", ALL],
  ]) {
    const world = args[0] === "member" || args[0] === "key" ? asOwner() : withKey();
    expect([args, await run(world.world, args, "0")]).toEqual([args, expect.any(Number)]);
    expect([args, shownOf(world.printed)]).toEqual([args, expect.not.stringMatching(ACTS)]);
  }
});

test("whatever a server that is none of ours answers", async () => {
  const json = JSON.stringify;
  for (const answer of [
    http("500 Oops", { "Content-Type": "text/plain" }, ALL),
    http("400 Bad", { "X-Request-Id": "\u009b2J" }, json({ code: "internal", msg: ALL })),
    http("400 Bad", {}, json({ code: ALL, msg: ALL, meta: { [ALL]: ALL, field: ALL } })),
    http("400 Bad", {}, json({ error: { kind: "invalid", message: ALL } })),
    http("302 Found", { Location: "http://x/\u009b2J" }),
    http("200 OK", { "Content-Type": "application/protobuf" }, ALL),
    http("200 OK", {}, `event: dropped\ndata: ${ALL.replaceAll(/[\r\n]/g, "")}\n\n`),
  ]) {
    await using server = await rawServer(answer);
    for (const args of [
      ["search"],
      ["tail"],
      ["context", "1"],
      ["export"],
      ["whoami"],
      ["doctor"],
    ]) {
      const stop = new AbortController();
      const { world, printed } = withKey({
        env: { ...withKey().world.env, ARGUS_URL: server.url },
        signal: stop.signal,
        sleep: () => {
          stop.abort();
          return Promise.reject(new Error("stopped"));
        },
      });
      await run(world, args, "0");
      expect([args, shownOf(printed)]).toEqual([args, expect.not.stringMatching(ACTS)]);
    }
  }
});

describe("to a file or a program", () => {
  const toFile = async (...args: string[]): Promise<string> => {
    const { world, printed } = withKey({ outIsTerminal: false, noteIsTerminal: false });
    expect(await run(world, args, "0")).toBe(0);
    return printed.out;
  };

  test("exports and JSON are what was stored", async () => {
    const message = `hostile ${ALL}`;
    const line = JSON.parse(await toFile("export", "hostile")) as { message: string };
    expect(line.message).toBe(message);
    const csv = await toFile("export", "hostile", "--format", "csv", "--fields", "message");
    expect(parseCsv(csv)[1]).toEqual([message]);
    const found = JSON.parse(await toFile("search", "hostile", "--json")) as { message: string };
    expect(found.message).toBe(message);
  });

  test("lines for people are harmless there, too", async () => {
    expect(await toFile("search", "hostile")).not.toMatch(ACTS);
    expect(await toFile("search", "hostile | stats count() by message")).not.toMatch(ACTS);
  });
});
