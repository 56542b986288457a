/**
 * UserService.ListUsers. Invariant: by email; a token names the last one of its page.
 */
import type {
  ListUsersRequest,
  ListUsersResponse,
} from "../../../generated/server/argus/v1/user_service.ts";
import type { Users } from "../../accounts/users.ts";
import { pageToken, parsePage } from "../application/messages.ts";
import { userOf } from "../auth/caller.ts";
import { userMessage } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";

export function listUsers(deps: { users: Users }) {
  return async (ctx: RpcContext, request: ListUsersRequest): Promise<ListUsersResponse> => {
    userOf(await ctx.principal(), "UserService/ListUsers");
    const { limit, after } = parsePage(request);
    const page = await deps.users.list({ limit, ...(after === undefined ? {} : { after }) });
    return { users: page.users.map(userMessage), nextPageToken: pageToken(page.next) };
  };
}
