/**
 * Who may call what: one table, and the one function that reads it.
 * Invariant: whoever may not know that an application exists is told `notFound` in the very words used when
 * it does not (`noSuchApplication`), and is told so before anything else of the request is looked at.
 * Order of the checks: credential (unauthenticated), the right kind of caller (denied), membership
 * (notFound), role or scope (denied).
 */
import { denied, invalid, notFound, unauthenticated, type FaultError } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { ROLES, type Principal, type Role, type Scope } from "../domain/principal.ts";

/** What a caller must be; a rule with `role` is about one application. */
export type Rule =
  | { readonly who: "anybody" }
  /** A person who signed in. */
  | { readonly who: "user" }
  | { readonly who: "admin" }
  /** A key for its one application, and no person: what is sent is accounted to a key. */
  | { readonly who: "key"; readonly scope: Scope }
  /** A member with at least `role`, a key of the application with `scope`, an admin where said. */
  | {
      readonly who: "member";
      readonly role: Role;
      readonly scope?: Scope;
      readonly orAdmin?: true;
    };

const ANYBODY: Rule = { who: "anybody" };
const USER: Rule = { who: "user" };
const ADMIN: Rule = { who: "admin" };
const INGEST: Rule = { who: "key", scope: "ingest" };
const READ: Rule = { who: "member", role: "viewer", scope: "read" };
const EDITOR: Rule = { who: "member", role: "editor" };
const OWNER: Rule = { who: "member", role: "owner" };

/**
 * RPCs by `Service/Method`, as in their path; then the endpoints beside them that are not open to anybody; then finer
 * points.
 */
export const PERMISSIONS = {
  "AuthService/GetSetupState": ANYBODY,
  "AuthService/SetUpOwner": ANYBODY,
  "AuthService/Login": ANYBODY,
  // Both prove themselves by the refresh token: the access token may have ended before.
  "AuthService/RefreshSession": ANYBODY,
  "AuthService/Logout": ANYBODY,
  "AuthService/GetMe": USER,
  // Both prove themselves by the code.
  "AuthService/GetInvite": ANYBODY,
  "AuthService/AcceptInvite": ANYBODY,
  "AuthService/ResetPassword": ANYBODY,
  "AuthService/ChangePassword": USER,
  "AuthService/ListSessions": USER,
  "AuthService/RevokeSession": USER,

  "UserService/InviteUser": ADMIN,
  "UserService/ListUsers": ADMIN,
  "UserService/UpdateUser": ADMIN,
  "UserService/DisableUser": ADMIN,
  "UserService/EnableUser": ADMIN,
  "UserService/CreateResetLink": ADMIN,

  "ApplicationService/CreateApplication": ADMIN,
  "ApplicationService/GetApplication": READ,
  "ApplicationService/ListApplications": USER,
  "ApplicationService/UpdateApplication": OWNER,
  "ApplicationService/DeleteApplication": { who: "member", role: "owner", orAdmin: true },
  "ApplicationService/CreateApiKey": EDITOR,
  "ApplicationService/ListApiKeys": EDITOR,
  "ApplicationService/RevokeApiKey": EDITOR,
  "ApplicationService/RotateApiKey": EDITOR,
  // An admin may add anybody, themselves too; owners see it in their audit events.
  "ApplicationService/AddMember": { who: "member", role: "owner", orAdmin: true },
  "ApplicationService/UpdateMember": OWNER,
  "ApplicationService/RemoveMember": OWNER,
  "ApplicationService/ListMembers": OWNER,
  "ApplicationService/GetUsage": READ,
  "ApplicationService/ListAuditEvents": OWNER,

  "InstanceService/GetInstance": ADMIN,
  "InstanceService/ListInstanceAuditEvents": ADMIN,

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

  /** Every dialect of other tools, and `/ingest/ndjson`. */
  ingest: INGEST,
  tail: READ,
  export: READ,
  /** For a person's browser, which cannot send the credential along: a key can. */
  "export ticket": { who: "member", role: "viewer" },

  /** ListApplications with `all`. */
  "applications of the instance": ADMIN,
  /** To make, rotate or revoke a key that does more than ingest. */
  "keys that read": OWNER,
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof PERMISSIONS;

/** What is not there, or not there for this caller: the same words for both. */
export function noSuchApplication(id: AppId): FaultError {
  return notFound("application", id);
}

/**
 * The application a request is about: the one it names, else the one of the calling key.
 * Fails `invalid` when neither says.
 * @param named undefined when the request leaves it out.
 */
export function applicationOf(principal: Principal, named: AppId | undefined): AppId {
  if (named !== undefined) return named;
  if (principal.kind === "key") return principal.appId;
  if (principal.kind === "nobody") throw signIn();
  throw invalid("application_id", "say which application");
}

/** Whether anybody may call it: then a credential sent along is not even looked at. */
export function isOpen(action: Action): boolean {
  return PERMISSIONS[action].who === "anybody";
}

/**
 * The part of `authorize` that needs no application: to be asked before a body is read or a thing looked
 * up. Returns, or throws `unauthenticated` or `denied`.
 */
export function admit(principal: Principal, action: Action): void {
  const rule: Rule = PERMISSIONS[action];
  if (rule.who === "anybody") return;
  if (principal.kind === "nobody") throw signIn();
  switch (rule.who) {
    case "user":
      if (principal.kind !== "user") throw keyCannot();
      return;
    case "admin":
      if (principal.kind !== "user" || !principal.instanceAdmin) {
        throw denied("only an admin of the instance may do this");
      }
      return;
    case "key":
      if (principal.kind !== "key") throw denied("this takes an API key of the application");
      return;
    case "member":
      if (principal.kind === "key" && rule.scope === undefined) throw keyCannot();
      return;
    default:
      rule satisfies never;
  }
}

/**
 * Returns when `principal` may do `action`, throws the fault to answer otherwise.
 * @param appId what the action is about; actions about no application ignore it. A key that says nothing
 * means its own.
 */
export function authorize(principal: Principal, action: Action, appId?: AppId): void {
  admit(principal, action);
  const rule: Rule = PERMISSIONS[action];
  if (principal.kind === "nobody" || (rule.who !== "key" && rule.who !== "member")) return;
  const about = applicationOf(principal, appId);
  if (principal.kind === "key") {
    if (about !== principal.appId) throw noSuchApplication(about);
    if (rule.scope !== undefined) requireScope(principal.scopes, rule.scope);
    return;
  }
  if (rule.who === "member") authorizeMember(principal, rule, about);
}

function authorizeMember(
  principal: Extract<Principal, { kind: "user" }>,
  rule: Extract<Rule, { who: "member" }>,
  appId: AppId,
): void {
  if (rule.orAdmin === true && principal.instanceAdmin) return;
  const role = principal.roles.get(appId);
  if (role === undefined) throw noSuchApplication(appId);
  if (ROLES.indexOf(role) < ROLES.indexOf(rule.role)) {
    throw denied(`this takes the role ${rule.role} in the application`);
  }
}

function requireScope(scopes: ReadonlySet<Scope>, scope: Scope): void {
  if (!scopes.has(scope)) throw denied(`the API key lacks the scope ${scope}`);
}

function keyCannot(): FaultError {
  return denied("an API key cannot do this: sign in as a user");
}

function signIn(): FaultError {
  return unauthenticated("sign in, or send an API key as `Authorization: Bearer`");
}
