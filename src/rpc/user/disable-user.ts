/**
 * UserService.DisableUser. Invariant: when it answers, no token of the user works at this process; an instance keeps an admin.
 */
import type {
  DisableUserRequest,
  DisableUserResponse,
} from "../../../generated/server/argus/v1/user_service.ts";
import type { Admins } from "../../accounts/admins.ts";
import type { Audit } from "../../accounts/audit.ts";
import { noSuchUser, type Users } from "../../accounts/users.ts";
import { parseUserId } from "../../domain/ids.ts";
import { userOf } from "../auth/caller.ts";
import { originOf, userMessage } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";

export function disableUser(deps: { users: Users; admins: Admins; audit: Audit }) {
  return async (ctx: RpcContext, request: DisableUserRequest): Promise<DisableUserResponse> => {
    const principal = userOf(await ctx.principal(), "UserService/DisableUser");
    const id = parseUserId(request.userId);
    const before = await deps.users.get(id);
    if (before === undefined) throw noSuchUser(id);
    const user = await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      { action: "user.disable", target: id, details: { email: before.email } },
      () => deps.admins.disable(id),
    );
    return { user: userMessage(user) };
  };
}
