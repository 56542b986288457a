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

/** RPCs by `Service/Method`, as in their path; then the endpoints beside them; then finer points. */
export const PERMISSIONS = {
  "AuthService/GetSetupState": ANYBODY,
  "AuthService/SetUpOwner": ANYBODY,
  "AuthService/Login": ANYBODY,
  // Both prove themselves by the refresh token: the access token may have ended before.
  "AuthService/RefreshSession": ANYBODY,
  "AuthService/Logout": ANYBODY,
  "AuthService/GetMe": USER,

  "ApplicationService/CreateApplication": ADMIN,
  "ApplicationService/GetApplication": READ,
  "ApplicationService/ListApplications": USER,
  "ApplicationService/UpdateApplication": OWNER,
  "ApplicationService/DeleteApplication": { who: "member", role: "owner", orAdmin: true },
  "ApplicationService/CreateApiKey": EDITOR,
  "ApplicationService/ListApiKeys": EDITOR,
  "ApplicationService/RevokeApiKey": EDITOR,

  "InstanceService/GetInstance": ADMIN,

  "LogService/SendLogs": INGEST,
  "LogService/Query": READ,
  "LogService/GetEntry": READ,
  "LogService/GetContext": READ,
  "LogService/GetHistogram": READ,
  "LogService/ListFields": READ,
  "LogService/ListFieldValues": READ,

  /** Every dialect of other tools, and `/ingest/ndjson`. */
  ingest: INGEST,
  tail: READ,
  export: READ,
  health: ANYBODY,
  ready: ANYBODY,
  metrics: ANYBODY,
  openapi: ANYBODY,
  descriptors: ANYBODY,
  jwks: ANYBODY,
  page: ANYBODY,

  /** ListApplications with `all`. */
  "applications of the instance": ADMIN,
  /** To make or revoke a key that does more than ingest. */
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

/**
 * Returns when `principal` may do `action`, throws the fault to answer otherwise.
 * @param appId what the action is about; actions about no application ignore it.
 */
export function authorize(principal: Principal, action: Action, appId?: AppId): void {
  const rule: Rule = PERMISSIONS[action];
  if (rule.who === "anybody") return;
  if (principal.kind === "nobody") throw signIn();
  switch (rule.who) {
    case "user":
      if (principal.kind !== "user") throw denied("an API key cannot do this: sign in as a user");
      return;
    case "admin":
      if (principal.kind !== "user" || !principal.instanceAdmin) {
        throw denied("only an admin of the instance may do this");
      }
      return;
    case "key":
      if (principal.kind !== "key") throw denied("this takes an API key of the application");
      if (appId !== undefined && appId !== principal.appId) throw noSuchApplication(appId);
      requireScope(principal.scopes, rule.scope);
      return;
    case "member":
      authorizeMember(principal, rule, appId);
      return;
    default:
      rule satisfies never;
  }
}

function authorizeMember(
  principal: Exclude<Principal, { kind: "nobody" }>,
  rule: Extract<Rule, { who: "member" }>,
  appId: AppId | undefined,
): void {
  if (appId === undefined) throw invalid("application_id", "say which application");
  if (principal.kind === "key") {
    if (appId !== principal.appId) throw noSuchApplication(appId);
    if (rule.scope === undefined) throw denied("an API key cannot do this: sign in as a user");
    requireScope(principal.scopes, rule.scope);
    return;
  }
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

function signIn(): FaultError {
  return unauthenticated("sign in, or send an API key as `Authorization: Bearer`");
}
