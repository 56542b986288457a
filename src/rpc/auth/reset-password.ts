/**
 * AuthService.ResetPassword. Invariant: a code works once, and a code that is none reads as one that has ended.
 */
import type {
  ResetPasswordRequest,
  ResetPasswordResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import { userActor, type Audit } from "../../accounts/audit.ts";
import type { Passwords } from "../../accounts/passwords.ts";
import type { RpcContext } from "../twirp/context.ts";
import { NOBODY } from "./caller.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function resetPassword(deps: { passwords: Passwords; audit: Audit; cookie: SessionCookie }) {
  return async (ctx: RpcContext, request: ResetPasswordRequest): Promise<ResetPasswordResponse> => {
    const { code, newPassword: next } = request;
    const origin = originOf(ctx);
    // What is no code is refused before anything is written.
    const { id, email } = await deps.passwords.look(code);
    const signedIn = await deps.audit.run(
      "instance",
      { principal: NOBODY, actor: userActor(id, email), ...origin },
      { action: "password.reset", target: id, details: {} },
      () => deps.passwords.reset({ code, next }, origin, ctx.signal),
    );
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
