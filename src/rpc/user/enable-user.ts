/**
 * UserService.EnableUser. Invariant: sessions and links of before stay over.
 */
import type {
  EnableUserRequest,
  EnableUserResponse,
} from "../../../generated/server/argus/v1/user_service.ts";
import type { Admins } from "../../accounts/admins.ts";
import type { Audit } from "../../accounts/audit.ts";
import { noSuchUser, type Users } from "../../accounts/users.ts";
import { parseUserId } from "../../domain/ids.ts";
import { userOf } from "../auth/caller.ts";
import { originOf, userMessage } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";

export function enableUser(deps: { users: Users; admins: Admins; audit: Audit }) {
  return async (ctx: RpcContext, request: EnableUserRequest): Promise<EnableUserResponse> => {
    const principal = userOf(await ctx.principal(), "UserService/EnableUser");
    const id = parseUserId(request.userId);
    const before = await deps.users.get(id);
    if (before === undefined) throw noSuchUser(id);
    const user = await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      { action: "user.enable", target: id, details: { email: before.email } },
      () => deps.admins.enable(id),
    );
    return { user: userMessage(user) };
  };
}
