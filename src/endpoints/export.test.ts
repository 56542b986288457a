/** How a stream of an export ends, and how it waits for its reader. */
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { until } from "../../test/support/until.ts";
import { overloaded, unauthenticated } from "../domain/fault.ts";
import { parseApiKeyId, parseAppId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";
import { BodyBudget } from "../http/body.ts";
import { endpoint } from "../http/endpoint.ts";
import { createHttpServer, listen } from "../http/server.ts";
import type { ExportChunk } from "../search/export.ts";
import { exportEndpoint } from "./export.ts";

const APP = parseAppId("018f0000-0000-7000-8000-000000000001");

interface Running {
  readonly clock: FakeClock;
  readonly state: { given: number; ended: number; revoked: boolean; statuses: number[] };
  readonly drain: AbortController;
}

/** A server whose exports give what `run` does: chunk after chunk, each of one line. */
async function startExports(run: (n: number, running: Running) => void | Promise<void>) {
  const clock = new FakeClock();
  const drain = new AbortController();
  const state: Running["state"] = { given: 0, ended: 0, revoked: false, statuses: [] };
  const running = { clock, state, drain };
  async function* chunks(_request: unknown, signal: AbortSignal): AsyncGenerator<ExportChunk> {
    try {
      yield { lines: new Uint8Array(), entries: 0, cursor: "", reasons: [] };
      for (let n = 1; ; n++) {
        await run(n, running);
        signal.throwIfAborted();
        state.given++;
        const lines = Uint8Array.from(Buffer.from(`${JSON.stringify({ n: "x".repeat(1000) })}\n`));
        yield { lines, entries: n, cursor: `after ${n}`, reasons: [] };
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
    exportEndpoint({ run: chunks, clock, draining: drain.signal }),
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
  });
  expect(exports.state.ended).toBe(1);
});

test("a bug cuts the stream: nobody takes it for complete", async () => {
  await using exports = await startExports((n) => {
    if (n === 4) throw new TypeError("a bug");
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

test.each(["format=csv", "fields=message", "start_time=noon", "ascending=down"])(
  "%s is refused before the stream begins",
  async (parameter) => {
    await using exports = await startExports(() => undefined);
    expect((await fetch(`${exports.url}?${parameter}`)).status).toBe(400);
  },
);
