/**
 * Members as the API says them, and the one that a request names.
 * Invariant: somebody who is no member reads as somebody who is not there.
 */
import type { Member as MemberMessage } from "../../../generated/server/argus/v1/application_service.ts";
import type { Members, Membership } from "../../accounts/members.ts";
import type { User, Users } from "../../accounts/users.ts";
import { notFound } from "../../domain/fault.ts";
import { parseUserId, type AppId } from "../../domain/ids.ts";
import { timestampOf } from "../twirp/timestamp.ts";
import { roleMessage } from "./messages.ts";

export function memberMessage(member: Membership, user: User): MemberMessage {
  const { id, email, name, disabled } = user;
  return {
    userId: id,
    email,
    name,
    role: roleMessage(member.role),
    ...(member.addedAtMs === null ? {} : { addedAt: timestampOf(member.addedAtMs) }),
    disabled,
  };
}

/** Fails `notFound` in the same words for a user who is no member and for none. */
export async function memberNamed(
  deps: { members: Members; users: Users },
  appId: AppId,
  raw: string,
): Promise<{ member: Membership; user: User }> {
  const userId = parseUserId(raw);
  const [member, user] = await Promise.all([
    deps.members.get(appId, userId),
    deps.users.get(userId),
  ]);
  if (member === undefined || user === undefined) throw notFound("member", userId);
  return { member, user };
}
