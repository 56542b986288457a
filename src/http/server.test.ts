import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { rawCall } from "../../test/support/http-call.ts";
import { createHttpServer, listen } from "./server.ts";

test("a request that asks for another protocol is answered as HTTP, and what is sent behind it does not wait", async () => {
  const server = createHttpServer(
    (_req, res) => {
      res.end("plain");
      return true;
    },
    () => undefined,
  );
  const listening = await listen(server, "127.0.0.1", 0);
  await using _end = { [Symbol.asyncDispose]: () => listening.close(0) };
  const asked = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const behind = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  // Node reads nothing more of such a connection: its end tells the sender to ask again on another.
  const read = await rawCall(listening.address.port, asked + behind);
  expect(read).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(read).toMatch(/Connection: close\r\n/i);
});

test("a connection on which nothing was ever asked does not hold up the end, one that asks does", async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const server = createHttpServer(
    (_req, res) => {
      asked.resolve(res);
      return true;
    },
    () => undefined,
  );
  // Longer than a test may take.
  const graceMs = 600_000;
  const listening = await listen(server, "127.0.0.1", 0);
  const { port } = listening.address;
  const silent = connect(port, "127.0.0.1").resume();
  const cut = once(silent, "close");
  const answer = rawCall(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const res = await asked.promise;
  const closed = listening.close(graceMs);
  await cut;
  res.end("done");
  expect(await answer).toMatch(/done$/);
  await closed;
});
