/**
 * Links of the page that carry a code.
 * Invariant: the code stands behind `#`, which no browser sends to a server and no proxy logs.
 */
import type { IncomingMessage } from "node:http";
import type { RpcContext } from "../twirp/context.ts";

/** Where the page takes a code. */
export type CodePath = "/invite" | "/reset";

export interface Links {
  /** @returns a link for a person, reached as the caller reached this server unless it was said how people do. */
  to(ctx: RpcContext, path: CodePath, code: string): string;
}

export function createLinks(deps: {
  /** How people reach the server, if it was said. */
  publicUrl: URL | undefined;
}): Links {
  const said = deps.publicUrl?.href.replace(/\/+$/, "");
  return {
    to: ({ req }, path, code) => {
      return `${said ?? reached(req)}${path}#${code}`;
    },
  };
}

function reached({ socket, headers }: IncomingMessage): string {
  const scheme = "encrypted" in socket && socket.encrypted === true ? "https" : "http";
  const { host } = headers;
  if (host !== undefined && host !== "") return `${scheme}://${host}`;
  // HTTP/1.0 has none.
  const { localAddress = "", localPort = "" } = socket;
  return `${scheme}://${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort}`;
}
