import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { until } from "../../test/support/until.ts";
import { parseApiKeyId, parseAppId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";
import { BodyBudget } from "../http/body.ts";
import { UnreadAnswers } from "../http/unread-answers.ts";
import { endpoint } from "../http/endpoint.ts";
import { createHttpServer, listen } from "../http/server.ts";
import type { TailEvent } from "../search/tail.ts";
import { tail } from "./tail.ts";

const APPS = ["1", "2"].map((digit) => parseAppId(`018f0000-0000-7000-8000-00000000000${digit}`));

/** A tail without end, of as many bytes as the reader takes; the key's application is named by the credential. */
async function startTails() {
  const clock = new FakeClock();
  const state = { yielded: 0, ended: 0, statuses: [] as number[] };
  async function* follow(_request: unknown, signal: AbortSignal): AsyncGenerator<TailEvent> {
    try {
      while (!signal.aborted) {
        state.yielded++;
        yield { kind: "position", position: "x".repeat(64 * 1024) };
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
      authenticate: (header) => ({
        kind: "key",
        keyId: parseApiKeyId("018f0000-0000-7000-8000-00000000000a"),
        appId: APPS[Number(header)] ?? APPS[0] ?? parseAppId(""),
        scopes: new Set(["read"]),
      }),
      observe: ({ status }) => state.statuses.push(status),
    },
    "tail",
    tail({ follow, entryJson: () => "{}", clock, draining: new AbortController().signal }),
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
  const sockets: Socket[] = [];
  const open = (app: number): Socket => {
    const socket = connect(listening.address.port, "127.0.0.1", () =>
      socket.write(`GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${app}\r\n\r\n`),
    );
    socket.on("error", () => undefined);
    sockets.push(socket);
    return socket;
  };
  return {
    clock,
    state,
    open,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await listening.close(0);
    },
  };
}

test("a reader that takes nothing holds no memory, and after a minute no place", async () => {
  await using tails = await startTails();
  const { clock, state } = tails;
  const socket = tails.open(0);
  socket.pause();
  // The event that found no room waits, and its clock; beside it only the heartbeat sleeps.
  await until("the tail waits for its reader", () => clock.sleeping === 2);
  const { yielded } = state;
  await clock.advance(59_000);
  expect([state.ended, state.yielded]).toEqual([0, yielded]);
  await clock.advance(1_000);
  await until("the tail has ended", () => state.statuses.length > 0);
  expect(state.ended).toBe(1);
  socket.resume();
  await once(socket, "close");
});

test("a reader that takes something in time goes on", async () => {
  await using tails = await startTails();
  const { clock, state } = tails;
  const socket = tails.open(0);
  socket.pause();
  for (let n = 0; n < 3; n++) {
    await until("the tail waits for its reader", () => clock.sleeping === 2);
    await clock.advance(40_000);
    const { yielded } = state;
    socket.resume();
    await until("it takes some", () => state.yielded > yielded + 100);
    socket.pause();
  }
  expect(state.ended).toBe(0);
});

test("one application's readers leave places to others", async () => {
  await using tails = await startTails();
  const { state } = tails;
  for (let n = 0; n < 50; n++) tails.open(0).pause();
  await until("all wait", () => tails.clock.sleeping === 100);
  tails.open(0);
  await until("one more is refused", () => state.statuses.length > 0);
  expect(state.statuses).toEqual([429]);
  tails.open(1).pause();
  await until("another application's is taken", () => tails.clock.sleeping === 102);
});
