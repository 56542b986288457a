/**
 * Who is calling and what they may touch. Invariant: made by `auth` from verified credentials only.
 */
import type { ApiKeyId, AppId, SessionId, UserId } from "./ids.ts";

export const ROLES = ["viewer", "editor", "owner"] as const;
/** Each role includes the ones before it. */
export type Role = (typeof ROLES)[number];

export const SCOPES = ["ingest", "read"] as const;
export type Scope = (typeof SCOPES)[number];

export type Principal =
  | { readonly kind: "nobody" }
  | {
      readonly kind: "user";
      readonly userId: UserId;
      readonly sessionId: SessionId;
      readonly instanceAdmin: boolean;
      readonly roles: ReadonlyMap<AppId, Role>;
    }
  | {
      readonly kind: "key";
      readonly keyId: ApiKeyId;
      readonly appId: AppId;
      readonly scopes: ReadonlySet<Scope>;
      /** Shown by the secret before the newest one. */
      readonly isLagging?: true;
    };
