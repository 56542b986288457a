/**
 * From a request's headers to a principal.
 * Invariant: a principal comes from a credential verified at most 10 s ago. Requests that bring the same
 * credential while it is being verified share that one verification. No credential is `nobody`; a wrong one
 * fails `unauthenticated`, in the same words whatever is wrong with it.
 */
import type { Clock } from "../domain/clock.ts";
import { isFault, unauthenticated } from "../domain/fault.ts";
import type { ApiKeyId, AppId, SessionId, UserId } from "../domain/ids.ts";
import type { Logger } from "../domain/logger.ts";
import type { Principal, Role } from "../domain/principal.ts";
import { BAD_CREDENTIAL, type AccessTokens } from "./access-token.ts";
import type { ApiKeys } from "./api-keys.ts";
import { findCredential, type Credential, type Credentials } from "./credential.ts";
import { createEveryMinute } from "./every-minute.ts";
import type { Sessions } from "./sessions.ts";
import { VerifiedCache } from "./verified-cache.ts";

/** What `accounts` knows of a user and of applications. */
export interface Standing {
  /** @returns undefined for a user who is not there or may not sign in. */
  userStanding(userId: UserId): Promise<
    | {
        instanceAdmin: boolean;
        roles: ReadonlyMap<AppId, Role>;
        /** Sessions of an older one are over. */
        generation: number;
      }
    | undefined
  >;
  applicationExists(appId: AppId): Promise<boolean>;
}

export interface Authenticator extends AsyncDisposable {
  /**
   * The principal when it is known already, with no promise made; undefined means: ask `authenticate`.
   * Fails `unauthenticated` for a credential refused a moment ago.
   */
  known(credentials: Credentials): Principal | undefined;
  /** Fails `unauthenticated`, or `overloaded` when the store is out of reach. */
  authenticate(credentials: Credentials): Promise<Principal>;
  /** The user of a session, as a token of it gives; asks the store. Fails `unauthenticated` when it is over. */
  ofSession(userId: UserId, sessionId: SessionId): Promise<UserPrincipal>;
  /** Of each request by a secret that was replaced: who sent it is written down, at most once a minute a sender. */
  noteLagging(keyId: ApiKeyId, credentials: Credentials): void;
  /** Of what was sent and refused: the reason is written down, at most once a minute each. */
  noteRefusal(keyId: ApiKeyId, credentials: Credentials, reason: string): void;
  /** Waits for the notes of last uses that are under way. */
  [Symbol.asyncDispose](): Promise<void>;
}

type UserPrincipal = Extract<Principal, { kind: "user" }>;

const NOBODY: Principal = { kind: "nobody" };

export function createAuthenticator(deps: {
  tokens: AccessTokens;
  sessions: Sessions;
  apiKeys: ApiKeys;
  standing: Standing;
  verified: VerifiedCache;
  clock: Clock;
  logger: Logger;
}): Authenticator {
  const { tokens, sessions, apiKeys, standing, verified, clock, logger } = deps;
  const underWay = new Map<string, Promise<Principal>>();
  const notes = new Set<Promise<void>>();
  const lagging = createEveryMinute(clock);
  const refusals = createEveryMinute(clock);

  function known(credentials: Credentials): Principal | undefined {
    const name = nameOf(credentials);
    if (name === undefined) return NOBODY;
    const found = verified.get(name);
    if (found === "refused") throw unauthenticated(BAD_CREDENTIAL);
    return found;
  }

  async function verify(name: string, credentials: Credentials): Promise<Principal> {
    const readAtMs = clock.monotonicMs();
    const { changes } = verified;
    try {
      const { principal, endsAtMs } = await principalOf(findCredential(credentials), credentials);
      const lifeMs = endsAtMs - clock.nowMs();
      if (changes === verified.changes) verified.putGood(name, principal, readAtMs, lifeMs);
      return principal;
    } catch (error) {
      if (isFault(error, "unauthenticated")) verified.putBad(name);
      throw error;
    }
  }

  async function ofSession(userId: UserId, sessionId: SessionId): Promise<UserPrincipal> {
    const [generation, user] = await Promise.all([
      sessions.generationOf(userId, sessionId),
      standing.userStanding(userId),
    ]);
    if (generation === undefined || user === undefined || generation < user.generation) {
      throw unauthenticated(BAD_CREDENTIAL);
    }
    const { instanceAdmin, roles } = user;
    return { kind: "user", userId, sessionId, instanceAdmin, roles };
  }

  async function principalOf(
    credential: Credential,
    credentials: Credentials,
  ): Promise<{ principal: Principal; endsAtMs: number }> {
    switch (credential.kind) {
      case "none":
        return { principal: NOBODY, endsAtMs: Number.POSITIVE_INFINITY };
      case "bad":
        throw unauthenticated(BAD_CREDENTIAL);
      case "accessToken": {
        const { userId, sessionId, expiresAtMs } = await tokens.verify(credential.token);
        return { principal: await ofSession(userId, sessionId), endsAtMs: expiresAtMs };
      }
      case "apiKey": {
        const found = await apiKeys.verify(credential.secret);
        if (found !== undefined && "refused" in found) {
          noteRefusal(found.keyId, credentials, found.refused);
          throw unauthenticated(BAD_CREDENTIAL);
        }
        if (found === undefined || !(await standing.applicationExists(found.key.appId))) {
          throw unauthenticated(BAD_CREDENTIAL);
        }
        const { key, endsAtMs, isReplaced } = found;
        beside(key.id, apiKeys.touch(key, usedBy(credentials)));
        if (isReplaced) noteLagging(key.id, credentials);
        return {
          principal: {
            kind: "key",
            keyId: key.id,
            appId: key.appId,
            scopes: new Set(key.scopes),
            ...(isReplaced ? { isLagging: true } : {}),
          },
          endsAtMs,
        };
      }
      default:
        return credential satisfies never;
    }
  }

  /** Beside the request, not before its answer: whoever sends logs does not wait for a note about it. */
  function beside(keyId: ApiKeyId, note: Promise<void>): void {
    const noted: Promise<void> = note
      .catch((error: unknown) => {
        logger.warn("a use of an API key was not noted", {
          api_key_id: keyId,
          reason: error instanceof Error ? error.message : String(error),
        });
      })
      .finally(() => notes.delete(noted));
    notes.add(noted);
  }

  function noteLagging(keyId: ApiKeyId, credentials: Credentials): void {
    const by = usedBy(credentials);
    if (lagging.isDue(`${keyId} ${by}`)) beside(keyId, apiKeys.noteLagging(keyId, by));
  }

  function noteRefusal(keyId: ApiKeyId, credentials: Credentials, reason: string): void {
    if (refusals.isDue(`${keyId} ${reason}`))
      beside(keyId, apiKeys.noteRefusal(keyId, usedBy(credentials), reason));
  }

  return {
    known,
    ofSession,
    noteLagging,
    noteRefusal,

    async authenticate(credentials) {
      const cached = known(credentials);
      if (cached !== undefined) return cached;
      const name = nameOf(credentials) ?? "";
      // What was read before a change is not shared with who comes after it.
      const turn = `${verified.changes} ${name}`;
      const shared = underWay.get(turn);
      if (shared !== undefined) return shared;
      const verification: Promise<Principal> = verify(name, credentials).finally(() =>
        underWay.delete(turn),
      );
      underWay.set(turn, verification);
      return verification;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(notes);
    },
  };
}

/** Address and program. */
function usedBy({ address, userAgent }: Credentials): string {
  return [address, userAgent].filter((part) => part !== undefined && part !== "").join(" ");
}

/** @returns undefined when the request brings no credential. */
function nameOf({ authorization, apiKey }: Credentials): string | undefined {
  if (authorization !== undefined && authorization !== "") {
    return VerifiedCache.nameOf(authorization);
  }
  if (apiKey !== undefined && apiKey !== "") return VerifiedCache.nameOf(`key ${apiKey}`);
  return undefined;
}
