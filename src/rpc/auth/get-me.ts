/**
 * AuthService.GetMe. Invariant: memberships are those the principal was verified with, by name.
 */
import type { GetMeResponse } from "../../../generated/server/argus/v1/auth_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Users } from "../../accounts/users.ts";
import { BAD_CREDENTIAL } from "../../auth/access-token.ts";
import { unauthenticated } from "../../domain/fault.ts";
import { applicationMessage, roleFor, roleMessage } from "../application/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { userOf } from "./caller.ts";
import { userMessage } from "./messages.ts";

export function getMe(deps: { users: Users; applications: Applications }) {
  return async (ctx: RpcContext): Promise<GetMeResponse> => {
    const principal = userOf(await ctx.principal(), "AuthService/GetMe");
    const [user, applications] = await Promise.all([
      deps.users.get(principal.userId),
      deps.applications.listOf(principal.roles.keys()),
    ]);
    if (user === undefined) throw unauthenticated(BAD_CREDENTIAL);
    return {
      user: userMessage(user),
      memberships: applications.map((application) => ({
        application: applicationMessage(application, principal),
        role: roleMessage(roleFor(principal, application.id)),
      })),
    };
  };
}
