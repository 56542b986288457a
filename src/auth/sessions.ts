/**
 * Sessions: one a login, kept alive by refresh tokens.
 * Invariant: one record a session, changed by compare-and-set; it knows the hash of the newest token and of
 * the one it replaced. States of a token that carries the session's secret:
 *   newest                          → replaced by its successor; 30 days from now
 *   just replaced, 30 s at most     → the same successor again, nothing changes
 *   just replaced, its successor not given to anybody, as this process knows: the store's answer was lost → the same, and
 *                                     the 30 s begin when it is given
 *   anything older                  → it was copied: the session ends, whoever holds which token
 * A session that ended or outlived its 30 days has no record. One of an older generation of its user is over too,
 * whatever its record says: a changed password ends all sessions at one stroke.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";
import { parseSessionId, type SessionId, type UserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { BAD_CREDENTIAL } from "./access-token.ts";
import { allRecords, changeRecord, removeRecord } from "./change-record.ts";
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
import { DAY_MS } from "../domain/time-range.ts";

const LIFE_MS = 30 * DAY_MS;
const GRACE_MS = 30_000;
/** A user who signs in more often than this loses the oldest session. */
const SESSIONS_PER_USER = 100;
const TRIES = 16;
/** Successors remembered that were not given: those of an outage; a forgotten one costs its user a sign-in. */
const MAX_UNGIVEN = 10_000;

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
  /** Of the user, as they were when the session began. */
  readonly generation: number;
  readonly refreshToken: string;
  readonly expiresAtMs: number;
}

/** A session as its user sees it; times are milliseconds since 1970. */
export interface SessionView extends SessionOrigin {
  readonly id: SessionId;
  readonly createdAtMs: number;
  /** When its refresh token was used last: a session in use is at most 15 minutes older than it says. */
  readonly lastSeenAtMs: number;
  readonly generation: number;
}

export interface Sessions {
  /** @param of the user, and the generation of theirs that was proven. */
  start(
    of: { readonly userId: UserId; readonly generation: number },
    origin: SessionOrigin,
  ): Promise<IssuedRefresh>;
  /** Fails `unauthenticated`; ends the session when the token was replaced before (see above). */
  refresh(refreshToken: string, origin: SessionOrigin): Promise<IssuedRefresh>;
  /**
   * Ends the session of any of its tokens; a session that is over, or a text that is no token, is no error.
   * @returns the session that ended.
   */
  end(refreshToken: string): Promise<SessionId | undefined>;
  /**
   * The generation of the user that the session counts for, undefined when it is over. Whoever asks compares it with
   * the user's own: older sessions are over too.
   */
  generationOf(userId: UserId, sessionId: SessionId): Promise<number | undefined>;
  /** Of all generations, the last used first: at most 100. */
  list(userId: UserId): Promise<readonly SessionView[]>;
  /** @returns false when the user has no such session. */
  revoke(userId: UserId, sessionId: SessionId): Promise<boolean>;
  /** Ends all sessions of a user but `spared`. */
  revokeAll(userId: UserId, spared?: SessionId): Promise<void>;
  /** Carries a session over to the user's next generation, before that begins. */
  carryOver(userId: UserId, sessionId: SessionId, generation: number): Promise<void>;
}

export function createSessions(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
  forget: Forget;
  /** Told of a session that ended because an old token of it was used. */
  onReuse?: (
    of: { readonly userId: UserId; readonly sessionId: SessionId },
    by: SessionOrigin,
  ) => Promise<void>;
}): Sessions {
  const { records, clock, entropy } = deps;

  function forget(sessionId: SessionId): void {
    deps.forget((principal) => principal.kind === "user" && principal.sessionId === sessionId);
  }

  /** Ends a session, here at once; another process remembers it for a few seconds. */
  async function remove(userId: UserId, sessionId: SessionId): Promise<boolean> {
    const removed = await removeRecord(records, addressOf({ userId, sessionId }));
    forget(sessionId);
    return removed !== undefined;
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

  /** By salt, successors whose replacing was not answered; and since when they are given after all. */
  const ungiven = new Map<string, { givenMs: number | undefined }>();

  function noteUngiven(salt: string): void {
    const [oldest] = ungiven.keys();
    if (ungiven.size >= MAX_UNGIVEN && oldest !== undefined) ungiven.delete(oldest);
    ungiven.set(salt, { givenMs: undefined });
  }

  /** Whether the token that was replaced with this salt may be used once more. */
  function isWithinGrace({ salt, atMs }: NonNullable<Session["replaced"]>, nowMs: number): boolean {
    if (nowMs - atMs <= GRACE_MS) return true;
    const late = ungiven.get(salt);
    if (late === undefined) return false;
    late.givenMs ??= nowMs;
    return nowMs - late.givenMs <= GRACE_MS;
  }

  function handOut(
    token: RefreshToken,
    { expiresAtMs, generation }: Pick<Session, "expiresAtMs" | "generation">,
  ): IssuedRefresh {
    const { userId, sessionId } = token;
    const refreshToken = formatRefreshToken(token);
    return { userId, sessionId, generation, refreshToken, expiresAtMs };
  }

  return {
    async start({ userId, generation }, origin) {
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
        generation,
        currentHash: secretHash(token.secret),
        replaced: null,
      };
      if (!(await records.insert(addressOf(token), storeSession(session)))) {
        throw new Error("a new session id was taken");
      }
      return handOut(token, session);
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
          const value = storeSession({
            ...session,
            ...origin,
            lastSeenAtMs: nowMs,
            expiresAtMs,
            currentHash: secretHash(next.secret),
            replaced: { hash: tokenHash, salt, atMs: nowMs },
          });
          // Where the store does not answer it may be replaced all the same, now or later.
          const changed = await records
            .replace(at, found.version, value)
            .catch((error: unknown) => {
              noteUngiven(salt);
              throw error;
            });
          if (changed) return handOut(next, { ...session, expiresAtMs });
          continue; // Another tab was faster: the next round finds its successor.
        }

        const { replaced } = session;
        if (
          replaced !== null &&
          sameHash(tokenHash, replaced.hash) &&
          isWithinGrace(replaced, nowMs)
        ) {
          const secret = successorSecret(token.secret, replaced.salt);
          return handOut({ ...token, secret }, session);
        }

        // A copy is in use. Lost races are read again: the winner may have ended it or replaced a token.
        if (!(await records.remove(at, found.version))) continue;
        forget(token.sessionId);
        await deps.onReuse?.(token, origin);
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

    async generationOf(userId, sessionId) {
      const found = await records.get(addressOf({ userId, sessionId }));
      const session = found === undefined ? undefined : parseSession(found.value);
      return session === undefined || session.expiresAtMs <= clock.nowMs()
        ? undefined
        : session.generation;
    },

    async list(userId) {
      const views: SessionView[] = [];
      for await (const row of allRecords(records, "session", userId)) {
        const session = parseSession(row.value);
        if (session.expiresAtMs <= clock.nowMs()) continue;
        const { device, address, createdAtMs, lastSeenAtMs, generation } = session;
        const id = parseSessionId(row.key);
        views.push({ id, device, address, createdAtMs, lastSeenAtMs, generation });
      }
      return views.toSorted((a, b) => b.lastSeenAtMs - a.lastSeenAtMs);
    },

    revoke: remove,

    async revokeAll(userId, spared) {
      for await (const row of allRecords(records, "session", userId)) {
        const sessionId = parseSessionId(row.key);
        if (sessionId !== spared) await remove(userId, sessionId);
      }
    },

    async carryOver(userId, sessionId, generation) {
      await changeRecord(records, addressOf({ userId, sessionId }), (value) =>
        storeSession({ ...parseSession(value), generation }),
      );
    },
  };
}

interface Session extends SessionOrigin {
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  /** Of the user; see `Users`. */
  readonly generation: number;
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
    generation: session.generation,
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
    // Sessions of the first release have none.
    generation: fields.numberOrNull("generation") ?? 0,
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
