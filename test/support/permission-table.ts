/**
 * Who may call what, as the reference says it: the one table that tests of the rules, and of the running server,
 * compare with. Invariant: written by hand, never derived from `src/auth/permissions.ts`.
 */
import type { Action } from "../../src/auth/permissions.ts";

/** In the order of the letters of a row. */
export const CALLER_NAMES = [
  "nobody",
  "stranger",
  "viewer",
  "editor",
  "owner",
  "admin",
  "ingestKey",
  "readKey",
  "otherKey",
] as const;
export type CallerName = (typeof CALLER_NAMES)[number];

/** y: may; u: unauthenticated; n: not found; d: denied. */
const OPEN = "y y y y y y y y y";
const USERS = "u y y y y y d d d";
const ADMINS = "u d d d d y d d d";
const INGEST = "u d d d d d y d n";
const READ = "u n y y y n d y n";
const EDITORS = "u n d y y n d d d";
const OWNERS = "u n d d y n d d d";

export const EXPECTED: Readonly<Record<Action, string>> = {
  "AuthService/GetSetupState": OPEN,
  "AuthService/SetUpOwner": OPEN,
  "AuthService/Login": OPEN,
  "AuthService/RefreshSession": OPEN,
  "AuthService/Logout": OPEN,
  "AuthService/GetMe": USERS,
  "AuthService/GetInvite": OPEN,
  "AuthService/AcceptInvite": OPEN,
  "AuthService/ResetPassword": OPEN,
  "AuthService/ChangePassword": USERS,
  "AuthService/ListSessions": USERS,
  "AuthService/RevokeSession": USERS,
  "UserService/InviteUser": ADMINS,
  "UserService/ListUsers": ADMINS,
  "UserService/UpdateUser": ADMINS,
  "UserService/DisableUser": ADMINS,
  "UserService/EnableUser": ADMINS,
  "UserService/CreateResetLink": ADMINS,
  "ApplicationService/CreateApplication": ADMINS,
  "ApplicationService/GetApplication": READ,
  "ApplicationService/ListApplications": USERS,
  "ApplicationService/UpdateApplication": OWNERS,
  "ApplicationService/DeleteApplication": "u n d d y y d d d",
  "ApplicationService/CreateApiKey": EDITORS,
  "ApplicationService/ListApiKeys": EDITORS,
  "ApplicationService/RevokeApiKey": EDITORS,
  "ApplicationService/RotateApiKey": EDITORS,
  "ApplicationService/AddMember": "u n d d y y d d d",
  "ApplicationService/UpdateMember": OWNERS,
  "ApplicationService/RemoveMember": OWNERS,
  "ApplicationService/ListMembers": OWNERS,
  "ApplicationService/GetUsage": READ,
  "ApplicationService/ListAuditEvents": OWNERS,
  "InstanceService/GetInstance": ADMINS,
  "InstanceService/ListInstanceAuditEvents": ADMINS,
  "LogService/SendLogs": INGEST,
  "LogService/Query": READ,
  "LogService/GetEntry": READ,
  "LogService/GetContext": READ,
  "LogService/GetHistogram": READ,
  "LogService/ListFields": READ,
  "LogService/ListFieldValues": READ,
  "LogService/GetPatterns": READ,
  "LogService/GetFacets": READ,
  "LogService/CompareWindows": READ,
  "LogService/SuggestQueries": READ,
  "LogService/ExplainQuery": READ,
  ingest: INGEST,
  tail: READ,
  export: READ,
  "export ticket": "u n y y y n d d d",
  "applications of the instance": ADMINS,
  "keys that read": OWNERS,
};
