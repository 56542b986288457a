/**
 * AuthService, put together. Invariant: every method is a file of its own.
 */
import {
  createAuthServiceServer,
  type AuthServiceTwirp,
} from "../../../generated/server/argus/v1/auth_service.twirp.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import type { RpcContext } from "../twirp/context.ts";
import { acceptInvite } from "./accept-invite.ts";
import { changePassword } from "./change-password.ts";
import { getInvite } from "./get-invite.ts";
import { getMe } from "./get-me.ts";
import { getSetupState } from "./get-setup-state.ts";
import { listSessions } from "./list-sessions.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { refreshSession } from "./refresh-session.ts";
import { resetPassword } from "./reset-password.ts";
import { revokeSession } from "./revoke-session.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { setUpOwner } from "./set-up-owner.ts";

export function authService(deps: { accounts: Accounts; cookie: SessionCookie }) {
  const { accounts, cookie } = deps;
  const service: AuthServiceTwirp<RpcContext> = {
    GetSetupState: getSetupState(accounts),
    SetUpOwner: setUpOwner({ ...accounts, cookie }),
    Login: login({ ...accounts, cookie }),
    RefreshSession: refreshSession({ ...accounts, cookie }),
    Logout: logout({ ...accounts, cookie }),
    GetMe: getMe(accounts),
    GetInvite: getInvite(accounts),
    AcceptInvite: acceptInvite({ ...accounts, cookie }),
    ChangePassword: changePassword(accounts),
    ResetPassword: resetPassword({ ...accounts, cookie }),
    ListSessions: listSessions(accounts),
    RevokeSession: revokeSession(accounts),
  };
  return createAuthServiceServer<RpcContext>(service);
}
