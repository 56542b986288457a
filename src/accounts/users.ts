/**
 * People who may sign in.
 * Invariant: a user exists exactly when its `user` record does; its email was claimed before (claim.ts), so
 * no two users share one. Emails are compared in lower case. Password texts stay in this file and `auth`.
 * A user's generation grows with every change after which nobody who signed in before may go on (another password,
 * disabling): sessions and reset links of an older generation are over, at that very change.
 */
import { changeRecord } from "../auth/change-record.ts";
import { storedFields } from "../auth/stored-fields.ts";
import { invalid, notFound, type FaultError } from "../domain/fault.ts";
import { parseUserId, type UserId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { claimName, finishClaim, isAbandoned } from "./claim.ts";

const EMAILS = "emails";

export interface User {
  readonly id: UserId;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly instanceAdmin: boolean;
  /** May not sign in, and no session of theirs counts. */
  readonly disabled: boolean;
  readonly createdAtMs: number;
}

/** A user with what signing in is checked against. */
export interface StoredUser {
  readonly user: User;
  /** PHC text. */
  readonly passwordHash: string;
  readonly generation: number;
}

export type NewUser = Omit<User, "disabled"> & { readonly passwordHash: string };

export interface Users {
  /** Claims the email, then writes the user; `conflict` when the email is taken. May be repeated. */
  create(user: NewUser): Promise<User>;
  /** Also one who is disabled. */
  get(id: UserId): Promise<User | undefined>;
  find(id: UserId): Promise<StoredUser | undefined>;
  findByEmail(email: string): Promise<StoredUser | undefined>;
  /** By email, after the email `after`. */
  list(page: { after?: string; limit: number }): Promise<UserPage>;
  /**
   * @param next pure; gives the changed user, or undefined to leave it as it is.
   * @returns the user as it is now; fails with `noSuchUser`.
   */
  change(id: UserId, next: (stored: StoredUser) => StoredUser | undefined): Promise<StoredUser>;
}

export interface UserPage {
  readonly users: readonly User[];
  /** The email to go on after; absent at the end. */
  readonly next?: string;
}

export function noSuchUser(id: UserId): FaultError {
  return notFound("user", id);
}

export function createUsers(deps: { records: RecordStore }): Users {
  const { records } = deps;

  async function find(id: string): Promise<StoredUser | undefined> {
    const found = await records.get(userAddress(id));
    if (found === undefined || isAbandoned(found.value)) return undefined;
    return parseUser(found.value);
  }

  return {
    async create({ passwordHash, ...of }) {
      const user = { ...of, disabled: false };
      const taken = "there is a user with this email already";
      await claimName(records, emailAddress(user.email), { id: user.id }, userAddress, taken);
      const value = storeUser({ user, passwordHash, generation: 0 });
      await finishClaim(records, userAddress(user.id), value, taken);
      return user;
    },

    async get(id) {
      return (await find(id))?.user;
    },

    find,

    async findByEmail(email) {
      const claim = await records.get(emailAddress(email));
      if (claim === undefined) return undefined;
      return find(storedFields("user_email", claim.value).text("id"));
    },

    async list({ after, limit }) {
      const users: User[] = [];
      let from = after;
      for (;;) {
        const rows = await records.list("user_email", EMAILS, {
          limit: limit + 1 - users.length,
          ...(from === undefined ? {} : { after: from }),
        });
        const found = await Promise.all(
          rows.map(({ value }) => find(storedFields("user_email", value).text("id"))),
        );
        for (const one of found) if (one !== undefined) users.push(one.user);
        const next = users[limit - 1]?.email;
        if (users.length > limit && next !== undefined) {
          return { users: users.slice(0, limit), next };
        }
        if (rows.length === 0) return { users };
        from = rows.at(-1)?.key;
      }
    },

    async change(id, next) {
      const value = await changeRecord(records, userAddress(id), (old) => {
        if (isAbandoned(old)) return undefined;
        const changed = next(parseUser(old));
        return changed === undefined ? undefined : storeUser(changed);
      });
      if (value === undefined || isAbandoned(value)) throw noSuchUser(id);
      return parseUser(value);
    },
  };
}

/** Where the record of a user is. */
export function userAddress(id: string): RecordAddress {
  return { table: "user", partition: id, key: id };
}

function emailAddress(email: string): RecordAddress {
  return { table: "user_email", partition: EMAILS, key: email };
}

/** @returns the email in lower case; fails `invalid`. Whether it exists only a mail could tell. */
export function parseEmail(raw: string): string {
  const email = raw.trim().normalize("NFKC").toLowerCase();
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+$/u.test(email) || /\p{Cc}/u.test(email)) {
    throw invalid("email", "not an email address");
  }
  return email;
}

/** @returns what people call the user: what stands before the @ when nothing is given. */
export function parseUserName(raw: string, email: string): string {
  const name = parseLine(raw, "name", 100);
  return name === "" ? email.slice(0, email.indexOf("@")) : name;
}

/**
 * What nobody sees, and what turns text around: by it two names look alike, or one like none. Joiners are letters' own where
 * they stand between letters that join, and in emoji.
 */
const UNSEEN =
  /(?![\u200c\u200d])[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|(?<![^\u0000-\u007f])[\u200c\u200d]|[\u200c\u200d](?![^\u0000-\u007f])/u;

/** @returns `raw` without spaces around it; fails `invalid` when it is longer or has characters that are not seen. */
export function parseLine(raw: string, field: string, maxLength: number): string {
  const line = raw.trim();
  if (line.length > maxLength) throw invalid(field, `longer than ${maxLength} characters`);
  if (/\p{Cc}/u.test(line)) throw invalid(field, "has control characters");
  if (UNSEEN.test(line))
    throw invalid(field, "has characters that are not seen, or turn text around");
  return line;
}

function storeUser({ user, passwordHash, generation }: StoredUser): JsonObject {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    instance_admin: user.instanceAdmin,
    disabled: user.disabled,
    password_hash: passwordHash,
    generation,
    created_at_ms: user.createdAtMs,
  };
}

function parseUser(value: JsonObject): StoredUser {
  const fields = storedFields("user", value);
  return {
    user: {
      id: parseUserId(fields.text("id")),
      email: fields.text("email"),
      name: fields.text("name"),
      instanceAdmin: fields.flag("instance_admin"),
      // Users of the first release have neither this nor a generation.
      disabled: value["disabled"] !== undefined && fields.flag("disabled"),
      createdAtMs: fields.number("created_at_ms"),
    },
    passwordHash: fields.text("password_hash"),
    generation: fields.numberOrNull("generation") ?? 0,
  };
}
