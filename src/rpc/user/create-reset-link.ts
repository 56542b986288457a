/**
 * UserService.CreateResetLink. Invariant: the code is in this answer and nowhere else.
 */
import type {
  CreateResetLinkRequest,
  CreateResetLinkResponse,
} from "../../../generated/server/argus/v1/user_service.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { Passwords } from "../../accounts/passwords.ts";
import { noSuchUser, type Users } from "../../accounts/users.ts";
import { parseUserId } from "../../domain/ids.ts";
import { userOf } from "../auth/caller.ts";
import type { Links } from "../auth/links.ts";
import { originOf } from "../auth/messages.ts";
import { timestampOf } from "../twirp/timestamp.ts";
import type { RpcContext } from "../twirp/context.ts";

export function createResetLink(deps: {
  users: Users;
  passwords: Passwords;
  audit: Audit;
  links: Links;
}) {
  return async (
    ctx: RpcContext,
    request: CreateResetLinkRequest,
  ): Promise<CreateResetLinkResponse> => {
    const principal = userOf(await ctx.principal(), "UserService/CreateResetLink");
    const id = parseUserId(request.userId);
    const user = await deps.users.get(id);
    if (user === undefined) throw noSuchUser(id);
    const { code, expiresAtMs } = await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      { action: "user.reset_link", target: id, details: { email: user.email } },
      () => deps.passwords.createLink(id),
    );
    return { code, url: deps.links.to(ctx, "/reset", code), expiresAt: timestampOf(expiresAtMs) };
  };
}
