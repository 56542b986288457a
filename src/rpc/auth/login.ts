/**
 * AuthService.Login. Invariant: a wrong password and an unknown email are answered alike.
 */
import type {
  LoginRequest,
  LoginResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import type { RpcContext } from "../twirp/context.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function login(deps: { signIn: SignIn; cookie: SessionCookie }) {
  return async (ctx: RpcContext, request: LoginRequest): Promise<LoginResponse> => {
    const { email, password } = request;
    const signedIn = await deps.signIn.login({ email, password }, originOf(ctx), ctx.signal);
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
