/**
 * ApplicationService.AddMember. Invariant: a user becomes a member, an email that nobody has is invited; either is
 * written down before it is done, also when an admin adds themselves.
 */
import type {
  AddMemberRequest,
  AddMemberResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { Invites } from "../../accounts/invites.ts";
import type { Members } from "../../accounts/members.ts";
import { parseEmail, type Users } from "../../accounts/users.ts";
import { conflict } from "../../domain/fault.ts";
import { userOf } from "../auth/caller.ts";
import type { Links } from "../auth/links.ts";
import { originOf } from "../auth/messages.ts";
import { timestampOf } from "../twirp/timestamp.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { memberMessage } from "./member-message.ts";
import { parseRole } from "./messages.ts";

const ACTION = "ApplicationService/AddMember";

export function addMember(deps: {
  applications: Applications;
  users: Users;
  members: Members;
  invites: Invites;
  audit: Audit;
  links: Links;
}) {
  const { members } = deps;
  return async (ctx: RpcContext, request: AddMemberRequest): Promise<AddMemberResponse> => {
    const { principal, appId } = await authorizeFor(ctx, ACTION, request.applicationId);
    const inviter = userOf(principal, ACTION).userId;
    // An admin is let through to applications that are not there, and roles may be older than an end.
    await deps.applications.get(appId);
    const email = parseEmail(request.email);
    const role = parseRole(request.role);
    const by = { principal, ...originOf(ctx) };
    const found = await deps.users.findByEmail(email);
    if (found === undefined) {
      const { code, expiresAtMs } = await deps.audit.run(
        appId,
        by,
        { action: "member.invite", target: email, details: { role } },
        () =>
          deps.invites.create({
            email,
            inviter,
            instanceAdmin: false,
            memberships: new Map([[appId, role]]),
          }),
      );
      return {
        inviteUrl: deps.links.to(ctx, "/invite", code),
        inviteCode: code,
        inviteExpiresAt: timestampOf(expiresAtMs),
      };
    }
    const { user } = found;
    const before = await members.get(appId, user.id);
    if (before !== undefined && before.role !== role) {
      throw conflict(`${email} is a member with the role ${before.role}: UpdateMember changes it`);
    }
    await deps.audit.run(
      appId,
      by,
      { action: "member.add", target: user.id, details: { email, role } },
      () => members.set(appId, user.id, role),
    );
    const member = await members.get(appId, user.id);
    return {
      ...(member === undefined ? {} : { member: memberMessage(member, user) }),
      inviteUrl: "",
      inviteCode: "",
    };
  };
}
