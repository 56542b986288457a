/**
 * Exchanges passwords and refresh tokens for tokens.
 * Invariant: a wrong password, an unknown email, a disabled user and a text that is no email take the same work and
 * read the same. A session counts for the generation of the user that was proven, never for a later one.
 */
import { BAD_CREDENTIAL, type AccessTokens } from "../auth/access-token.ts";
import type { LoginLimits } from "../auth/login-limits.ts";
import type { PasswordHasher } from "../auth/password.ts";
import { parseRefreshToken } from "../auth/refresh-token.ts";
import type { IssuedRefresh, SessionOrigin, Sessions, SessionView } from "../auth/sessions.ts";
import { unauthenticated, type FaultError } from "../domain/fault.ts";
import type { SessionId, UserId } from "../domain/ids.ts";
import type { StoredUser, User, Users } from "./users.ts";

/** Tokens for a user; ends are milliseconds since 1970. */
export interface SignedIn {
  readonly user: User;
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAtMs: number;
}

interface EmailAndPassword {
  readonly email: string;
  readonly password: string;
}

export interface SignIn {
  /** Fails `unauthenticated`, or `overQuota` after too many attempts. */
  login(given: EmailAndPassword, origin: SessionOrigin, signal?: AbortSignal): Promise<SignedIn>;
  /**
   * The check of `login` alone.
   * @param wrong what is said of a wrong password; that of `login` unless the caller knows the user already.
   */
  prove(
    given: EmailAndPassword,
    origin: SessionOrigin,
    wrong?: () => FaultError,
    signal?: AbortSignal,
  ): Promise<StoredUser>;
  /** Signs in a user who proved themselves. */
  start(proven: Pick<StoredUser, "user" | "generation">, origin: SessionOrigin): Promise<SignedIn>;
  refresh(refreshToken: string, origin: SessionOrigin): Promise<SignedIn>;
  /** @returns the session that ended, if one did. */
  logout(refreshToken: string): Promise<SessionId | undefined>;
  /** Those of the user that count, the last used first. */
  sessionsOf(userId: UserId): Promise<readonly SessionView[]>;
  /** Ends a session; @returns false when the user has no such one. */
  revoke(userId: UserId, sessionId: SessionId): Promise<boolean>;
}

export function createSignIn(deps: {
  users: Users;
  passwords: PasswordHasher;
  sessions: Sessions;
  tokens: AccessTokens;
  limits: LoginLimits;
}): SignIn {
  const { users, passwords, sessions, tokens, limits } = deps;

  async function signedIn(user: User, issued: IssuedRefresh): Promise<SignedIn> {
    const access = await tokens.issue({ userId: user.id, sessionId: issued.sessionId });
    return {
      user,
      accessToken: access.token,
      accessTokenExpiresAtMs: access.expiresAtMs,
      refreshToken: issued.refreshToken,
      refreshTokenExpiresAtMs: issued.expiresAtMs,
    };
  }

  const prove: SignIn["prove"] = async ({ email, password }, origin, wrong, signal) => {
    const canonical = email.trim().normalize("NFKC").toLowerCase().slice(0, 254);
    limits.take(origin.address, canonical);
    const found = await users.findByEmail(canonical);
    const isRight = await passwords.verify(found?.passwordHash, password, signal);
    if (found === undefined || !isRight || found.user.disabled) {
      throw wrong?.() ?? unauthenticated("the email or the password is wrong");
    }
    return found;
  };

  const start: SignIn["start"] = async ({ user, generation }, origin) =>
    signedIn(user, await sessions.start({ userId: user.id, generation }, origin));

  return {
    async login(given, origin, signal) {
      return start(await prove(given, origin, undefined, signal), origin);
    },

    prove,
    start,

    async refresh(refreshToken, origin) {
      // Before the token is replaced: what fails behind that keeps its successor from the caller.
      const found = await users.find(parseRefreshToken(refreshToken).userId);
      const issued = await sessions.refresh(refreshToken, origin);
      if (found === undefined || found.user.disabled || issued.generation < found.generation) {
        throw unauthenticated(BAD_CREDENTIAL);
      }
      return signedIn(found.user, issued);
    },

    logout: (refreshToken) => sessions.end(refreshToken),

    async sessionsOf(userId) {
      const [found, all] = await Promise.all([users.find(userId), sessions.list(userId)]);
      return all.filter(({ generation }) => found !== undefined && generation >= found.generation);
    },

    revoke: (userId, sessionId) => sessions.revoke(userId, sessionId),
  };
}
