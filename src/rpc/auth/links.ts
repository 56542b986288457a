/**
 * Links of the page that carry a code.
 * Invariant: the code stands behind `#`, which no browser sends to a server and no proxy logs.
 */
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
      const scheme = "encrypted" in req.socket && req.socket.encrypted === true ? "https" : "http";
      return `${said ?? `${scheme}://${req.headers.host ?? ""}`}${path}#${code}`;
    },
  };
}
