/**
 * A reverse proxy for tests of the page: it takes a prefix away, as the usual ones do, and can be without a server.
 */
import { once } from "node:events";
import { createServer, request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface PrefixProxy extends AsyncDisposable {
  /** Without the prefix. */
  readonly url: string;
  /** Address of the server behind it; what it names may change. */
  target: string;
  /** Ends what is under way, streams included. */
  cut(): void;
}

/** @param prefix "" takes nothing away. */
export async function startProxy(prefix: string): Promise<PrefixProxy> {
  const server: Server = createServer((req, res) => {
    if (!req.url?.startsWith(`${prefix}/`)) return void res.writeHead(404).end();
    const onward = send(
      `${proxy.target}${req.url.slice(prefix.length)}`,
      { method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on("error", () => {
      if (res.headersSent) res.destroy();
      else res.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad gateway</h1>");
    });
    res.on("close", () => onward.destroy());
    req.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const proxy: PrefixProxy = {
    url: `http://127.0.0.1:${port}`,
    target: "",
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
