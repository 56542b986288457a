/** The live tail of a real server, read by fetch as the page and the command line do. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serverSentEvents } from "../../src/client/server-sent-events.ts";
import { answerOf, send } from "../support/api-calls.ts";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { askTail, followTail, type Tail } from "../support/follow-tail.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let folder: TempFolder;
let argus: ArgusProcess;
let mine: { id: string; secret: string };
let other: { id: string; secret: string };

beforeAll(async () => {
  folder = await tempFolder();
  argus = await startArgus({ data: folder.path });
  const owner = await ownerToken(argus.url);
  mine = await makeApplication(argus.url, "mine", owner);
  other = await makeApplication(argus.url, "other", owner);
});
afterAll(async () => {
  await argus[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const open = (query: string, headers: Record<string, string> = {}, secret = mine.secret) =>
  askTail({ url: argus.url, secret, query, headers });
const follow = (query: string, position?: string, secret = mine.secret): Promise<Tail> =>
  followTail({ url: argus.url, secret, query }, position);
const say = (...messages: string[]): Promise<string> =>
  send(
    argus.url,
    mine.secret,
    messages.map((message) => ({ message })),
  );

test("new entries arrive, each once, and those from before do not", async () => {
  await say("before");
  await using tail = await follow("");
  for (let n = 0; n < 20; n++) await say(`new ${n}`);
  await until("all are there", () => tail.messages.length >= 20);
  expect(tail.messages).toEqual(Array.from({ length: 20 }, (_, n) => `new ${n}`));
});

test("the filter applies", async () => {
  await using tail = await follow("message:chosen");
  await say("not this", "chosen one", "nor that");
  await say("chosen last");
  await until("the last is there", () => tail.messages.includes("chosen last"));
  expect(tail.messages).toEqual(["chosen one", "chosen last"]);
});

test("Last-Event-ID resumes without gaps across a restart of the server", async () => {
  const all: string[] = [];
  let position: string;
  {
    await using tail = await follow("resume");
    await say("resume 1");
    await until("the first is there", () => tail.messages.length === 1);
    all.push(...tail.ids);
    ({ position } = tail);
  }
  await say("resume 2");
  const exited = once(argus.child, "exit");
  argus.child.kill("SIGKILL");
  await exited;
  argus = await startArgus({ data: folder.path });
  await say("resume 3");
  await using tail = await follow("resume", position);
  await say("resume 4");
  await until("the last is there", () => tail.messages.includes("resume 4"));
  const fresh = tail.messages.filter((_, n) => !all.includes(tail.ids[n] ?? ""));
  expect(fresh).toEqual(["resume 2", "resume 3", "resume 4"]);
});

test("Last-Event-ID gives everything that came while nobody followed", async () => {
  let position: string;
  {
    await using tail = await follow("");
    ({ position } = tail);
  }
  const missed = Array.from({ length: 80 }, (_, n) => `missed ${n}`);
  for (const message of missed) await say(message);
  await using tail = await follow("missed", position);
  await until("all are there", () => new Set(tail.messages).size >= missed.length);
  expect([...new Set(tail.messages)].toSorted()).toEqual(missed.toSorted());
});

test("a position ahead of the store says that entries may be missing, and goes on", async () => {
  const ahead = `${10 ** 12}-${Date.now()}`;
  const { response, stop } = open("ahead", { "Last-Event-ID": ahead });
  const { body } = await response;
  if (body === null) throw new Error("no body");
  const events: string[] = [];
  for await (const event of serverSentEvents(body)) {
    events.push(event.event);
    if (event.event === "dropped") {
      expect(event.data).toContain("ahead of the store");
      await say("ahead 1");
    }
    if (event.event === "entry") break;
  }
  stop.abort();
  expect(events.filter((event) => event !== "position")).toEqual(["dropped", "entry"]);
});

test.each([
  { name: "a query that cannot be read", query: "level:(", headers: {}, status: 400 },
  {
    name: "a position of nobody",
    query: "",
    headers: { "Last-Event-ID": "no position" },
    status: 400,
  },
  { name: "a wrong key", query: "", headers: { Authorization: "Bearer no" }, status: 401 },
])("$name is refused before the stream begins", async ({ query, headers, status }) => {
  const { response, stop } = open(query, headers);
  expect((await answerOf(await response)).status).toBe(status);
  stop.abort();
});

test("another tenant's application answers as an unknown one", async () => {
  const ask = async (id: string): Promise<string> => {
    const address = `${argus.url}/api/v1/tail?application_id=${id}`;
    const answer = await answerOf(
      await fetch(address, { headers: { Authorization: `Bearer ${other.secret}` } }),
    );
    expect(answer.status).toBe(404);
    return answer.text.replaceAll(id, "ID");
  };
  expect(await ask(mine.id)).toBe(await ask("0197f000-0000-7000-8000-0000000000ff"));
});

describe.concurrent("in ten seconds", { timeout: 90_000 }, () => {
  test("a comment comes while nothing happens", async () => {
    const { response, stop } = open("nothing-like-this");
    const { body } = await response;
    if (body === null) throw new Error("no body");
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (/^: /m.test(text)) break;
    }
    stop.abort();
    expect(text).toMatch(/^: still here$/m);
  });

  test("a revoked key ends its tail", async () => {
    const owner = await ownerToken(argus.url);
    const made = await call<{ api_key: { id: string }; secret: string }>(
      argus.url,
      "ApplicationService/CreateApiKey",
      { application_id: mine.id, name: "short", scopes: ["SCOPE_READ"] },
      owner,
    );
    await using tail = await follow("", undefined, made.secret);
    await call(
      argus.url,
      "ApplicationService/RevokeApiKey",
      { api_key_id: made.api_key.id },
      owner,
    );
    await until("the stream has ended", () => tail.ended, 60_000);
  });
});

test("a server that drains ends the stream and exits in order", async () => {
  await using tail = await follow("");
  await say("last words");
  await until("it is there", () => tail.messages.includes("last words"));
  const { child } = argus;
  child.kill("SIGTERM");
  await until("the stream has ended", () => tail.ended);
  // The server cuts what is open after 15 s: a stream that ended must not make it wait for that.
  await until("the process has ended", () => child.exitCode !== null, 12_000);
  expect(child.exitCode).toBe(0);
  argus = await startArgus({ data: folder.path });
});
