import { expect, test, vi } from "vitest";
import { tailPieces } from "./decode/tail-pieces.ts";
import { createFollow, type Follow, pause } from "./follow.ts";

interface Seen {
  readonly entries: string[];
  readonly states: string[];
  readonly dropped: string[];
  readonly asked: { token: string; position: string | null }[];
  readonly waits: number[];
}

type Reply = (signal: AbortSignal) => Response;

const stream =
  (...events: readonly string[]): Reply =>
  () =>
    new Response(events.join(""));
const entry = (id: string): string =>
  `id: at-${id}\nevent: entry\ndata: ${JSON.stringify({ id, message: id })}\n\n`;
const error =
  (status: number, kind: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  () =>
    Response.json({ error: { kind, message: `${kind}!` } }, { status, headers });

/** Follows a server that gives these answers; the wait after the last one is ended by the signal. */
async function followed(...replies: readonly Reply[]): Promise<Seen> {
  return followedWith({}, ...replies);
}

async function followedWith(own: Partial<Follow>, ...replies: readonly Reply[]): Promise<Seen> {
  const seen: Seen = { entries: [], states: [], dropped: [], asked: [], waits: [] };
  const stop = new AbortController();
  const left = [...replies];
  let tokens = 0;
  const follow = createFollow({
    url: "http://server/api/v1/tail",
    read: tailPieces,
    fetch: (_input, init) => {
      const headers = new Headers(init?.headers);
      seen.asked.push({
        token: headers.get("Authorization") ?? "",
        position: headers.get("Last-Event-ID"),
      });
      return Promise.resolve(
        (left.shift() ?? stream())(init?.signal ?? new AbortController().signal),
      );
    },
    token: () => Promise.resolve(`t${++tokens}`),
    pause: (ms) => {
      seen.waits.push(ms);
      if (left.length === 0) stop.abort();
      return Promise.resolve();
    },
  });
  const what: Follow = {
    applicationId: "app",
    query: "",
    signal: stop.signal,
    onEntry: ({ id }) => seen.entries.push(id),
    onDropped: (reason) => seen.dropped.push(reason),
    onState: (state, why) => seen.states.push(why === "" ? state : `${state}: ${why}`),
    ...own,
  };
  await follow(what);
  return seen;
}

test("resumes from the last position, and gives what came twice once", async () => {
  const seen = await followed(stream(entry("a"), entry("b")), stream(entry("b"), entry("c")));
  expect(seen.entries).toEqual(["a", "b", "c"]);
  expect(seen.asked.map(({ position }) => position)).toEqual([null, "at-b"]);
});

test("gives an entry once also when very many came between", async () => {
  const many = Array.from({ length: 20_001 }, (_, i) => entry(String(i)));
  const seen = await followed(stream(...many), stream(entry("20000"), entry("new")));
  expect(seen.entries.slice(-2)).toEqual(["20000", "new"]);
});

test.each([
  { status: 400, kind: "invalid" },
  { status: 403, kind: "denied" },
  { status: 404, kind: "notFound" },
])("ends when the server answers $status, and says why", async ({ status, kind }) => {
  const seen = await followed(error(status, kind), stream(entry("never")));
  expect(seen.states).toEqual([`refused: ${kind}!`]);
  expect([seen.entries, seen.waits]).toEqual([[], []]);
});

test("asks for another token once, at once, and then ends", async () => {
  const once = await followed(error(401, "unauthenticated"), stream(entry("a")));
  expect(once.entries).toEqual(["a"]);
  expect(once.asked.map(({ token }) => token)).toEqual(["Bearer t1", "Bearer t2"]);
  const twice = await followed(error(401, "unauthenticated"), error(401, "unauthenticated"));
  expect(twice.states).toEqual(["refused: unauthenticated!"]);
  expect(twice.waits).toEqual([]);
});

test("goes on after a busy server, as late as it asks", async () => {
  const seen = await followed(
    error(503, "overloaded"),
    error(429, "overQuota", { "Retry-After": "7" }),
    stream(entry("a")),
  );
  expect(seen.entries).toEqual(["a"]);
  expect(seen.waits.slice(0, 2)).toEqual([1000, 7000]);
});

test("tells where entries may be missing", async () => {
  const dropped = `event: dropped\ndata: ${JSON.stringify({ reason: "a block is damaged" })}\n\n`;
  const seen = await followed(stream(entry("a"), dropped, entry("b")));
  expect(seen.dropped).toEqual(["a block is damaged"]);
});

test("a pause ends when its signal aborts, also one that has aborted before", async () => {
  const stop = new AbortController();
  const paused = pause(3_600_000, stop.signal);
  stop.abort();
  await paused;
  await pause(3_600_000, stop.signal);
});

test("begins anew, and not where it was, when too much was missed", async () => {
  const answers = [false, true];
  const seen = await followedWith(
    { isTooMuch: () => Promise.resolve(answers.shift() ?? false) },
    stream(entry("a")),
    stream(entry("b")),
    stream(entry("c")),
  );
  expect(seen.asked.map(({ position }) => position)).toEqual([null, "at-a", null]);
  expect(seen.entries).toEqual(["a", "b", "c"]);
});

test("what was missed is asked for again while the server does not say", async () => {
  let asked = 0;
  const seen = await followedWith(
    {
      isTooMuch: () =>
        ++asked === 1 ? Promise.reject(new TypeError("away")) : Promise.resolve(false),
    },
    stream(entry("a")),
    stream(entry("b")),
  );
  expect([asked, seen.entries, seen.waits.slice(0, 2)]).toEqual([2, ["a", "b"], [1000, 2000]]);
});

test("an entry that a stream before gave is not given again", async () => {
  const seen = await followedWith({ seen: new Set(["a"]) }, stream(entry("a"), entry("b")));
  expect(seen.entries).toEqual(["b"]);
});

test("a stream in which nothing stirs is cut and opened anew", async () => {
  vi.useFakeTimers();
  try {
    // As of fetch: the body fails when the request is aborted.
    const silent: Reply = (signal) =>
      new Response(
        new ReadableStream({
          start: (body) => signal.addEventListener("abort", () => body.error(signal.reason)),
        }),
      );
    const reading = followed(silent, stream(entry("a")));
    await vi.advanceTimersByTimeAsync(31_000);
    expect((await reading).entries).toEqual(["a"]);
  } finally {
    vi.useRealTimers();
  }
});
