/**
 * Access tokens: EdDSA JWTs that name a user and a session for 15 minutes.
 * Invariant: a token says who, never what they may do; roles and the session's end are read from the store,
 * so that they change within the ten seconds of the cache and not with the token's end.
 */
import { errors, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";
import { parseSessionId, parseUserId, type SessionId, type UserId } from "../domain/ids.ts";
import { SIGNING_ALGORITHM, type SigningKeys } from "./signing-keys.ts";

const LIFE_S = 15 * 60;
const ISSUER = "argus";
/** Clocks of processes may differ by this much. */
const TOLERANCE_S = 5;

/** What every caller with a credential that does not hold is told. */
export const BAD_CREDENTIAL = "the token or key is wrong, has expired or was revoked";

export interface AccessTokens {
  /** @returns the token and its end, milliseconds since 1970, a whole second. */
  issue(who: {
    userId: UserId;
    sessionId: SessionId;
  }): Promise<{ token: string; expiresAtMs: number }>;
  /** Fails `unauthenticated` when it is not one of ours or has ended. */
  verify(token: string): Promise<{ userId: UserId; sessionId: SessionId; expiresAtMs: number }>;
}

export function createAccessTokens(deps: { keys: SigningKeys; clock: Clock }): AccessTokens {
  const { keys, clock } = deps;
  return {
    async issue({ userId, sessionId }) {
      const { kid, privateKey } = await keys.current();
      const nowS = Math.floor(clock.nowMs() / 1000);
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: "JWT" })
        .setIssuer(ISSUER)
        .setSubject(userId)
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + LIFE_S)
        .sign(privateKey);
      return { token, expiresAtMs: (nowS + LIFE_S) * 1000 };
    },

    async verify(token) {
      const fail = (cause?: unknown): never => {
        throw new FaultError({ kind: "unauthenticated", reason: BAD_CREDENTIAL }, { cause });
      };
      const payload = await jwtVerify(
        token,
        async ({ kid }) => (kid === undefined ? undefined : await keys.verifier(kid)) ?? fail(),
        {
          algorithms: [SIGNING_ALGORITHM],
          issuer: ISSUER,
          requiredClaims: ["sub", "sid", "exp"],
          clockTolerance: TOLERANCE_S,
          currentDate: new Date(clock.nowMs()),
        },
      ).then(
        (verified) => verified.payload,
        (error: unknown) => {
          if (error instanceof errors.JOSEError) return fail(error);
          throw error;
        },
      );
      const { sub, exp, sid } = payload;
      if (sub === undefined || exp === undefined || typeof sid !== "string") return fail();
      try {
        return {
          userId: parseUserId(sub),
          sessionId: parseSessionId(sid),
          expiresAtMs: (exp + TOLERANCE_S) * 1000,
        };
      } catch (error) {
        return fail(error);
      }
    },
  };
}
