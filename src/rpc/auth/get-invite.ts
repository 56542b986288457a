/**
 * AuthService.GetInvite. Invariant: a code that is none reads as one that has ended.
 */
import type {
  GetInviteRequest,
  GetInviteResponse,
} from "../../../generated/server/argus/v1/auth_service.ts";
import type { AcceptInvite } from "../../accounts/accept-invite.ts";
import { roleMessage } from "../application/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { timestampOf } from "../twirp/timestamp.ts";

export function getInvite(deps: { acceptInvite: AcceptInvite }) {
  return async (_ctx: RpcContext, request: GetInviteRequest): Promise<GetInviteResponse> => {
    const invite = await deps.acceptInvite.look(request.code);
    return {
      email: invite.email,
      applications: invite.memberships.map(({ application: { name, title }, role }) => ({
        name,
        title,
        role: roleMessage(role),
      })),
      expiresAt: timestampOf(invite.expiresAtMs),
      hasUser: invite.hasUser,
      instanceAdmin: invite.instanceAdmin,
    };
  };
}
