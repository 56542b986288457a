/**
 * AuthService.ChangePassword. Invariant: when it answers, the caller's session goes on and all others are over.
 */
import type {
  ChangePasswordRequest,
  ChangePasswordResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { Passwords } from "../../accounts/passwords.ts";
import type { RpcContext } from "../twirp/context.ts";
import { userOf } from "./caller.ts";
import { originOf } from "./messages.ts";

export function changePassword(deps: { passwords: Passwords; audit: Audit }) {
  return async (
    ctx: RpcContext,
    request: ChangePasswordRequest,
  ): Promise<ChangePasswordResponse> => {
    const principal = userOf(await ctx.principal(), "AuthService/ChangePassword");
    const { userId, sessionId } = principal;
    const origin = originOf(ctx);
    const { currentPassword: current, newPassword: next } = request;
    await deps.audit.run(
      "instance",
      { principal, ...origin },
      { action: "password.change", target: userId, details: {} },
      () => deps.passwords.change({ userId, sessionId, current, next }, origin, ctx.signal),
    );
    return {};
  };
}
