/** Exports of a real server: from its search thread, over HTTP, and by the command line. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FoundEntry, searchAll, send } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { parseCsv } from "../support/parse-csv.ts";
import { type ArgusProcess, bareEnvironment, startArgus } from "../support/server-process.ts";
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
});
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
  const nothing = { partial_reason: "", skipped: [], next_cursor: "", approximate: [] };
  expect(end).toEqual({ complete: true, entries: COUNT, ...nothing });
  expect(entries).toEqual(await searchAll(argus.url, mine.secret, ""));
});

test("parameters may be a form, and choose and turn what comes", async () => {
  const body = new URLSearchParams({ query: "service:rare", ascending: "true" });
  const { entries, end } = await read(await ask({}, { method: "POST", body }));
  expect(end).toMatchObject({ complete: true, entries: 60 });
  const wanted = await searchAll(argus.url, mine.secret, "service:rare", { ascending: true });
  expect(entries).toEqual(wanted);
});

test("a query that is wrong is refused before the stream begins", async () => {
  for (const wrong of [{ query: "level:(" }, { fields: "a,," }, { format: "xml" }, { limit: "5" }])
    expect((await ask(wrong)).status).toBe(400);
});

test("CSV has the same rows, chosen fields of them, and tables, and says how it ended", async () => {
  const query = "service:rare";
  const csv = { query, format: "csv", fields: "n, route as path, list, odd, message" };
  const response = await ask(csv);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  expect(response.headers.get("content-disposition")).toMatch(
    /^attachment; filename="argus-.*\.csv"$/,
  );
  const [head, ...rows] = parseCsv(await response.text());
  expect(head).toEqual(["n", "path", "list", "odd", "message"]);
  const end = rows.pop();
  expect(end?.slice(1)).toEqual(["", "", "", ""]);
  expect(JSON.parse(end?.[0]?.slice(2) ?? "")).toMatchObject({ complete: true, entries: 60 });
  const wanted = await searchAll(argus.url, mine.secret, query);
  expect(rows).toEqual(
    wanted.map(({ message, attributes }) => {
      const { n, route, odd } = attributes as Record<string, unknown>;
      return [String(n), route, '[1,"two"]', String(odd), message];
    }),
  );
  const table = await read(await ask({ query: "| stats count() by service, odd | sort count" }));
  expect(table.end).toMatchObject({ complete: true, entries: 3 });
  expect(table.entries).toEqual([
    { service: "rare", odd: false, count: 60 },
    { service: "usual", odd: false, count: 29_940 },
    { service: "usual", odd: true, count: 30_000 },
  ]);
  const estimates = await read(await ask({ query: "| stats p50(n), uniq(n)" }));
  expect(estimates.end).toMatchObject({ approximate: ["p50_n", "uniq_n"] });
});

test("a ticket downloads what it was made for, once, and no log has it", async () => {
  const admin = await ownerToken(argus.url);
  const make = (token: string, parameters: Record<string, string>): Promise<Response> =>
    fetch(`${argus.url}/api/v1/export/ticket`, {
      method: "POST",
      body: new URLSearchParams({ application_id: mine.id, ...parameters }),
      headers: { Authorization: `Bearer ${token}` },
    });
  expect((await make(mine.secret, {})).status).toBe(403);
  expect((await make("", {})).status).toBe(401);
  expect((await make(admin, { query: "level:(" })).status).toBe(400);
  const made = await make(admin, { query: "service:rare", format: "csv", fields: "n" });
  const { ticket, expires_at: ends } = (await made.json()) as Record<string, string>;
  expect(Date.parse(ends ?? "") - Date.now()).toBeLessThanOrEqual(30_000);
  const address = `${argus.url}/api/v1/export?ticket=${ticket}`;
  expect((await fetch(address, { method: "HEAD" })).status).toBe(400);
  expect((await fetch(`${address}&query=`)).status).toBe(400);
  const both = await Promise.all([fetch(address), fetch(address)]);
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  const given = both.find(({ ok }) => ok);
  expect(parseCsv((await given?.text()) ?? "")).toHaveLength(62);
  expect((await fetch(address)).status).toBe(401);
  expect((await fetch(`${argus.url}/api/v1/export?ticket=nonsense`)).status).toBe(401);
  expect(argus.log.join("\n")).not.toContain(ticket);
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

async function command(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [MAIN, "export", ...args], {
    env: {
      ...bareEnvironment(),
      ARGUS_URL: argus.url,
      ARGUS_API_KEY: mine.secret,
      HOME: argus.data,
    },
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  expect(await once(child, "close")).toEqual([0, null]);
  return out;
}

test("argus export makes a file of chosen fields", async () => {
  const file = join(argus.data, "out.csv");
  const args = ["service:rare", "--format", "csv", "--fields", "n, message", "--output", file];
  expect(await command(...args)).toBe("");
  const [head, ...rows] = parseCsv(await readFile(file, "utf8"));
  expect([head, rows.length]).toEqual([["n", "message"], 60]);
});

test("argus export writes the entries, and nothing else", async () => {
  const out = await command("service:rare", "--since", "1h");
  const found = out.trimEnd().split("\n");
  const wanted = await searchAll(argus.url, mine.secret, "service:rare");
  expect(found.map((line) => JSON.parse(line) as unknown)).toEqual(wanted);
});

test("a server that drains in the middle says what is missing, and exits in order", async () => {
  // As it is, it is larger than what lies in sockets: while nobody reads, it cannot end.
  const response = await ask({}, { headers: { "Accept-Encoding": "identity" } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const more = async (): Promise<boolean> => {
    const { value, done } = (await reader?.read()) ?? { done: true };
    text += value ?? "";
    return !done;
  };
  // Before the first chunk it would end with nothing.
  while (!text.includes("\n")) await more();
  const exited = once(argus.child, "exit");
  argus.child.kill("SIGTERM");
  await until("it drains", () => argus.log.some((line) => line.includes("stopping")));
  while (await more());
  const lines = text.trimEnd().split("\n");
  const end = JSON.parse(lines.pop() ?? "") as { entries: number; next_cursor: string };
  const last = JSON.parse(lines.at(-1) ?? "") as FoundEntry;
  expect(end).toEqual({
    complete: false,
    entries: lines.length,
    partial_reason: "the server is stopping",
    skipped: [],
    next_cursor: last.id,
    approximate: [],
  });
  expect(await exited).toEqual([0, null]);
});
