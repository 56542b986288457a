/**
 * AuthService.AcceptInvite. Invariant: a code is taken up once.
 */
import type {
  AcceptInviteRequest,
  AcceptInviteResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { AcceptInvite } from "../../accounts/accept-invite.ts";
import { userActor, type Audit, type AuditAddition } from "../../accounts/audit.ts";
import type { SignedIn } from "../../accounts/sign-in.ts";
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
    const by = { principal: NOBODY, ...origin };
    const learnt = ({ user }: SignedIn): AuditAddition => ({
      actor: userActor(user.id, user.email),
      target: user.id,
    });
    let work = (): Promise<SignedIn> =>
      deps.acceptInvite.accept({ code, name, password }, origin, ctx.signal);
    // The owners of each application see who joined, also when an admin of the instance invited them.
    for (const { application, role } of memberships) {
      const inner = work;
      const change = { action: "member.add", target: "", details: { email, role } } as const;
      work = () => deps.audit.run(application.id, by, change, inner, learnt);
    }
    const applications = memberships.map(({ application }) => application.name).join(" ");
    const join = { action: "user.join", target: email, details: { applications } } as const;
    const signedIn = await deps.audit.run("instance", by, join, work, learnt);
    return signedInMessage(ctx, deps.cookie, signedIn);
  };
}
