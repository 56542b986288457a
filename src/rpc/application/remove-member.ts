/**
 * ApplicationService.RemoveMember. Invariant: the last owner stays; when it answers, the member may do nothing more in
 * the application at this process.
 */
import type {
  RemoveMemberRequest,
  RemoveMemberResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { Members } from "../../accounts/members.ts";
import type { Users } from "../../accounts/users.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { memberNamed } from "./member-message.ts";

export function removeMember(deps: {
  applications: Applications;
  users: Users;
  members: Members;
  audit: Audit;
}) {
  return async (ctx: RpcContext, request: RemoveMemberRequest): Promise<RemoveMemberResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/RemoveMember",
      request.applicationId,
    );
    await deps.applications.get(appId);
    const { member, user } = await memberNamed(deps, appId, request.userId);
    const details = { email: user.email, role_before: member.role };
    await deps.audit.run(
      appId,
      { principal, ...originOf(ctx) },
      { action: "member.remove", target: user.id, details },
      () => deps.members.expel(appId, user.id),
    );
    return {};
  };
}
