/**
 * AuthService.RevokeSession. Invariant: another user's session reads as one that does not exist.
 */
import type {
  RevokeSessionRequest,
  RevokeSessionResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import { notFound } from "../../domain/fault.ts";
import { parseSessionId } from "../../domain/ids.ts";
import type { RpcContext } from "../twirp/context.ts";
import { userOf } from "./caller.ts";
import { originOf } from "./messages.ts";

export function revokeSession(deps: { signIn: SignIn; audit: Audit }) {
  return async (ctx: RpcContext, request: RevokeSessionRequest): Promise<RevokeSessionResponse> => {
    const principal = userOf(await ctx.principal(), "AuthService/RevokeSession");
    const id = parseSessionId(request.sessionId);
    await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      { action: "session.end", target: id, details: {} },
      async () => {
        if (!(await deps.signIn.revoke(principal.userId, id))) throw notFound("session", id);
      },
    );
    return {};
  };
}
