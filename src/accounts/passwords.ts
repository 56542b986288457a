/**
 * Other passwords: changed by their owner, or set by a reset link.
 * Invariant: one change of the user's record sets the password and raises the generation, so that all sessions and
 * reset links of before are over at that moment, and of two links, or two tries with one link, one works.
 * The store keeps the hash of a link's code and never the code. A link ends after an hour, or with its generation.
 */
import { randomBase62 } from "../auth/base62.ts";
import { allRecords, removeRecord } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import type { PasswordHasher } from "../auth/password.ts";
import { secretHash } from "../auth/refresh-token.ts";
import type { SessionOrigin, Sessions } from "../auth/sessions.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Forget } from "../auth/verified-cache.ts";
import type { Clock } from "../domain/clock.ts";
import { FaultError, notFound, unmet } from "../domain/fault.ts";
import { parseUserId, type SessionId, type UserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import type { SignedIn, SignIn } from "./sign-in.ts";
import { noSuchUser, type StoredUser, type User, type Users } from "./users.ts";

const LINKS = "reset_links";
/** 143 bits. */
const CODE_DIGITS = 24;
const LIFE_MS = 60 * 60_000;

export interface Passwords {
  /** Fails `denied` for a wrong password, `invalid` for a new one that is none; the session goes on. */
  change(
    of: { userId: UserId; sessionId: SessionId; current: string; next: string },
    origin: SessionOrigin,
    signal?: AbortSignal,
  ): Promise<void>;
  /** @returns the code, which nobody can read again, and its end. Fails with `noSuchUser`, `conflict` for a disabled one. */
  createLink(userId: UserId): Promise<{ code: string; expiresAtMs: number }>;
  /** @returns whose password the code sets; fails with `noSuchLink`. */
  look(code: string): Promise<User>;
  /** Sets the password and signs in; fails with `noSuchLink`. */
  reset(
    of: { code: string; next: string },
    origin: SessionOrigin,
    signal?: AbortSignal,
  ): Promise<SignedIn>;
  /** Removes links that have ended. */
  tidy(): Promise<void>;
}

/** Codes are secrets: the words do not repeat them. */
export function noSuchLink(): FaultError {
  return notFound("reset link: it was used or has ended. Ask an admin for a new one", "");
}

interface Link {
  readonly userId: UserId;
  readonly generation: number;
  readonly expiresAtMs: number;
}

export function createPasswords(deps: {
  records: RecordStore;
  users: Users;
  hasher: PasswordHasher;
  sessions: Sessions;
  signIn: SignIn;
  clock: Clock;
  entropy: Entropy;
  forget: Forget;
}): Passwords {
  const { records, users, hasher, sessions, clock, entropy } = deps;

  /** @returns the user with the new password, undefined when their generation is another one by now. */
  async function set(stored: StoredUser, passwordHash: string): Promise<StoredUser | undefined> {
    const { id } = stored.user;
    const generation = stored.generation + 1;
    const now = await users.change(id, (found) =>
      found.generation === stored.generation && !found.user.disabled
        ? { ...found, passwordHash, generation }
        : undefined,
    );
    if (now.generation !== generation || now.passwordHash !== passwordHash) return undefined;
    deps.forget((principal) => principal.kind === "user" && principal.userId === id);
    return now;
  }

  async function find(code: string): Promise<StoredUser> {
    const found = await records.get(linkAddress(code.trim()));
    const link = found === undefined ? undefined : parseLink(found.value);
    if (link === undefined || link.expiresAtMs <= clock.nowMs()) throw noSuchLink();
    const stored = await users.find(link.userId);
    if (stored === undefined || stored.generation !== link.generation || stored.user.disabled) {
      throw noSuchLink();
    }
    return stored;
  }

  return {
    async change({ userId, sessionId, current, next }, origin, signal) {
      const user = await users.get(userId);
      if (user === undefined) throw noSuchUser(userId);
      // Before a try is counted.
      hasher.check(next, "new_password");
      const given = { email: user.email, password: current };
      const stored = await deps.signIn.prove(given, origin, wrongPassword, signal);
      const passwordHash = await hasher.hash(next, "new_password", signal);
      // Before the others end, so that the caller's never does.
      await sessions.carryOver(userId, sessionId, stored.generation + 1);
      if ((await set(stored, passwordHash)) === undefined) {
        await sessions.revoke(userId, sessionId);
        throw unmet("the password was changed by somebody else at the same time: sign in again");
      }
      await sessions.revokeAll(userId, sessionId);
    },

    async createLink(userId) {
      const stored = await users.find(userId);
      if (stored === undefined) throw noSuchUser(userId);
      if (stored.user.disabled) throw unmet("the user is disabled: enable them first");
      const code = randomBase62(entropy, CODE_DIGITS);
      const expiresAtMs = clock.nowMs() + LIFE_MS;
      const { generation } = stored;
      await records.insert(linkAddress(code), storeLink({ userId, generation, expiresAtMs }));
      return { code, expiresAtMs };
    },

    async look(code) {
      return (await find(code)).user;
    },

    async reset({ code, next }, origin, signal) {
      const stored = await find(code);
      const passwordHash = await hasher.hash(next, "new_password", signal);
      const now = await set(stored, passwordHash);
      if (now === undefined) throw noSuchLink();
      await removeRecord(records, linkAddress(code.trim()));
      await sessions.revokeAll(now.user.id);
      return deps.signIn.start(now, origin);
    },

    async tidy() {
      for await (const row of allRecords(records, "reset_link", LINKS)) {
        if (parseLink(row.value).expiresAtMs > clock.nowMs()) continue;
        await records.remove({ table: "reset_link", partition: LINKS, key: row.key }, row.version);
      }
    },
  };
}

function wrongPassword(): FaultError {
  return new FaultError({ kind: "denied", reason: "the current password is wrong" });
}

function linkAddress(code: string): RecordAddress {
  return { table: "reset_link", partition: LINKS, key: secretHash(code) };
}

function storeLink(link: Link): JsonObject {
  return {
    user_id: link.userId,
    generation: link.generation,
    expires_at_ms: link.expiresAtMs,
  };
}

function parseLink(value: JsonObject): Link {
  const fields = storedFields("reset_link", value);
  return {
    userId: parseUserId(fields.text("user_id")),
    generation: fields.number("generation"),
    expiresAtMs: fields.number("expires_at_ms"),
  };
}
