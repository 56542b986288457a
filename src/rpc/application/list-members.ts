/**
 * ApplicationService.ListMembers. Invariant: by user id; a token names the last one of its page.
 */
import type {
  ListMembersRequest,
  ListMembersResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Members } from "../../accounts/members.ts";
import type { Users } from "../../accounts/users.ts";
import { parseUserId } from "../../domain/ids.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { memberMessage } from "./member-message.ts";
import { pageToken, parsePage } from "./messages.ts";

export function listMembers(deps: { applications: Applications; users: Users; members: Members }) {
  return async (ctx: RpcContext, request: ListMembersRequest): Promise<ListMembersResponse> => {
    const { appId } = await authorizeFor(
      ctx,
      "ApplicationService/ListMembers",
      request.applicationId,
    );
    await deps.applications.get(appId);
    const { limit, after } = parsePage(request);
    const page = await deps.members.list(appId, {
      limit,
      ...(after === undefined ? {} : { after: parseUserId(after, "page_token") }),
    });
    const found = await Promise.all(
      page.members.map(async (member) => {
        const user = await deps.users.get(member.userId);
        return user === undefined ? [] : [memberMessage(member, user)];
      }),
    );
    return { members: found.flat(), nextPageToken: pageToken(page.next) };
  };
}
