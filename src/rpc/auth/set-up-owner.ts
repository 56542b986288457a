/**
 * AuthService.SetUpOwner. Invariant: only who has a code that the server printed becomes the owner.
 */
import type {
  SetUpOwnerRequest,
  SetUpOwnerResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import { userActor, type Audit } from "../../accounts/audit.ts";
import type { Setup } from "../../accounts/setup.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import type { RpcContext } from "../twirp/context.ts";
import { NOBODY } from "./caller.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function setUpOwner(deps: {
  setup: Setup;
  signIn: SignIn;
  audit: Audit;
  cookie: SessionCookie;
}) {
  return async (ctx: RpcContext, request: SetUpOwnerRequest): Promise<SetUpOwnerResponse> => {
    const { email, password, name, setupCode } = request;
    const origin = originOf(ctx);
    // Strangers who guess have nothing written.
    await deps.setup.checkCode(setupCode);
    const owner = await deps.audit.run(
      "instance",
      { principal: NOBODY, ...origin },
      { action: "user.set_up", target: email.slice(0, 254), details: {} },
      () => deps.setup.setUpOwner({ email, password, name, code: setupCode }, ctx.signal),
      (user) => ({ actor: userActor(user.id, user.email), target: user.id }),
    );
    const signedIn = await deps.signIn.start({ user: owner, generation: 0 }, origin);
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
