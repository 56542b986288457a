/**
 * AuthService.SetUpOwner. Invariant: only who has a code that the server printed becomes the owner.
 */
import type {
  SetUpOwnerRequest,
  SetUpOwnerResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { Setup } from "../../accounts/setup.ts";
import type { SignIn } from "../../accounts/sign-in.ts";
import type { RpcContext } from "../twirp/context.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function setUpOwner(deps: { setup: Setup; signIn: SignIn; cookie: SessionCookie }) {
  return async (ctx: RpcContext, request: SetUpOwnerRequest): Promise<SetUpOwnerResponse> => {
    const { email, password, name, setupCode } = request;
    const owner = await deps.setup.setUpOwner(
      { email, password, name, code: setupCode },
      ctx.signal,
    );
    const signedIn = await deps.signIn.start(owner, originOf(ctx));
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
