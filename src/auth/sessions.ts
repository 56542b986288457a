/**
 * Sessions: one a login, kept alive by refresh tokens.
 * Invariant: one record a session, changed by compare-and-set; it knows the hash of the newest token and of
 * the one it replaced. States of a token that carries the session's secret:
 *   newest                          → replaced by its successor; 30 days from now
 *   just replaced, 30 s at most     → the same successor again, nothing changes
 *   anything older                  → it was copied: the session ends, whoever holds which token
 * A session that ended or outlived its 30 days has no record.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";
import { parseSessionId, type SessionId, type UserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { BAD_CREDENTIAL } from "./access-token.ts";
import { allRecords, removeRecord } from "./change-record.ts";
import type { Entropy } from "./entropy.ts";
import {
  formatRefreshToken,
  parseRefreshToken,
  REFRESH_FAMILY_BYTES,
  REFRESH_SECRET_BYTES,
  sameHash,
  secretHash,
  successorSecret,
  type RefreshToken,
} from "./refresh-token.ts";
import { storedFields } from "./stored-fields.ts";
import type { Forget } from "./verified-cache.ts";

const DAY_MS = 86_400_000;
const LIFE_MS = 30 * DAY_MS;
const GRACE_MS = 30_000;
/** A user who signs in more often than this loses the oldest session. */
const SESSIONS_PER_USER = 100;
const TRIES = 16;

/** Where a session is used from; shown to its user. */
export interface SessionOrigin {
  /** What the client calls itself (User-Agent). */
  readonly device: string;
  readonly address: string;
}

/** A refresh token just handed out; the end is milliseconds since 1970. */
export interface IssuedRefresh {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly refreshToken: string;
  readonly expiresAtMs: number;
}

export interface Sessions {
  start(userId: UserId, origin: SessionOrigin): Promise<IssuedRefresh>;
  /** Fails `unauthenticated`; ends the session when the token was replaced before (see above). */
  refresh(refreshToken: string, origin: SessionOrigin): Promise<IssuedRefresh>;
  /**
   * Ends the session of any of its tokens; a session that is over, or a text that is no token, is no error.
   * @returns the session that ended.
   */
  end(refreshToken: string): Promise<SessionId | undefined>;
  /** Whether the session still stands. */
  isAlive(userId: UserId, sessionId: SessionId): Promise<boolean>;
}

export function createSessions(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
  forget: Forget;
}): Sessions {
  const { records, clock, entropy } = deps;

  function forget(sessionId: SessionId): void {
    deps.forget((principal) => principal.kind === "user" && principal.sessionId === sessionId);
  }

  /** Ends a session, here at once; another process remembers it for a few seconds. */
  async function remove(userId: UserId, sessionId: SessionId): Promise<void> {
    await removeRecord(records, addressOf({ userId, sessionId }));
    forget(sessionId);
  }

  async function tidy(userId: UserId): Promise<void> {
    const living: { key: string; seenMs: number }[] = [];
    for await (const row of allRecords(records, "session", userId)) {
      const session = parseSession(row.value);
      if (session.expiresAtMs > clock.nowMs()) {
        living.push({ key: row.key, seenMs: session.lastSeenAtMs });
      } else {
        await remove(userId, parseSessionId(row.key));
      }
    }
    living.sort((a, b) => b.seenMs - a.seenMs);
    for (const { key } of living.slice(SESSIONS_PER_USER - 1)) {
      await remove(userId, parseSessionId(key));
    }
  }

  function handOut(token: RefreshToken, expiresAtMs: number): IssuedRefresh {
    const { userId, sessionId } = token;
    return { userId, sessionId, refreshToken: formatRefreshToken(token), expiresAtMs };
  }

  return {
    async start(userId, origin) {
      await tidy(userId);
      const token: RefreshToken = {
        userId,
        sessionId: parseSessionId(entropy.uuid()),
        family: entropy.bytes(REFRESH_FAMILY_BYTES),
        secret: entropy.bytes(REFRESH_SECRET_BYTES),
      };
      const nowMs = clock.nowMs();
      const session: Session = {
        createdAtMs: nowMs,
        lastSeenAtMs: nowMs,
        expiresAtMs: nowMs + LIFE_MS,
        ...origin,
        familyHash: secretHash(token.family),
        currentHash: secretHash(token.secret),
        replaced: null,
      };
      if (!(await records.insert(addressOf(token), storeSession(session)))) {
        throw new Error("a new session id was taken");
      }
      return handOut(token, session.expiresAtMs);
    },

    async refresh(refreshToken, origin) {
      const token = parseRefreshToken(refreshToken);
      const tokenHash = secretHash(token.secret);
      const at = addressOf(token);
      for (let i = 0; i < TRIES; i++) {
        const found = await records.get(at);
        const session = found === undefined ? undefined : parseSession(found.value);
        const nowMs = clock.nowMs();
        if (found === undefined || session === undefined || session.expiresAtMs <= nowMs) break;
        if (!sameHash(secretHash(token.family), session.familyHash)) break;

        if (sameHash(tokenHash, session.currentHash)) {
          const salt = Buffer.from(entropy.bytes(16)).toString("base64url");
          const next = { ...token, secret: successorSecret(token.secret, salt) };
          const expiresAtMs = nowMs + LIFE_MS;
          const changed = await records.replace(
            at,
            found.version,
            storeSession({
              ...session,
              ...origin,
              lastSeenAtMs: nowMs,
              expiresAtMs,
              currentHash: secretHash(next.secret),
              replaced: { hash: tokenHash, salt, atMs: nowMs },
            }),
          );
          if (changed) return handOut(next, expiresAtMs);
          continue; // Another tab was faster: the next round finds its successor.
        }

        const { replaced } = session;
        if (
          replaced !== null &&
          sameHash(tokenHash, replaced.hash) &&
          nowMs - replaced.atMs <= GRACE_MS
        ) {
          const secret = successorSecret(token.secret, replaced.salt);
          return handOut({ ...token, secret }, session.expiresAtMs);
        }

        // A copy is in use. Lost races are read again: the winner may have ended it or replaced a token.
        if (!(await records.remove(at, found.version))) continue;
        forget(token.sessionId);
        break;
      }
      throw new FaultError({ kind: "unauthenticated", reason: BAD_CREDENTIAL });
    },

    async end(refreshToken) {
      let token: RefreshToken;
      try {
        token = parseRefreshToken(refreshToken);
      } catch (error) {
        if (error instanceof FaultError) return undefined;
        throw error;
      }
      const found = await records.get(addressOf(token));
      if (found === undefined) return undefined;
      const { familyHash } = parseSession(found.value);
      if (!sameHash(secretHash(token.family), familyHash)) return undefined;
      await remove(token.userId, token.sessionId);
      return token.sessionId;
    },

    async isAlive(userId, sessionId) {
      const found = await records.get(addressOf({ userId, sessionId }));
      return found !== undefined && parseSession(found.value).expiresAtMs > clock.nowMs();
    },
  };
}

interface Session extends SessionOrigin {
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  readonly familyHash: string;
  readonly currentHash: string;
  /** The token before the newest, and what makes the newest of it. */
  readonly replaced: { readonly hash: string; readonly salt: string; readonly atMs: number } | null;
}

function addressOf(of: { userId: UserId; sessionId: SessionId }): RecordAddress {
  return { table: "session", partition: of.userId, key: of.sessionId };
}

function storeSession(session: Session): JsonObject {
  return {
    created_at_ms: session.createdAtMs,
    last_seen_at_ms: session.lastSeenAtMs,
    expires_at_ms: session.expiresAtMs,
    device: session.device.slice(0, 256),
    address: session.address.slice(0, 64),
    family_hash: session.familyHash,
    current_hash: session.currentHash,
    replaced_hash: session.replaced?.hash ?? null,
    replaced_salt: session.replaced?.salt ?? null,
    replaced_at_ms: session.replaced?.atMs ?? null,
  };
}

function parseSession(value: JsonObject): Session {
  const fields = storedFields("session", value);
  const replacedHash = fields.textOrNull("replaced_hash");
  return {
    createdAtMs: fields.number("created_at_ms"),
    lastSeenAtMs: fields.number("last_seen_at_ms"),
    expiresAtMs: fields.number("expires_at_ms"),
    device: fields.text("device"),
    address: fields.text("address"),
    familyHash: fields.text("family_hash"),
    currentHash: fields.text("current_hash"),
    replaced:
      replacedHash === null
        ? null
        : {
            hash: replacedHash,
            salt: fields.text("replaced_salt"),
            atMs: fields.number("replaced_at_ms"),
          },
  };
}
