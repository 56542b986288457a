import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inputOf, recordedWorld } from "../../test/support/cli-world.ts";
import { ListApplicationsResponse } from "../../generated/client/argus/v1/application_service.ts";
import {
  GetSetupStateResponse,
  LoginResponse,
} from "../../generated/client/argus/v1/auth_service.ts";
import { QueryRequest, QueryResponse } from "../../generated/client/argus/v1/log_service.ts";
import { readArguments, run } from "./run.ts";
import { COMMANDS } from "./commands.ts";

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "argus-cli-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Answers by the last part of the address. */
function network(answers: Readonly<Record<string, (body: Uint8Array) => Response>>): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    const answer = answers[name];
    if (answer === undefined) return new Response("{}", { status: 404 });
    return answer(new Uint8Array(await request.arrayBuffer()));
  };
}

function protobuf(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { "Content-Type": "application/protobuf" },
  });
}

test.each([
  { argv: [], code: 2, note: "usage: argus COMMAND" },
  { argv: ["serach"], code: 2, note: "There is no command" },
  { argv: ["search", "--limt", "5"], code: 2, note: "--limit" },
  { argv: ["search", "--limit", "many"], code: 2, note: "whole number from 1 to 10000" },
  { argv: ["search", "--since", "yore"], code: 2, note: "is no time" },
  { argv: ["context"], code: 2, note: "id of an entry" },
  { argv: ["send", "a", "b"], code: 2, note: "one file" },
  { argv: ["send", "a", "b"], code: 2, note: "echo 'first light' | npx argus send" },
  { argv: ["app", "frobnicate", "x"], code: 2, note: "argus app has no" },
  { argv: ["app", "list", "extra"], code: 2, note: '"extra" is not understood' },
  { argv: ["app", "list", "extra"], code: 2, note: "usage: argus app list [--json]\n" },
  { argv: ["app", "create", "a", "b"], code: 2, note: '"b" is not understood' },
  { argv: ["key", "list", "extra"], code: 2, note: '"extra" is not understood' },
  { argv: ["key", "paint", "x"], code: 2, note: "argus key has no" },
  { argv: ["whoami", "me"], code: 2, note: '"me" is not understood' },
  {
    argv: ["doctor", "me"],
    code: 2,
    note: "usage: argus doctor [--url http://host:port] [--json]\n",
  },
  { argv: ["logout", "me"], code: 2, note: '"me" is not understood' },
  { argv: ["migrate", "me"], code: 2, note: '"me" is not understood' },
  { argv: ["app", "update", "x"], code: 1, note: "npx argus login" },
  { argv: ["key", "create", "x", "--scope", "write"], code: 2, note: "--scope takes" },
  { argv: ["search", "--url", "ftp://x", "a"], code: 2, note: "is no address" },
  { argv: ["send", "/no/such/file"], code: 1, note: "cannot be read" },
  { argv: ["send", "src/cli"], code: 1, note: "cat src/cli/*.log | npx argus send" },
  { argv: ["login", "--url", "127.0.0.1:1"], code: 1, note: "npx argus serve" },
])("argus $argv ends with $code and says $note", async ({ argv, code, note }) => {
  const { world, printed } = recordedWorld({ env: { XDG_CONFIG_HOME: join(home, "none") } });
  expect(await run(world, argv, "1.2.3")).toBe(code);
  expect(printed.note).toContain(note);
  expect(printed.out).toBe("");
});

test.each(COMMANDS.map((command) => command.name))(
  "argus help %s names every flag",
  async (name) => {
    const { world, printed } = recordedWorld();
    expect(await run(world, ["help", name], "1.2.3")).toBe(0);
    const command = COMMANDS.find((one) => one.name === name);
    expect(Object.keys(command?.help ?? {})).toEqual(Object.keys(command?.flags ?? {}));
    for (const flag of Object.keys(command?.flags ?? {}))
      expect(printed.out).toContain(`--${flag}`);
  },
);

test("--version prints the version alone", async () => {
  const { world, printed } = recordedWorld();
  expect(await run(world, ["--version"], "1.2.3")).toBe(0);
  expect(printed).toEqual({ out: "1.2.3\n", note: "" });
});

test.each([
  { who: "a person", noteIsTerminal: true, note: "Waiting for new entries; Ctrl-C ends.\n" },
  { who: "a program", noteIsTerminal: false, note: "" },
])("tail tells $who once that it waits: $note", async ({ noteIsTerminal, note }) => {
  const stop = new AbortController();
  const { world, printed } = recordedWorld({
    env: { XDG_CONFIG_HOME: join(home, "none"), ARGUS_API_KEY: "argus_key_secret" },
    noteIsTerminal,
    signal: stop.signal,
    fetch: () => Promise.resolve(new Response("id: 7\nevent: position\ndata: {}\n\n")),
    sleep: () => {
      if (printed.note.match(/The stream was cut/g)?.length === 2) stop.abort();
      return Promise.resolve();
    },
  });
  expect(await run(world, ["tail"], "1.2.3")).toBe(0);
  expect(printed.note.replaceAll(/The stream was cut.*\n/g, "")).toBe(note);
});

test("a word with one dash is a query, not a flag, also as a flag's value", () => {
  const flags = { since: { type: "string" } } as const;
  const args = readArguments(flags, ["install*", "-half", "-path:/health", "--since", "-15m"]);
  expect(args.rest).toEqual(["install*", "-half", "-path:/health"]);
  expect(args.text("since")).toBe("-15m");
});

test("signing in keeps the login where only its owner reads it, and never prints it", async () => {
  const { world, printed } = recordedWorld({
    env: { XDG_CONFIG_HOME: home },
    stdin: inputOf("correct horse battery\n"),
    fetch: network({
      GetSetupState: () =>
        protobuf(GetSetupStateResponse.encode({ needsOwner: false, needsCode: false }).finish()),
      Login: () =>
        protobuf(
          LoginResponse.encode(
            LoginResponse.fromPartial({
              accessToken: "access-1",
              refreshToken: "refresh-1",
              accessTokenExpiresAt: { seconds: 4_000_000_000n },
              user: { email: "a@example.org" },
            }),
          ).finish(),
        ),
    }),
  });
  expect(await run(world, ["login", "--email", "a@example.org", "--password-stdin"], "1")).toBe(0);
  const path = join(home, "argus/cli.json");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, "utf8")).toContain("refresh-1");
  expect(printed.note).toBe("Signed in to http://127.0.0.1:4700 as a@example.org.\n");
});

test("with a login and one application, a search needs no flag", async () => {
  let asked: QueryRequest | undefined;
  const { world, printed } = recordedWorld({
    env: { XDG_CONFIG_HOME: home },
    fetch: network({
      ListApplications: () =>
        protobuf(
          ListApplicationsResponse.encode(
            ListApplicationsResponse.fromPartial({ applications: [{ id: "app-1", name: "web" }] }),
          ).finish(),
        ),
      Query: (body) => {
        asked = QueryRequest.decode(body);
        return protobuf(
          QueryResponse.encode(
            QueryResponse.fromPartial({
              entries: [
                {
                  time: { seconds: 1_795_532_551n, nanos: 123_000_000 },
                  level: 17,
                  service: "web",
                  message: "two\nlines \u001b[31m",
                  attributes: { status: 500, path: "/a b" },
                },
              ],
            }),
          ).finish(),
        );
      },
    }),
  });
  expect(await run(world, ["search", "install*", "-half", "--since", "1h"], "1")).toBe(0);
  expect(asked?.applicationId).toBe("app-1");
  expect(asked?.query).toBe("install* -half");
  expect(asked?.startTime?.seconds).toBe(BigInt(Date.UTC(2026, 10, 24, 14) / 1000));
  expect(printed.out).toBe('15:02:31.123 ERROR web  two\\nlines \\e[31m  status=500 path="/a b"\n');
});

test("an error in a query shows the place and the fixes", async () => {
  const { world, printed } = recordedWorld({
    env: { ARGUS_API_KEY: "argus_x_y", XDG_CONFIG_HOME: join(home, "none") },
    fetch: network({
      Query: () =>
        Response.json(
          {
            code: "invalid_argument",
            msg: "Quote opened here is not closed",
            meta: { start: "4", end: "5", fix_1: 'abc "def"' },
          },
          { status: 400 },
        ),
    }),
  });
  expect(await run(world, ["search", 'abc "def'], "1")).toBe(1);
  expect(printed.note).toBe(
    'Quote opened here is not closed\n  abc "def\n      ^\n  try: abc "def"\n',
  );
});

test("a batch is tried again under the same name when the server is busy", async () => {
  const names: (string | null)[] = [];
  const bodies: string[] = [];
  const { world, printed } = recordedWorld({
    env: { ARGUS_API_KEY: "argus_x_y", XDG_CONFIG_HOME: join(home, "none") },
    stdin: inputOf('{"message":"a"}\n{"mess', 'age":"b"}\n\n'),
    sleep: () => Promise.resolve(),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      names.push(request.headers.get("Idempotency-Key"));
      bodies.push(`${request.headers.get("Content-Type")} ${await request.text()}`);
      if (names.length === 1)
        return Response.json({ error: { kind: "overloaded", message: "busy" } }, { status: 503 });
      return Response.json({ accepted: 1, rejected: [{ index: 1, reason: "too old" }] });
    },
  });
  expect(await run(world, ["send", "--service", "web"], "1")).toBe(1);
  expect(new Set(names).size).toBe(new Set(bodies).size);
  expect(bodies[0]).toBe(bodies[1]);
  expect(bodies[0]).toMatch(/^application\/x-ndjson \{/);
  expect(printed.note).toContain("busy; trying again");
  expect(printed.note).toContain("too old");
});

test.each([
  { name: "an array", text: '[{"message":"a"},\n{"message":"b"}]\n' },
  { name: "an array on one line", text: '[{"message":"a"},{"message":"b"}]' },
  { name: "records over several lines", text: '{\n"message":"a"\n}\n{\n"message":"b"\n}\n' },
])("$name is sent as its records", async ({ text }) => {
  const bodies: string[] = [];
  const { world, printed } = recordedWorld({
    env: { ARGUS_API_KEY: "argus_x_y", XDG_CONFIG_HOME: join(home, "none") },
    stdin: inputOf(text),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      bodies.push(`${request.headers.get("Content-Type")} ${await request.text()}`);
      return Response.json({ accepted: 2 });
    },
  });
  expect(await run(world, ["send"], "1")).toBe(0);
  expect(bodies.map((body) => body.replaceAll(/\s+/g, " ").trim())).toEqual([
    expect.stringMatching(/^application\/x-ndjson \{ ?"message":"a" ?\} \{ ?"message":"b" ?\}$/),
  ]);
  expect(printed.out).toBe("2 stored, 0 refused\n");
});
