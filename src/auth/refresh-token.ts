/**
 * The bytes of a refresh token: whose session, a secret of the session and a secret of this very token.
 * Invariant: the store keeps hashes of the secrets only. The session's secret is the same in all tokens of a
 * session: it tells a token that was replaced long ago (theft: the session ends) from a guess (nothing
 * happens). A successor is made from the token it replaces and a salt that the store keeps: whoever comes
 * twice with the same token gets the same successor, though the store could not name it, and an old token
 * without the later salts leads nowhere.
 */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { FaultError } from "../domain/fault.ts";
import {
  parseSessionId,
  parseUserId,
  uuidBytes,
  uuidText,
  type SessionId,
  type UserId,
} from "../domain/ids.ts";
import { BAD_CREDENTIAL } from "./access-token.ts";

export const REFRESH_FAMILY_BYTES = 16;
export const REFRESH_SECRET_BYTES = 32;
const TOKEN_BYTES = 16 + 16 + REFRESH_FAMILY_BYTES + REFRESH_SECRET_BYTES;
const PREFIX = "argus_refresh_";

export interface RefreshToken {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly family: Uint8Array;
  readonly secret: Uint8Array;
}

export function formatRefreshToken(token: RefreshToken): string {
  const bytes = Buffer.concat([
    uuidBytes(token.userId),
    uuidBytes(token.sessionId),
    token.family,
    token.secret,
  ]);
  return PREFIX + bytes.toString("base64url");
}

/** Fails `unauthenticated` for any other text. */
export function parseRefreshToken(text: string): RefreshToken {
  const bytes = Buffer.from(text.startsWith(PREFIX) ? text.slice(PREFIX.length) : "", "base64url");
  if (bytes.length !== TOKEN_BYTES) {
    throw new FaultError({ kind: "unauthenticated", reason: BAD_CREDENTIAL });
  }
  return {
    userId: parseUserId(uuidText(bytes, 0)),
    sessionId: parseSessionId(uuidText(bytes, 16)),
    family: bytes.subarray(32, 32 + REFRESH_FAMILY_BYTES),
    secret: bytes.subarray(32 + REFRESH_FAMILY_BYTES),
  };
}

/** @returns the secret that follows `secret`, the same for the same salt. */
export function successorSecret(secret: Uint8Array, salt: string): Uint8Array {
  return createHmac("sha256", secret).update(`argus refresh ${salt}`).digest();
}

/** What the store keeps of a secret of 128 bits or more: such need no slow hash. */
export function secretHash(secret: Uint8Array | string): string {
  return hash("sha256", secret, "base64url");
}

/** Compares two hashes in a time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
