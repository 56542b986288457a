/**
 * UserService.UpdateUser. Invariant: a field that is absent keeps its value; an instance keeps an admin.
 */
import type {
  UpdateUserRequest,
  UpdateUserResponse,
} from "../../../generated/server/argus/v1/user_service.ts";
import type { Admins } from "../../accounts/admins.ts";
import type { Audit } from "../../accounts/audit.ts";
import { noSuchUser, parseUserName, type Users } from "../../accounts/users.ts";
import { parseUserId } from "../../domain/ids.ts";
import { userOf } from "../auth/caller.ts";
import { originOf, userMessage } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";

export function updateUser(deps: { users: Users; admins: Admins; audit: Audit }) {
  return async (ctx: RpcContext, request: UpdateUserRequest): Promise<UpdateUserResponse> => {
    const principal = userOf(await ctx.principal(), "UserService/UpdateUser");
    const id = parseUserId(request.userId);
    const before = await deps.users.get(id);
    if (before === undefined) throw noSuchUser(id);
    const { instanceAdmin } = request;
    const name = request.name === undefined ? undefined : parseUserName(request.name, before.email);
    const user = await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      {
        action: "user.update",
        target: id,
        details: {
          email: before.email,
          ...(name === undefined ? {} : { name }),
          ...(instanceAdmin === undefined ? {} : { instance_admin: String(instanceAdmin) }),
        },
      },
      async () => {
        // First what may be refused.
        const changed =
          instanceAdmin === undefined ? before : await deps.admins.set(id, instanceAdmin);
        if (name === undefined) return changed;
        const stored = await deps.users.change(id, (found) => ({
          ...found,
          user: { ...found.user, name },
        }));
        return stored.user;
      },
    );
    return { user: userMessage(user) };
  };
}
