/** Exports of a real server: from its search thread, over HTTP, and by the command line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FoundEntry, searchAll, send } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
const COUNT = 60_000;

let argus: ArgusProcess;
let mine: { id: string; secret: string };

beforeAll(async () => {
  argus = await startArgus();
  mine = await makeApplication(argus.url, "mine", await ownerToken(argus.url));
  const step = 20_000;
  for (let from = 0; from < COUNT; from += step)
    await send(
      argus.url,
      mine.secret,
      Array.from({ length: step }, (_, i) => ({
        message: `entry ${from + i} ${"of some length ".repeat(15)}`,
        service: (from + i) % 1000 === 0 ? "rare" : "usual",
        attributes: { n: from + i, route: `/r/${i % 7}`, list: [1, "two"], odd: i % 2 === 1 },
      })),
    );
}, 60_000);
afterAll(() => argus[Symbol.asyncDispose]());

interface Init {
  readonly method?: string;
  readonly body?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(parameters: Record<string, string>, init: Init = {}): Promise<Response> {
  return fetch(`${argus.url}/api/v1/export?${new URLSearchParams(parameters).toString()}`, {
    ...init,
    headers: { Authorization: `Bearer ${mine.secret}`, ...init.headers },
  });
}

/** The entries and the last line. */
async function read(response: Response): Promise<{ entries: FoundEntry[]; end: unknown }> {
  expect(response.status).toBe(200);
  const lines = (await response.text()).trimEnd().split("\n");
  const end = JSON.parse(lines.pop() ?? "") as unknown;
  return { entries: lines.map((line) => JSON.parse(line) as FoundEntry), end };
}

test("an export has what a query's pages have, in their order, without a cap", async () => {
  const { entries, end } = await read(await ask({}));
  const nothing = { partial_reason: "", skipped: [], next_cursor: "" };
  expect(end).toEqual({ complete: true, entries: COUNT, ...nothing });
  expect(entries).toEqual(await searchAll(argus.url, mine.secret, ""));
}, 60_000);

test("parameters may be a form, and choose and turn what comes", async () => {
  const body = new URLSearchParams({ query: "service:rare", ascending: "true" });
  const { entries, end } = await read(await ask({}, { method: "POST", body }));
  expect(end).toMatchObject({ complete: true, entries: 60 });
  const wanted = await searchAll(argus.url, mine.secret, "service:rare", { ascending: true });
  expect(entries).toEqual(wanted);
});

test("a query that is wrong, or needs all rows, is refused before the stream begins", async () => {
  for (const query of ["level:(", "| stats count()"])
    expect((await ask({ query })).status).toBe(400);
});

test("callers that leave in the middle leave their places", async () => {
  const { hostname, port } = new URL(argus.url);
  const head = `GET /api/v1/export HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${mine.secret}\r\n\r\n`;
  const open = async (): Promise<boolean> => {
    const socket = connect(Number(port), hostname, () => socket.write(head));
    const [bytes] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return bytes.toString().startsWith("HTTP/1.1 200");
  };
  for (let n = 0; n < 6; n++) await until("there is a place", open);
});

test("argus export writes the entries, and nothing else", async () => {
  const child = spawn(process.execPath, [MAIN, "export", "service:rare", "--since", "1h"], {
    env: { ARGUS_URL: argus.url, ARGUS_API_KEY: mine.secret, HOME: argus.data },
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  expect(await once(child, "close")).toEqual([0, null]);
  const found = out.trimEnd().split("\n");
  const wanted = await searchAll(argus.url, mine.secret, "service:rare");
  expect(found.map((line) => JSON.parse(line) as unknown)).toEqual(wanted);
});

test("a server that drains in the middle says what is missing, and exits in order", async () => {
  // As it is, it is larger than what lies in sockets: while nobody reads, it cannot end.
  const response = await ask({}, { headers: { "Accept-Encoding": "identity" } });
  const exited = once(argus.child, "exit");
  argus.child.kill("SIGTERM");
  await until("it drains", () => argus.log.some((line) => line.includes("stopping")));
  const text = await response.text();
  const lines = text.trimEnd().split("\n");
  const end = JSON.parse(lines.pop() ?? "") as { entries: number; next_cursor: string };
  const last = JSON.parse(lines.at(-1) ?? "") as FoundEntry;
  expect(end).toEqual({
    complete: false,
    entries: lines.length,
    partial_reason: "the server is stopping",
    skipped: [],
    next_cursor: last.id,
  });
  expect(await exited).toEqual([0, null]);
});
