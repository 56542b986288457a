/** More than a server can take, and senders that never finish: whom it serves, whom it refuses, and how. */
import { randomUUIDv7 } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MiB } from "../../src/domain/limits.ts";
import { SERVER_TIMEOUTS } from "../../src/http/server.ts";
import { type ApiAnswer, rpc, search, searchAll, send } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { SEND, useHostileServer } from "../support/hostile-server.ts";
import { OWNER } from "../support/server-process.ts";
import { until } from "../support/until.ts";

let url = "";
let port = 0;
let key = "";
let pid = 0;

useHostileServer((server) => {
  ({ url, port, key } = server);
  ({ pid } = server.argus);
});

const residentMiB = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Connections that are kept; what came on each, and whether it has ended. */
class Crowd implements Disposable {
  readonly all: { readonly socket: Socket; read: string; endedMs: number | undefined }[] = [];

  add(text: string): void {
    const socket = connect(port, "127.0.0.1");
    const one: Crowd["all"][number] = { socket, read: "", endedMs: undefined };
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => (one.read += chunk.toString("latin1")));
    socket.on("close", () => (one.endedMs = performance.now()));
    socket.write(text);
    this.all.push(one);
  }

  write(text: string): void {
    for (const { socket, endedMs } of this.all) if (endedMs === undefined) socket.write(text);
  }

  get open(): number {
    return this.all.filter(({ endedMs }) => endedMs === undefined).length;
  }

  [Symbol.dispose](): void {
    for (const { socket } of this.all) socket.destroy();
  }
}

/** What somebody does who means no harm. */
async function isServed(): Promise<void> {
  const word = `honest${randomUUIDv7().replaceAll("-", "")}`;
  await send(url, key, [{ message: word }]);
  expect((await search(url, key, word)).entries).toHaveLength(1);
}

function bodyHead(path: string, bytes: number, more = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n${more}\r\n`;
}

/** Heads that dribble from the first test on, while the others are at work. */
let slow: { readonly crowd: Crowd; readonly beganMs: number; readonly dribble: NodeJS.Timeout };
beforeAll(() => {
  const crowd = new Crowd();
  for (let n = 0; n < 300; n++) crowd.add("GET /healthz HTTP/1.1\r\nHost: x\r\n");
  const dribble = setInterval(() => crowd.write("X-A: b\r\n"), 500);
  slow = { crowd, beganMs: performance.now(), dribble };
});
afterAll(() => {
  clearInterval(slow.dribble);
  slow.crowd[Symbol.dispose]();
});

test("slowloris: while hundreds of heads dribble, others are served", isServed);

test("hundreds of bodies that are declared large and dribble take nobody's room, and end at their deadline", async () => {
  using crowd = new Crowd();
  const patience = "Argus-Timeout-Ms: 3000\r\n";
  const bearer = `Authorization: Bearer ${key}\r\n`;
  for (let n = 0; n < 150; n++) {
    crowd.add(`${bodyHead("/ingest/ndjson", 20 * MiB, bearer + patience)}{`);
    crowd.add(`${bodyHead(SEND, 20 * MiB, bearer + patience)}{`);
    crowd.add(`${bodyHead("/twirp/argus.v1.AuthService/Login", MiB, patience)}{`);
  }
  const dribble = setInterval(() => crowd.write(" "), 100);
  try {
    for (let n = 0; n < 5; n++) await isServed();
    expect((await rpc(url, "AuthService/Login", OWNER)).code).toBe("ok");
    await until("all are told", () => crowd.all.every(({ read }) => read.includes("\r\n\r\n")));
  } finally {
    clearInterval(dribble);
  }
  // Twirp has a code and status of its own for it.
  for (const { read } of crowd.all) expect(read).toMatch(/^HTTP\/1\.1 (?:408|504) /);
  await until("all are cut", () => crowd.open === 0);
});

test("bodies of nobody that are nearly whole take none of the room that entries have", async () => {
  using crowd = new Crowd();
  const almost = "x".repeat(MiB - 1);
  // None of them ends by its deadline, which is another answer.
  const patience = "Argus-Timeout-Ms: 120000\r\n";
  for (let n = 0; n < 220; n++)
    crowd.add(bodyHead("/twirp/argus.v1.AuthService/Login", MiB, patience) + almost);
  await until("some are refused", () => crowd.all.some(({ read }) => read !== ""));
  for (let n = 0; n < 5; n++) await isServed();
  const refused = crowd.all.filter(({ read }) => read !== "");
  for (const { read } of refused) {
    expect(read).toMatch(/^HTTP\/1\.1 503 /);
    expect(read).toMatch(/\r\nRetry-After: \d+\r\n/i);
  }
  expect(residentMiB()).toBeLessThan(1_200);
});

test("thousands of requests in one write are answered in their order", async () => {
  using crowd = new Crowd();
  const count = 5_000;
  crowd.add(
    Array.from(
      { length: count },
      (_, n) => `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: p${n}\r\n\r\n`,
    ).join(""),
  );
  await isServed();
  const [one] = crowd.all;
  const idsOf = (): string[] =>
    [...(one?.read ?? "").matchAll(/^X-Request-Id: (p\d+)\r$/gim)].map(([, id]) => id ?? "");
  await until("all are answered", () => idsOf().length === count, 30_000);
  expect(idsOf()).toEqual(Array.from({ length: count }, (_, n) => `p${n}`));
});

/** Each is answered with what was asked, or refused in a way that a sender can go by. */
function judge(answers: readonly ApiAnswer[], status: number, code: string): ApiAnswer[] {
  const refused = answers.filter((answer) => answer.status !== 200);
  for (const answer of refused) {
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  return refused;
}

test("ten times as many bytes as may be in flight: what is acknowledged is there once, the rest is told to come back", async () => {
  const { secret } = await makeApplication(url, "overload");
  const count = 600;
  const filler = "x".repeat(MiB - 200);
  const answers = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      rpc(
        url,
        "LogService/SendLogs",
        `{"batch_id":"${randomUUIDv7()}","entries":[{"message":"flood ${filler}","attributes":{"n":${n}}}]}`,
        { token: secret },
      ),
    ),
  );
  const refused = judge(answers, 503, "unavailable");
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(count);
  expect(residentMiB()).toBeLessThan(1_200);
  const stored = await search(url, secret, "* | stats count() as all, uniq(n) as distinct");
  expect(stored.table?.rows[0]).toEqual([count - refused.length, count - refused.length]);
  await isServed();
}, 120_000);

test("ten times as many queries as may run and wait: no more wait than may, the rest is told to come back", async () => {
  const token = key;
  const answers = await Promise.all(
    Array.from({ length: 360 }, () =>
      rpc(url, "LogService/Query", { query: "* | stats count() by message" }, { token }),
    ),
  );
  judge(answers, 429, "resource_exhausted");
  await isServed();
}, 120_000);

test("guessed keys all read the same, and take nobody's place", async () => {
  const guesses = await Promise.all(
    Array.from({ length: 500 }, (_, n) => {
      const made = `${n}`.padStart(43, "A");
      const [, id] = key.split("_");
      const token = n % 2 === 0 ? `argus_${id}_${made}` : `argus_${made.slice(0, 12)}_${made}`;
      return rpc(url, "LogService/Query", {}, { token });
    }),
  );
  expect(new Set(guesses.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(guesses[0]?.code).toBe("unauthenticated");
  await isServed();
});

test("guessed passwords are told to wait after five, whoever is guessed, and so is the right one", async () => {
  const token = await ownerToken(url);
  const login = (email: string, password: string) =>
    rpc(url, "AuthService/Login", { email, password });
  for (const email of ["victim@example.org", "nobody@example.org"]) {
    const answers: ApiAnswer[] = [];
    for (let n = 0; n < 8; n++) answers.push(await login(email, `not the password ${n}`));
    expect(answers.map(({ code }) => code)).toEqual([
      ...Array<string>(5).fill("unauthenticated"),
      ...Array<string>(3).fill("resource_exhausted"),
    ]);
    expect(new Set(answers.slice(0, 5).map(({ text }) => text)).size).toBe(1);
    judge(answers.slice(5), 429, "resource_exhausted");
  }
  const tries: string[] = [];
  for (let n = 0; n < 6; n++) tries.push((await login(OWNER.email, "wrong password it is")).code);
  expect(tries.at(-1)).toBe("resource_exhausted");
  expect((await login(OWNER.email, OWNER.password)).code).toBe("resource_exhausted");
  // Who is signed in stays so.
  expect((await rpc(url, "AuthService/GetMe", {}, { token })).code).toBe("ok");
});

test("heads that dribble are cut in time", async () => {
  const { crowd, beganMs } = slow;
  await until(
    "all are cut",
    () => crowd.open === 0,
    SERVER_TIMEOUTS.headers + 3 * SERVER_TIMEOUTS.check + 20_000,
  );
  // Not by anything that cuts honest slow senders, too.
  const soonest = Math.min(...crowd.all.map(({ endedMs }) => endedMs ?? Infinity));
  expect(soonest - beganMs).toBeGreaterThan(SERVER_TIMEOUTS.headers - 1_000);
  await isServed();
}, 90_000);

test("what was stored in all of this is there", async () => {
  expect((await searchAll(url, key, "honest*")).length).toBeGreaterThan(10);
});
