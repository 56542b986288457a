/**
 * Joins the authenticator to the edge: who calls, and whether they may call at all.
 * Invariant: a known credential costs a hash and a map's look-up and makes no promise.
 */
import type { Authenticator } from "../../auth/authenticate.ts";
import type { Credentials } from "../../auth/credential.ts";
import { admit, isOpen, PERMISSIONS, type Action } from "../../auth/permissions.ts";
import type { Principal } from "../../domain/principal.ts";
import type { Exchange } from "../../http/exchange.ts";
import { type OnRefused, refusalOf } from "../../http/refused-sends.ts";
import type { Authenticate, RpcContext } from "../twirp/context.ts";

const PACKAGE = "argus.v1.";
/** Headers in which other tools' clients send a bare key. */
const KEY_HEADERS = ["dd-api-key", "x-api-key", "argus-api-key"] as const;

/** Who calls what anybody may call. */
export const NOBODY: Principal = { kind: "nobody" };

/** @returns what the Twirp handler and the endpoints ask for the principal. */
export function authenticateBy(authenticator: Authenticator): Authenticate {
  return (authorization, exchange) => {
    const apiKey = authorization === undefined ? keyHeader(exchange) : undefined;
    const credentials: Credentials = { authorization, apiKey };
    const known = authenticator.known(credentials);
    if (known === undefined) return authenticator.authenticate(withOrigin(credentials, exchange));
    if (known.kind === "key" && known.isLagging === true) {
      authenticator.noteLagging(known.keyId, withOrigin(credentials, exchange));
    }
    return known;
  };
}

/** @returns what notes, for the key that sent it, that something was not taken. */
export function noteRefusalsBy(authenticator: Authenticator): OnRefused {
  return (principal, exchange, reason) => {
    if (principal.kind !== "key") return;
    const nothing: Credentials = { authorization: undefined, apiKey: undefined };
    authenticator.noteRefusal(principal.keyId, withOrigin(nothing, exchange), reason);
  };
}

function withOrigin(credentials: Credentials, { req, remoteAddress }: Exchange): Credentials {
  return { ...credentials, address: remoteAddress, userAgent: req.headers["user-agent"] };
}

function keyHeader({ req }: Exchange): string | undefined {
  for (const name of KEY_HEADERS) {
    const value = req.headers[name];
    if (typeof value === "string") return value;
  }
  return undefined;
}

/**
 * Refuses, before the body is read, who may not call this RPC for any application. RPCs that anybody may
 * call are let through with whatever credential they bring: an access token that has ended must not keep its
 * owner from signing in.
 * @param onRefused is told of what a key may not send.
 */
export function admitBy(onRefused: OnRefused) {
  return (ctx: RpcContext, { name }: { name: string }): void | Promise<void> => {
    const action = actionOf(name);
    if (isOpen(action)) return;
    const principal = ctx.principal();
    if (!(principal instanceof Promise)) return admitted(ctx, principal, action);
    return principal.then((known) => admitted(ctx, known, action));
  };

  function admitted(ctx: RpcContext, principal: Principal, action: Action): void {
    try {
      admit(principal, action);
    } catch (error) {
      // What was sent and stops here is told to the key's owners as what stops later.
      const why = action === "LogService/SendLogs" ? refusalOf(error) : undefined;
      if (why !== undefined) onRefused(principal, ctx.exchange, why);
      throw error;
    }
  }
}

/** By the whole name of the RPC: a text made a call would be hashed a call. */
const ACTIONS: ReadonlyMap<string, Action> = new Map(
  (Object.keys(PERMISSIONS) as Action[]).map((action) => [`${PACKAGE}${action}`, action]),
);

/** @param rpc such as `argus.v1.LogService/Query`. One without a line in the table is a bug, and open to nobody. */
function actionOf(rpc: string): Action {
  const action = ACTIONS.get(rpc);
  if (action === undefined) throw new Error(`${rpc} has no permission`);
  return action;
}

/** @returns the user who calls; the others are refused by `admit` before. */
export function userOf(principal: Principal, action: Action): Extract<Principal, { kind: "user" }> {
  admit(principal, action);
  if (principal.kind !== "user") throw new Error(`${action} is not for users alone`);
  return principal;
}
