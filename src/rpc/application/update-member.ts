/**
 * ApplicationService.UpdateMember. Invariant: the last owner stays one.
 */
import type {
  UpdateMemberRequest,
  UpdateMemberResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { Members } from "../../accounts/members.ts";
import type { Users } from "../../accounts/users.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { memberMessage, memberNamed } from "./member-message.ts";
import { parseRole } from "./messages.ts";

export function updateMember(deps: {
  applications: Applications;
  users: Users;
  members: Members;
  audit: Audit;
}) {
  return async (ctx: RpcContext, request: UpdateMemberRequest): Promise<UpdateMemberResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/UpdateMember",
      request.applicationId,
    );
    await deps.applications.get(appId);
    const { member, user } = await memberNamed(deps, appId, request.userId);
    const role = parseRole(request.role);
    const details = { email: user.email, role, role_before: member.role };
    await deps.audit.run(
      appId,
      { principal, ...originOf(ctx) },
      { action: "member.update", target: user.id, details },
      () => deps.members.change(appId, user.id, role),
    );
    return { member: memberMessage({ ...member, role }, user) };
  };
}
