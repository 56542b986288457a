/**
 * AuthService.AcceptInvite. Invariant: a code is taken up once.
 */
import type {
  AcceptInviteRequest,
  AcceptInviteResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { AcceptInvite } from "../../accounts/accept-invite.ts";
import { userActor, type Audit } from "../../accounts/audit.ts";
import type { RpcContext } from "../twirp/context.ts";
import { NOBODY } from "./caller.ts";
import { originOf, signedInMessage } from "./messages.ts";
import type { SessionCookie } from "./session-cookie.ts";

export function acceptInvite(deps: {
  acceptInvite: AcceptInvite;
  audit: Audit;
  cookie: SessionCookie;
}) {
  return async (ctx: RpcContext, request: AcceptInviteRequest): Promise<AcceptInviteResponse> => {
    const { code, name, password } = request;
    const origin = originOf(ctx);
    // What is no invite is refused before anything is written.
    const { email, memberships } = await deps.acceptInvite.look(code);
    const applications = memberships.map(({ application }) => application.name).join(" ");
    const signedIn = await deps.audit.run(
      "instance",
      { principal: NOBODY, ...origin },
      { action: "user.join", target: email, details: { applications } },
      () => deps.acceptInvite.accept({ code, name, password }, origin, ctx.signal),
      ({ user }) => ({ actor: userActor(user.id, user.email) }),
    );
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
