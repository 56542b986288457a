/**
 * Applications, keys, roles and scopes as the API says them, and page tokens.
 * Invariant: each mapping is total; a scope that is not known is refused, never dropped.
 */
import {
  Role as RoleMessage,
  Scope as ScopeMessage,
  type ApiKey as ApiKeyMessage,
  type Application as ApplicationMessage,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";
import type { Application } from "../../accounts/application.ts";
import type { ApiKey } from "../../auth/api-keys.ts";
import { invalid } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import { ROLES, type Principal, type Role, type Scope } from "../../domain/principal.ts";
import { timestampOf } from "../twirp/timestamp.ts";

const ROLE_MESSAGES: Readonly<Record<Role, RoleMessage>> = {
  viewer: RoleMessage.VIEWER,
  editor: RoleMessage.EDITOR,
  owner: RoleMessage.OWNER,
};
const SCOPE_MESSAGES: Readonly<Record<Scope, ScopeMessage>> = {
  ingest: ScopeMessage.INGEST,
  read: ScopeMessage.READ,
};
const ROLES_BY_MESSAGE = new Map<number, Role>(ROLES.map((role) => [ROLE_MESSAGES[role], role]));
const SCOPES_BY_MESSAGE = new Map<number, Scope>([
  [SCOPE_MESSAGES.ingest, "ingest"],
  [SCOPE_MESSAGES.read, "read"],
]);
const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;

/** The caller's role in an application; undefined for keys and for who is no member. */
export function roleFor(principal: Principal, appId: AppId): Role | undefined {
  return principal.kind === "user" ? principal.roles.get(appId) : undefined;
}

export function roleMessage(role: Role | undefined): RoleMessage {
  return role === undefined ? RoleMessage.UNSPECIFIED : ROLE_MESSAGES[role];
}

export function applicationMessage(
  application: Application,
  principal: Principal,
): ApplicationMessage {
  const { id, name, title, color, retentionDays, quota, createdAtMs } = application;
  return {
    id,
    name,
    title,
    color,
    retentionDays,
    quota: {
      entriesPerSecond: BigInt(quota.entriesPerSecond),
      bytesPerDay: BigInt(quota.bytesPerDay),
    },
    createdAt: timestampOf(createdAtMs),
    role: roleMessage(roleFor(principal, id)),
  };
}

export function apiKeyMessage(key: ApiKey): ApiKeyMessage {
  const time = (
    field: "expiresAt" | "lastUsedAt" | "lastRefusedAt" | "rotatedAt" | "replacedSecretExpiresAt",
    ms: number | null | undefined,
  ): Partial<Record<typeof field, Timestamp>> =>
    ms === null || ms === undefined ? {} : { [field]: timestampOf(ms) };
  return {
    id: key.id,
    applicationId: key.appId,
    name: key.name,
    scopes: key.scopes.map((scope) => SCOPE_MESSAGES[scope]),
    prefix: key.prefix,
    createdAt: timestampOf(key.createdAtMs),
    ...time("expiresAt", key.expiresAtMs),
    ...time("lastUsedAt", key.lastUsedAtMs),
    lastUsedBy: key.lastUsedBy,
    ...time("lastRefusedAt", key.refused?.atMs),
    lastRefusedBy: key.refused?.by ?? "",
    lastRefusedReason: key.refused?.reason ?? "",
    ...time("rotatedAt", key.rotatedAtMs),
    ...time("replacedSecretExpiresAt", key.replaced?.untilMs),
    laggingSenders: (key.replaced?.senders ?? []).map(({ usedBy, atMs }) => ({
      sender: usedBy,
      lastUsedAt: timestampOf(atMs),
    })),
  };
}

/** Fails `invalid` for none and for one that is not known. */
export function parseRole(message: number, field = "role"): Role {
  const role = ROLES_BY_MESSAGE.get(message);
  if (role === undefined) throw invalid(field, "must be ROLE_VIEWER, ROLE_EDITOR or ROLE_OWNER");
  return role;
}

/** Fails `invalid` for none and for one that is not known. */
export function parseScopes(messages: readonly number[]): readonly Scope[] {
  if (messages.length === 0) throw invalid("scopes", "say at least one: SCOPE_INGEST, SCOPE_READ");
  return messages.map((message) => {
    const scope = SCOPES_BY_MESSAGE.get(message);
    if (scope === undefined) throw invalid("scopes", "only SCOPE_INGEST and SCOPE_READ are known");
    return scope;
  });
}

/** What a page's request asks for: `after` is what `pageToken` hid, undefined for the first page. */
export function parsePage(request: { pageSize: number; pageToken: string }): {
  limit: number;
  after: string | undefined;
} {
  const limit = request.pageSize === 0 ? DEFAULT_PAGE : Math.min(request.pageSize, MAX_PAGE);
  if (request.pageToken === "") return { limit, after: undefined };
  const after = Buffer.from(request.pageToken, "base64url").toString("utf8");
  if (pageToken(after) !== request.pageToken) throw invalid("page_token", "not one of ours");
  return { limit, after };
}

/** @param next where the next page begins; undefined at the end. */
export function pageToken(next: string | undefined): string {
  return next === undefined ? "" : Buffer.from(next).toString("base64url");
}
