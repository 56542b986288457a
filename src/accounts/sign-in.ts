/**
 * Exchanges passwords and refresh tokens for tokens.
 * Invariant: a wrong password, an unknown email and a text that is no email take the same work and read the
 * same.
 */
import { BAD_CREDENTIAL, type AccessTokens } from "../auth/access-token.ts";
import type { LoginLimits } from "../auth/login-limits.ts";
import type { PasswordHasher } from "../auth/password.ts";
import type { IssuedRefresh, SessionOrigin, Sessions } from "../auth/sessions.ts";
import { unauthenticated } from "../domain/fault.ts";
import type { SessionId } from "../domain/ids.ts";
import type { User, Users } from "./users.ts";

/** Tokens for a user; ends are milliseconds since 1970. */
export interface SignedIn {
  readonly user: User;
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAtMs: number;
}

export interface SignIn {
  /** Fails `unauthenticated`, or `overQuota` after too many attempts. */
  login(
    given: { email: string; password: string },
    origin: SessionOrigin,
    signal?: AbortSignal,
  ): Promise<SignedIn>;
  /** Signs in a user who proved themselves in another way. */
  start(user: User, origin: SessionOrigin): Promise<SignedIn>;
  refresh(refreshToken: string, origin: SessionOrigin): Promise<SignedIn>;
  /** @returns the session that ended, if one did. */
  logout(refreshToken: string): Promise<SessionId | undefined>;
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

  async function start(user: User, origin: SessionOrigin): Promise<SignedIn> {
    return signedIn(user, await sessions.start(user.id, origin));
  }

  return {
    async login({ email, password }, origin, signal) {
      const canonical = email.trim().normalize("NFKC").toLowerCase().slice(0, 254);
      limits.take(origin.address, canonical);
      const found = await users.findByEmail(canonical);
      const isRight = await passwords.verify(found?.passwordHash, password, signal);
      if (found === undefined || !isRight) {
        throw unauthenticated("the email or the password is wrong");
      }
      return start(found.user, origin);
    },

    start,

    async refresh(refreshToken, origin) {
      const issued = await sessions.refresh(refreshToken, origin);
      const user = await users.get(issued.userId);
      if (user === undefined) throw unauthenticated(BAD_CREDENTIAL);
      return signedIn(user, issued);
    },

    logout: (refreshToken) => sessions.end(refreshToken),
  };
}
