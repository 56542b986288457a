/**
 * AuthService.Login. Invariant: a wrong password and an unknown email are answered alike.
 */
import type {
  LoginRequest,
  LoginResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import { userActor, type Audit } from "../../accounts/audit.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import type { RpcContext } from "../twirp/context.ts";
import { NOBODY } from "./caller.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function login(deps: { signIn: SignIn; audit: Audit; cookie: SessionCookie }) {
  return async (ctx: RpcContext, request: LoginRequest): Promise<LoginResponse> => {
    const { email, password } = request;
    const origin = originOf(ctx);
    const proven = await deps.signIn.prove({ email, password }, origin, undefined, ctx.signal);
    const { id, email: known } = proven.user;
    const signedIn = await deps.audit.run(
      "instance",
      { principal: NOBODY, actor: userActor(id, known), ...origin },
      { action: "session.start", target: id, details: {} },
      () => deps.signIn.start(proven, origin),
    );
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
