/**
 * UserService.InviteUser. Invariant: every application that an invite names is there, and the code is in this answer
 * and nowhere else.
 */
import type {
  InviteUserRequest,
  InviteUserResponse,
} from "../../../generated/server/argus/v1/user_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { Invites } from "../../accounts/invites.ts";
import { parseEmail, type Users } from "../../accounts/users.ts";
import { conflict, invalid } from "../../domain/fault.ts";
import { parseAppId, type AppId } from "../../domain/ids.ts";
import type { Role } from "../../domain/principal.ts";
import { parseRole } from "../application/messages.ts";
import { userOf } from "../auth/caller.ts";
import type { Links } from "../auth/links.ts";
import { originOf } from "../auth/messages.ts";
import { timestampOf } from "../twirp/timestamp.ts";
import type { RpcContext } from "../twirp/context.ts";

/** An invite is one record; more are added afterwards. */
const MAX_MEMBERSHIPS = 100;

export function inviteUser(deps: {
  applications: Applications;
  users: Users;
  invites: Invites;
  audit: Audit;
  links: Links;
}) {
  async function parseMemberships(
    raw: InviteUserRequest["memberships"],
  ): Promise<ReadonlyMap<AppId, Role>> {
    if (raw.length > MAX_MEMBERSHIPS)
      throw invalid("memberships", `at most ${MAX_MEMBERSHIPS} in one invite`);
    const roles = new Map<AppId, Role>();
    for (const [i, { applicationId, role }] of raw.entries()) {
      const { id } = await deps.applications.get(
        parseAppId(applicationId, `memberships[${i}].application_id`),
      );
      roles.set(id, parseRole(role, `memberships[${i}].role`));
    }
    return roles;
  }

  return async (ctx: RpcContext, request: InviteUserRequest): Promise<InviteUserResponse> => {
    const principal = userOf(await ctx.principal(), "UserService/InviteUser");
    const email = parseEmail(request.email);
    const memberships = await parseMemberships(request.memberships);
    if ((await deps.users.findByEmail(email)) !== undefined)
      throw conflict("there is a user with this email already");
    const { instanceAdmin } = request;
    const applications = [...memberships].map(([id, role]) => `${id}:${role}`).join(" ");
    const { code, expiresAtMs } = await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      {
        action: "user.invite",
        target: email,
        details: { instance_admin: String(instanceAdmin), memberships: applications },
      },
      () => deps.invites.create({ email, inviter: principal.userId, instanceAdmin, memberships }),
    );
    return {
      code,
      url: deps.links.to(ctx, "/invite", code),
      expiresAt: timestampOf(expiresAtMs),
    };
  };
}
