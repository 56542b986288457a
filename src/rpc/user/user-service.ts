/**
 * UserService, put together. Invariant: every method is a file of its own.
 */
import {
  createUserServiceServer,
  type UserServiceTwirp,
} from "../../../generated/server/argus/v1/user_service.twirp.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import type { Links } from "../auth/links.ts";
import type { RpcContext } from "../twirp/context.ts";
import { createResetLink } from "./create-reset-link.ts";
import { disableUser } from "./disable-user.ts";
import { enableUser } from "./enable-user.ts";
import { inviteUser } from "./invite-user.ts";
import { listUsers } from "./list-users.ts";
import { updateUser } from "./update-user.ts";

export function userService(deps: { accounts: Accounts; links: Links }) {
  const { accounts, links } = deps;
  const service: UserServiceTwirp<RpcContext> = {
    InviteUser: inviteUser({ ...accounts, links }),
    ListUsers: listUsers(accounts),
    UpdateUser: updateUser(accounts),
    DisableUser: disableUser(accounts),
    EnableUser: enableUser(accounts),
    CreateResetLink: createResetLink({ ...accounts, links }),
  };
  return createUserServiceServer<RpcContext>(service);
}
