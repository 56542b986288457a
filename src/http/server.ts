/**
 * The HTTP server and its time limits, in one place.
 * Invariants: a connection that sends nothing, or headers without an end, is cut; a sender that waits for
 * "100 Continue" is told to go on only when somebody reads the body.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { MAX_TIMEOUT_MS } from "./deadline.ts";

/** Milliseconds. */
export const SERVER_TIMEOUTS = {
  /** From a connection's first byte to the end of the headers. */
  headers: 20_000,
  /** To the end of the body; a request's own deadline comes first, this is the backstop. */
  request: MAX_TIMEOUT_MS + 5_000,
  /** Above the idle time of the usual balancers (60 s), so that they close first. */
  keepAlive: 75_000,
  /** How often Node looks for connections that are over time. */
  check: 5_000,
} as const;

const IDLE_LOOK_MS = 50;
/** When the server stops, a connection gets this long for the headers of its first request. */
const UNUSED_MS = 1_000;

export interface HttpListening {
  readonly server: Server;
  readonly address: AddressInfo;
  /** Stops accepting; resolves when requests in flight are answered, or cuts them after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * @param front answers a request itself and returns true, or leaves it to `app`: the path past express for
 * calls that are many and small.
 * @param tls PEM texts; plain HTTP without.
 */
export function createHttpServer(
  front: (req: IncomingMessage, res: ServerResponse) => boolean,
  app: RequestListener,
  tls?: { readonly cert: string | Buffer; readonly key: string | Buffer },
): Server {
  const onRequest = (req: IncomingMessage, res: ServerResponse): void => {
    // Another protocol is not spoken here. Node reads nothing behind such a request, so nobody may wait there.
    if (req.headers.upgrade !== undefined) res.shouldKeepAlive = false;
    if (!front(req, res)) app(req, res);
  };
  const options = {
    headersTimeout: SERVER_TIMEOUTS.headers,
    requestTimeout: SERVER_TIMEOUTS.request,
    keepAliveTimeout: SERVER_TIMEOUTS.keepAlive,
    connectionsCheckingInterval: SERVER_TIMEOUTS.check,
    noDelay: true,
  };
  const server =
    tls === undefined
      ? createServer(options, onRequest)
      : createTlsServer({ ...options, ...tls }, onRequest);
  // Without a listener Node would say "continue" to a body that is then refused.
  server.on("checkContinue", (req: IncomingMessage, res: ServerResponse) => {
    refuseUnasked(res);
    onRequest(req, res);
  });
  return server;
}

/** After an answer that did not ask for the body, nobody knows whether it comes: close. */
function refuseUnasked(res: ServerResponse): void {
  res.shouldKeepAlive = false;
}

/** Rejects with Node's error when the address cannot be had. */
export async function listen(server: Server, host: string, port: number): Promise<HttpListening> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const unused = unusedConnections(server);
  return {
    server,
    address: server.address() as AddressInfo,
    close: (graceMs) =>
      new Promise<void>((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        // Browsers and Node's fetch open some ahead; Node counts none of them as idle.
        const cutUnused = setTimeout(() => unused.forEach((socket) => socket.destroy()), UNUSED_MS);
        // Again and again: a connection whose request is answered now stays open for the next one otherwise.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
        server.close(() => {
          clearTimeout(cut);
          clearTimeout(cutUnused);
          clearInterval(idle);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** @returns the open connections on which no request has come yet; it changes with them. */
function unusedConnections(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  const isUsed = ({ socket }: IncomingMessage): void => void unused.delete(socket);
  // A request over TLS names the socket that this event tells of, not the one below it.
  server.on(
    server instanceof TlsServer ? "secureConnection" : "connection",
    (socket: Socket): void => {
      unused.add(socket);
      socket.once("close", () => unused.delete(socket));
    },
  );
  server.on("request", isUsed);
  server.on("checkContinue", isUsed);
  return unused;
}
