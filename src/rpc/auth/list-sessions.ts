/**
 * AuthService.ListSessions. Invariant: the caller's own, and only those that still count.
 */
import type { ListSessionsResponse } from "../../../generated/server/argus/v1/auth_service.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import type { RpcContext } from "../twirp/context.ts";
import { userOf } from "./caller.ts";
import { timestampOf } from "../twirp/timestamp.ts";

export function listSessions(deps: { signIn: SignIn }) {
  return async (ctx: RpcContext): Promise<ListSessionsResponse> => {
    const { userId, sessionId } = userOf(await ctx.principal(), "AuthService/ListSessions");
    const sessions = await deps.signIn.sessionsOf(userId);
    return {
      sessions: sessions.map(({ id, device, address, createdAtMs, lastSeenAtMs }) => ({
        id,
        device,
        address,
        createdAt: timestampOf(createdAtMs),
        lastSeenAt: timestampOf(lastSeenAtMs),
        current: id === sessionId,
      })),
    };
  };
}
