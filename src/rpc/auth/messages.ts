/**
 * Users and tokens as the API says them. Invariant: the refresh token is handed out through the cookie's
 * hands, so that it is in one place only.
 */
import type {
  LoginResponse,
  User as UserMessage,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { SignedIn } from "../../accounts/sign-in.ts";
import type { User } from "../../accounts/users.ts";
import type { SessionOrigin } from "../../auth/sessions.ts";
import type { RpcContext } from "../twirp/context.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { timestampOf } from "../twirp/timestamp.ts";

export function userMessage(user: User): UserMessage {
  const { id, email, name, instanceAdmin, disabled, createdAtMs } = user;
  return { id, email, name, instanceAdmin, disabled, createdAt: timestampOf(createdAtMs) };
}

/** Also the shape of SetUpOwnerResponse and RefreshSessionResponse. */
export function signedInMessage(
  ctx: RpcContext,
  cookie: SessionCookie,
  signedIn: SignedIn,
): LoginResponse {
  return {
    accessToken: signedIn.accessToken,
    accessTokenExpiresAt: timestampOf(signedIn.accessTokenExpiresAtMs),
    refreshToken: cookie.give(ctx, signedIn),
    user: userMessage(signedIn.user),
  };
}

export function originOf(ctx: RpcContext): SessionOrigin {
  return { address: ctx.remoteAddress, device: ctx.req.headers["user-agent"] ?? "" };
}
