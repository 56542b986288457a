/**
 * The refresh token in a cookie, for pages: with `Argus-Session: cookie` it is never in a body.
 * Invariant: no script reads the cookie (HttpOnly), no other site sends it (SameSite=Strict), and it goes to
 * AuthService alone; a call that spends it must come from this very origin.
 */
import type { IncomingMessage } from "node:http";
import type { SignedIn } from "../../accounts/sign-in.ts";
import { denied, unauthenticated } from "../../domain/fault.ts";
import type { RpcContext } from "../twirp/context.ts";

const NAME = "argus_refresh";

export interface SessionCookie {
  /** The refresh token that the call spends: of the body, or of the cookie when the call asks for cookies. */
  take(ctx: RpcContext, fromBody: string): string;
  /** Hands out the refresh token. @returns what the body's field holds: empty when it is in the cookie. */
  give(ctx: RpcContext, signedIn: SignedIn): string;
  /** Removes the cookie of a session that is over. */
  clear(ctx: RpcContext): void;
}

export function createSessionCookie(deps: {
  clock: { nowMs(): number };
  /** How people reach the server, if it was said; else what the request says. */
  publicUrl: URL | undefined;
  /** Where the Twirp services live, such as `/twirp`. */
  prefix: string;
}): SessionCookie {
  const { clock, publicUrl, prefix } = deps;
  const base = publicUrl?.pathname.replace(/\/+$/, "") ?? "";
  const path = `${base}${prefix}/argus.v1.AuthService`;

  function attributes(ctx: RpcContext): string {
    const secure = isSecure(ctx.req) || publicUrl?.protocol === "https:" ? "; Secure" : "";
    return `; Path=${path}; HttpOnly; SameSite=Strict${secure}`;
  }

  return {
    take(ctx, fromBody) {
      if (!wantsCookie(ctx)) return fromBody;
      checkOrigin(ctx.req, publicUrl);
      const token = cookieOf(ctx.req);
      if (token === undefined) throw unauthenticated("there is no session: sign in");
      return token;
    },

    give(ctx, { refreshToken, refreshTokenExpiresAtMs }) {
      if (!wantsCookie(ctx)) return refreshToken;
      const seconds = Math.floor((refreshTokenExpiresAtMs - clock.nowMs()) / 1000);
      ctx.setHeader("Set-Cookie", `${NAME}=${refreshToken}; Max-Age=${seconds}${attributes(ctx)}`);
      return "";
    },

    clear(ctx) {
      if (!wantsCookie(ctx)) return;
      ctx.setHeader("Set-Cookie", `${NAME}=; Max-Age=0${attributes(ctx)}`);
    },
  };
}

function wantsCookie(ctx: RpcContext): boolean {
  return ctx.req.headers["argus-session"] === "cookie";
}

function isSecure(req: IncomingMessage): boolean {
  return "encrypted" in req.socket && req.socket.encrypted === true;
}

function cookieOf(req: IncomingMessage): string | undefined {
  for (const pair of req.headers.cookie?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals !== -1 && pair.slice(0, equals).trim() === NAME)
      return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Browsers send Origin with every POST; whoever sends none has no cookie of a browser to spend. */
function checkOrigin(req: IncomingMessage, publicUrl: URL | undefined): void {
  const { origin, host } = req.headers;
  const isOwn =
    origin !== undefined &&
    (publicUrl === undefined
      ? hostOf(origin) === host?.toLowerCase() && host !== undefined
      : origin === publicUrl.origin);
  if (!isOwn) throw denied("a session in a cookie may be used by its own page alone");
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
