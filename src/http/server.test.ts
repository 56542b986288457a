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
