/**
 * AuthService.RefreshSession. Invariant: a cookie that leads nowhere any more is removed.
 */
import type {
  RefreshSessionRequest,
  RefreshSessionResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import { isFault } from "../../domain/fault.ts";
import type { RpcContext } from "../twirp/context.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function refreshSession(deps: { signIn: SignIn; cookie: SessionCookie }) {
  return async (
    ctx: RpcContext,
    request: RefreshSessionRequest,
  ): Promise<RefreshSessionResponse> => {
    const refreshToken = deps.cookie.take(ctx, request.refreshToken);
    try {
      const signedIn = await deps.signIn.refresh(refreshToken, originOf(ctx));
      return signedInMessage(ctx, deps.cookie, signedIn);
    } catch (error) {
      if (isFault(error, "unauthenticated")) deps.cookie.clear(ctx);
      throw error;
    }
  };
}
