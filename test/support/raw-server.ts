/**
 * A server that says what it is told, byte for byte, and need not be HTTP.
 * Invariant: closed by `await using`, with every connection.
 */
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** What came in, a text for each request. */
  readonly requests: readonly string[];
}

/**
 * @param answer what is sent when a request has come in whole, after which the connection is closed, by a reset where `reset`
 * says so; a function may send and close by itself.
 */
export async function rawServer(
  answer: string | Uint8Array | ((socket: Socket) => void),
  { reset = false }: { readonly reset?: boolean } = {},
): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let read = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      read += chunk;
      const head = read.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)\r$/im.exec(read)?.[1] ?? 0);
      if (head < 0 || read.length < head + 4 + length) return;
      requests.push(read);
      read = "";
      if (typeof answer === "function") answer(socket);
      else if (reset) socket.write(answer, () => socket.resetAndDestroy());
      else socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** An answer in HTTP, whose length is what it says unless `headers` say otherwise. */
export function http(
  status: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string | Uint8Array = "",
): Uint8Array {
  const bytes = Buffer.from(body);
  const all = { "Content-Length": String(bytes.length), Connection: "close", ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`), bytes]);
}
