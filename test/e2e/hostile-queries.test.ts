/** Hostile query texts against a real server: each is answered or refused in words, within its budget. */
import { beforeAll, describe, expect, test } from "vitest";
import { LIMITS } from "../../src/domain/limits.ts";
import { rpc, send } from "../support/api-calls.ts";
import { askTail } from "../support/follow-tail.ts";
import { useHostileServer } from "../support/hostile-server.ts";
import { until } from "../support/until.ts";

let url = "";
let key = "";

useHostileServer((server) => {
  ({ url, key } = server);
});

beforeAll(async () => {
  const entries = Array.from({ length: 5000 }, (_, n) => ({
    message: `request ${"a".repeat(200)} ${n} b`,
    attributes: { n, text: `v${n}` },
  }));
  await send(url, key, entries);
});

const ask = (query: string, method = "Query") =>
  rpc(url, `LogService/${method}`, { query }, { token: key });
const nested = (open: string, close: string): string => {
  const depth = Math.floor((LIMITS.queryBytes - 1) / (open.length + close.length));
  return `${open.repeat(depth)}a${close.repeat(depth)}`;
};
const filled = (unit: string): string =>
  unit.repeat(Math.floor(LIMITS.queryBytes / Buffer.byteLength(unit)));
const terms = (count: number, term: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => term(n)).join(" OR ");

/** What takes engines that backtrack for ever, on messages of two hundred times the same letter. */
const REDOS = [
  "(a+)+$",
  "(a|aa)+c",
  "(.*)*x",
  "(.*a){20}x",
  "([a-z]+)*[A-Z]",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(?:(?:a*)*)*z",
  "a*a*a*a*a*a*a*a*z",
];

describe("beyond what a query may be", () => {
  test.each([
    { name: "groups in groups", query: nested("(", ")"), says: /nest at most 64 deep/ },
    { name: "negated groups", query: nested("-(", ")"), says: /nest at most 64 deep/ },
    { name: "negations", query: `${"NOT ".repeat(2000)}a`, says: /nest at most 64 deep/ },
    {
      name: "groups after where",
      query: `* | where ${nested("(", ")").slice(0, 8000)}`,
      says: /nest/,
    },
    { name: "terms", query: terms(1000, () => "a"), says: /at most 500 terms/ },
    { name: "items of a list", query: `service:(${terms(900, () => "a")})`, says: /at most 500/ },
    { name: "stars", query: filled("a*"), says: /At most 8 stars/ },
    { name: "a long regex", query: `/${"x".repeat(2000)}/`, says: /at most 1000 characters/ },
    { name: "a large regex", query: `/${"(a|b|c|d){1000}".repeat(7)}/`, says: /too large/ },
    {
      name: "a regex of a million steps",
      query: `/(${"ab".repeat(490)}){1000}/`,
      says: /too large/,
    },
    {
      name: "regexes that repeat",
      query: terms(60, (n) => `/(?:a|b|${n}){900}z/`),
      says: /too large together/,
    },
    {
      name: "gaps in regexes",
      query: terms(60, (n) => `message:/.{0,900}.{0,90}${n}z/`),
      says: /too large together/,
    },
    { name: "repeats of repeats", query: "/((a{1,100}){1,100}){1,100}/", says: /too large/ },
    { name: "pipes", query: `a${" | where a".repeat(800)}`, says: /at most 32 pipes/ },
    {
      name: "functions",
      query: `* | stats ${Array.from({ length: 400 }, (_, n) => `max(n) as m${n}`).join(",")}`,
      says: /At most 32 functions/,
    },
    { name: "a long number", query: `n:>${"9".repeat(8000)}`, says: /./ },
  ])("it is refused in words: $name", async ({ query, says }) => {
    for (const method of ["Query", "GetHistogram"]) {
      const answer = await ask(query, method);
      expect([method, answer.status, answer.code]).toEqual([method, 400, "invalid_argument"]);
      expect(String(answer.body["msg"])).toMatch(says);
    }
  });
});

describe("as much as a query may be", () => {
  test.each([
    { name: "regexes", query: terms(400, (n) => `/a.*${n}z/`) },
    { name: "a regex that repeats", query: "/(?:a|b|c){900}z/" },
    { name: "gaps in a regex", query: "message:/.{0,900}.{0,90}z/ OR /.{0,900}.{0,90}y/" },
    ...REDOS.map((pattern) => ({
      name: pattern,
      query: `message:/${pattern}/ OR text:/${pattern}/`,
    })),
    { name: "stars", query: terms(450, (n) => `*a*b*c${n}*`) },
    { name: "phrases", query: terms(450, (n) => `"a a a ${n}"`) },
    { name: "one phrase", query: `"${"a ".repeat(4000)}"` },
    { name: "sorts", query: `*${" | sort n".repeat(32)}` },
    {
      name: "counts by many keys",
      query: `* | stats ${Array.from({ length: 32 }, (_, n) => `uniq(message) as u${n}`).join(",")} by text, n`,
    },
    { name: "characters beyond Unicode's first plane", query: filled("\u{10ffff}") },
    { name: "control characters", query: filled("\u0001") },
  ])("it is answered, whole or saying why not: $name", async ({ query }) => {
    const { status, body, text } = await ask(query);
    expect(status, text).toBe(200);
    expect(body["partial"] === true).toBe(body["partial_reason"] !== "");
  });
});

test("the heaviest at once leave other calls and other queries their turn", async () => {
  const heavy = "/(?i)(?:\\pL|\\pN|7){900}z/ OR /(?:a|\\pN|8){900}y/";
  const asked = Array.from({ length: 4 }, () => ask(heavy));
  for (let n = 0; n < 20; n++) {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await send(url, key, [{ message: `meanwhile ${n}` }]);
  }
  for (const { status, text } of await Promise.all(asked))
    expect([200, 429, 503], text).toContain(status);
  const { body } = await ask("meanwhile");
  expect(body["entries"]).toHaveLength(20);
}, 90_000);

/** Each takes a few hundredths of a second over half a megabyte. */
const MANY = Array.from({ length: 200 }, (_, n) => `/(?i)a{9}${n + 100}/`);

describe("a regex over texts that are too long for it", () => {
  const heavy = "message:/(?i)(?:\\pL|\\pN|7){900}z/";
  const long = (word: string): object[] =>
    Array.from({ length: 4 }, (_, n) => ({ message: `${word} ${"a".repeat(500_000)}${n}` }));

  beforeAll(async () => {
    await send(url, key, long("longtext"));
    await send(url, key, [{ message: "short" }]);
  });

  test("gives the rest of the answer and says why, and others have their turn", async () => {
    const asked = Array.from({ length: 4 }, () => ask(`${heavy} OR short`));
    // On a slow machine not before one of them is done, and who waits for long is told to come back.
    await until("another has its turn", async () => (await ask("service:none")).status === 200);
    for (const { status, body, text } of await Promise.all(asked)) {
      expect(status, text).toBe(200);
      expect([body["partial"], body["partial_reason"]]).toEqual([
        true,
        expect.stringMatching(/too long for a regex of \d+ steps/),
      ]);
    }
  });

  test.each([
    `longtext | parse "<word> <rest>" | where ${heavy}`,
    `longtext | sort time | where ${heavy}`,
    `longtext | fields message | where ${heavy}`,
    `longtext | stats count(), count_if(${heavy})`,
    `longtext | limit 2 | stats count(), count_if(${heavy})`,
    `longtext | stats max(message) as message by n | where ${heavy}`,
  ])("in a pipe gives the rest of the answer, too, and says why: %s", async (query) => {
    const { status, body, text } = await ask(query);
    expect(status, text).toBe(200);
    expect([body["partial"], body["partial_reason"]]).toEqual([
      true,
      expect.stringMatching(/too long for a regex of \d+ steps/),
    ]);
  });

  test.each([
    `longtext | parse "<word> <rest>" | where message:(${MANY.join(" ")})`,
    `longtext | sort time | where ${MANY.map((regex) => `message:${regex}`).join(" OR ")}`,
    `longtext | stats count(), count_if(message:(${MANY.join(" ")}))`,
  ])("and many that fit it, one after the other, end with its time: %#", async (query) => {
    const asked = ask(query);
    expect((await ask("service:none")).status).toBe(200);
    const { status, body, text } = await asked;
    expect(status, text).toBe(200);
    expect([body["partial"], body["partial_reason"]]).toEqual([
      true,
      expect.stringMatching(/takes longer than \d+ ms/),
    ]);
  });

  test("in a tail is read elsewhere: what cannot be is said, and the server serves", async () => {
    const { response, stop } = askTail({ url, secret: key, query: `${heavy} OR tailed` });
    const { body } = await response;
    let read = "";
    const reading = (async () => {
      for await (const chunk of body ?? []) read += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    await until("the tail stands", () => read.includes("event: position"));
    await send(url, key, long("longer"));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await until("it says what is missing", () => read.includes("event: dropped"));
    expect(read).toMatch(/too long for a regex/);
    await send(url, key, [{ message: "tailed afterwards" }]);
    await until("it goes on", () => read.includes("tailed afterwards"));
    stop.abort();
    await reading;
  });
});
