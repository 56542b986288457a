/** How a stream of an export ends, and how it waits for its reader. */
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { parseCsv } from "../../test/support/parse-csv.ts";
import { until } from "../../test/support/until.ts";
import { FaultError, overloaded, unauthenticated } from "../domain/fault.ts";
import { parseApiKeyId, parseAppId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";
import { BodyBudget } from "../http/body.ts";
import { UnreadAnswers } from "../http/unread-answers.ts";
import { endpoint } from "../http/endpoint.ts";
import { createHttpServer, listen } from "../http/server.ts";
import type { ExportChunk } from "../search/export/export.ts";
import type { ExportRequest } from "../search/export/export-request.ts";
import { exportEndpoint } from "./export.ts";

const APP = parseAppId("018f0000-0000-7000-8000-000000000001");

interface Running {
  readonly clock: FakeClock;
  readonly state: { given: number; ended: number; revoked: boolean; statuses: number[] };
  readonly drain: AbortController;
}

const NOTHING = { lines: new Uint8Array(), entries: 0, cursor: "", reasons: [], approximate: [] };

/** A server whose exports give what `run` does: chunk after chunk, each of one line; for CSV behind a header. */
async function startExports(run: (n: number, running: Running) => void | Promise<void>) {
  const clock = new FakeClock();
  const drain = new AbortController();
  const state: Running["state"] = { given: 0, ended: 0, revoked: false, statuses: [] };
  const running = { clock, state, drain };
  async function* chunks(
    { format }: ExportRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ExportChunk> {
    const csv = format === "csv";
    const line = csv ? "one,two\r\n" : `${JSON.stringify({ n: "x".repeat(1000) })}\n`;
    const after = { ...NOTHING, width: csv ? 2 : 0 };
    try {
      yield { ...after, lines: Uint8Array.from(Buffer.from(csv ? "a,b\r\n" : "")) };
      for (let n = 1; ; n++) {
        await Promise.race([run(n, running), aborted(signal)]);
        if (signal.aborted) throw new FaultError({ kind: "canceled" });
        state.given++;
        const lines = Uint8Array.from(Buffer.from(line));
        yield { ...after, lines, entries: n, cursor: `after ${n}` };
      }
    } finally {
      state.ended++;
    }
  }
  const handler = endpoint(
    {
      exchange: {
        clock,
        newRequestId: randomUUID,
        limits: { bodyBytes: MiB, inflatedBytes: MiB },
        budget: new BodyBudget(MiB),
        answers: new UnreadAnswers(MiB),
        trustProxy: false,
      },
      logger: keepingLogger(),
      authenticate: () => {
        if (state.revoked) throw unauthenticated("the key is revoked");
        return {
          kind: "key",
          keyId: parseApiKeyId("018f0000-0000-7000-8000-00000000000a"),
          appId: APP,
          scopes: new Set(["read"]),
        };
      },
      observe: ({ status }) => state.statuses.push(status),
    },
    "export",
    exportEndpoint({
      run: chunks,
      clock,
      draining: drain.signal,
      redeem: () => Promise.reject(unauthenticated("no ticket")),
    }),
    "stream",
  );
  const server = createHttpServer(
    (req, res) => {
      handler(req, res);
      return true;
    },
    () => undefined,
  );
  const listening = await listen(server, "127.0.0.1", 0);
  const { port } = listening.address;
  return {
    ...running,
    port,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => listening.close(0),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

async function lastLine(response: Response): Promise<unknown> {
  const lines = (await response.text()).split("\n");
  expect(lines.pop()).toBe("");
  return JSON.parse(lines.at(-1) ?? "");
}

test.each<{ name: string; at: (running: Running) => void | Promise<void>; reason: string }>([
  {
    name: "a server that drains",
    at: ({ drain }) => drain.abort(),
    reason: "the server is stopping",
  },
  {
    name: "a store that fails while the server drains",
    at: ({ drain }) => {
      drain.abort();
      throw overloaded("the store does not answer");
    },
    reason: "the store does not answer",
  },
  {
    name: "a store out of reach",
    at: () => {
      throw overloaded("the store does not answer");
    },
    reason: "the store does not answer",
  },
  {
    name: "a key that was revoked",
    at: async ({ clock, state }) => {
      state.revoked = true;
      await clock.advance(10_000);
    },
    reason: "the key is revoked",
  },
])("$name ends a stream by saying so, and where to go on", async ({ at, reason }) => {
  await using exports = await startExports((n, running) => (n === 4 ? at(running) : undefined));
  const end = await lastLine(await fetch(exports.url));
  expect(end).toEqual({
    complete: false,
    entries: 3,
    partial_reason: reason,
    skipped: [],
    next_cursor: "after 3",
    approximate: [],
  });
  expect(exports.state.ended).toBe(1);
});

test.each([false, true])("a bug cuts the stream, also when draining is %s", async (isDraining) => {
  await using exports = await startExports((n, { drain }) => {
    if (n < 4) return;
    if (isDraining) drain.abort();
    throw new TypeError("a bug");
  });
  await expect((async () => (await fetch(exports.url)).text())()).rejects.toThrow();
});

test.each(["gzip", "zstd"])(
  "%s is undone to the same lines, the last one too",
  async (encoding) => {
    await using exports = await startExports((n, { drain }) => {
      if (n === 100) drain.abort();
    });
    const response = await fetch(exports.url, { headers: { "Accept-Encoding": encoding } });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(await lastLine(response)).toMatchObject({ complete: false, entries: 99 });
  },
);

test("a reader that takes nothing holds no memory, and after five minutes no place", async () => {
  await using exports = await startExports(() => undefined);
  const { clock, state } = exports;
  const socket = connect(exports.port, "127.0.0.1", () =>
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
  );
  socket.on("error", () => undefined).pause();
  await until("the export waits for its reader", () => clock.sleeping === 1);
  const { given } = state;
  await clock.advance(299_000);
  expect([state.ended, state.given]).toEqual([0, given]);
  await clock.advance(1_000);
  await until("the export has ended", () => state.statuses.length > 0);
  expect(state.ended).toBe(1);
  socket.destroy();
});

test("a reader that leaves ends its export", async () => {
  await using exports = await startExports(() => undefined);
  const stop = new AbortController();
  await fetch(exports.url, { signal: stop.signal });
  stop.abort();
  await until("the export has ended", () => exports.state.ended === 1);
});

test("one application has two exports at a time", async () => {
  await using exports = await startExports(() => undefined);
  const stop = new AbortController();
  const ask = () => fetch(exports.url, { signal: stop.signal });
  await Promise.all([ask(), ask()]);
  const refused = await ask();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
  stop.abort();
  await until("both have ended", () => exports.state.ended === 2);
});

test.each(["format=xml", "field=message", "start_time=noon", "ascending=down"])(
  "%s is refused before the stream begins",
  async (parameter) => {
    await using exports = await startExports(() => undefined);
    expect((await fetch(`${exports.url}?${parameter}`)).status).toBe(400);
  },
);

test("while nothing comes there are signs of life, which change nothing that is read", async () => {
  for (const format of ["ndjson", "csv"]) {
    const going = Promise.withResolvers<void>();
    await using exports = await startExports(async (n, { drain }) => {
      if (n === 3) await going.promise;
      if (n === 5) drain.abort();
    });
    const { clock } = exports;
    const headers = { "Accept-Encoding": "identity" };
    const response = await fetch(`${exports.url}?format=${format}`, { headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const more = async (): Promise<void> => {
      const { value } = (await reader?.read()) ?? {};
      text += value ?? "";
    };
    await until("it waits", () => clock.sleeping === 1);
    while (text.split("\n").length < 3) await more();
    for (let beats = 0; beats < 5; beats++) {
      const { length } = text;
      await clock.advance(10_000);
      await more();
      expect(text).toHaveLength(length + 1);
    }
    going.resolve();
    for (let end = false; !end;) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      text += value ?? "";
      end = done;
    }
    if (format === "csv") {
      const [head, ...rows] = parseCsv(text);
      expect([head, ...rows.slice(0, -1)]).toEqual([
        ["a", "b"],
        ...Array.from({ length: 4 }, () => ["one", "two"]),
      ]);
      expect(rows.at(-1)?.[0]).toMatch(/^# \{"complete":false,"entries":4,/);
    } else {
      const lines = text.trimEnd().split("\n");
      expect(lines[2]).toMatch(/^ {5}\{/);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(5);
    }
  }
});

test("a key that is revoked while nothing comes reads no further", async () => {
  const { promise: never } = Promise.withResolvers<void>();
  await using exports = await startExports((n) => (n === 2 ? never : undefined));
  const answer = lastLine(await fetch(exports.url));
  await until("it waits", () => exports.clock.sleeping === 1);
  exports.state.revoked = true;
  await exports.clock.advance(10_000);
  expect(await answer).toMatchObject({ entries: 1, partial_reason: "the key is revoked" });
  expect(exports.state.ended).toBe(1);
});

test("a look at a link runs nothing", async () => {
  await using exports = await startExports(() => undefined);
  expect((await fetch(exports.url, { method: "HEAD" })).status).toBe(400);
  expect(exports.state).toMatchObject({ given: 0, ended: 0 });
});
