/**
 * AuthService.Logout. Invariant: when it answers, no token of the session works at this process; whoever has
 * no session is logged out already.
 */
import type {
  LogoutRequest,
  LogoutResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import type { RpcContext } from "../twirp/context.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function logout(deps: { signIn: SignIn; cookie: SessionCookie }) {
  return async (ctx: RpcContext, request: LogoutRequest): Promise<LogoutResponse> => {
    await deps.signIn.logout(deps.cookie.take(ctx, request.refreshToken));
    deps.cookie.clear(ctx);
    return {};
  };
}
