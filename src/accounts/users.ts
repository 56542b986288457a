/**
 * People who may sign in.
 * Invariant: a user exists exactly when its `user` record does; its email was claimed before (claim.ts), so
 * no two users share one. Emails are compared in lower case. Password texts stay in this file and `auth`.
 */
import { storedFields } from "../auth/stored-fields.ts";
import { invalid } from "../domain/fault.ts";
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
}

export interface NewUser extends User {
  /** PHC text. */
  readonly passwordHash: string;
  readonly createdAtMs: number;
}

export interface Users {
  /** Claims the email, then writes the user; `conflict` when the email is taken. May be repeated. */
  create(user: NewUser): Promise<void>;
  get(id: UserId): Promise<User | undefined>;
  /** @returns the user and the PHC text of the password. */
  findByEmail(email: string): Promise<{ user: User; passwordHash: string } | undefined>;
}

export function createUsers(deps: { records: RecordStore }): Users {
  const { records } = deps;

  async function read(id: string): Promise<{ user: User; passwordHash: string } | undefined> {
    const found = await records.get(userAddress(id));
    if (found === undefined || isAbandoned(found.value)) return undefined;
    return parseUser(found.value);
  }

  return {
    async create(user) {
      const taken = "there is a user with this email already";
      await claimName(records, emailAddress(user.email), { id: user.id }, userAddress, taken);
      await finishClaim(records, userAddress(user.id), storeUser(user), taken);
    },

    async get(id) {
      return (await read(id))?.user;
    },

    async findByEmail(email) {
      const claim = await records.get(emailAddress(email));
      if (claim === undefined) return undefined;
      return read(storedFields("user_email", claim.value).text("id"));
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

/** @returns `raw` without spaces around it; fails `invalid` when it is longer or has control characters. */
export function parseLine(raw: string, field: string, maxLength: number): string {
  const line = raw.trim();
  if (line.length > maxLength) throw invalid(field, `longer than ${maxLength} characters`);
  if (/\p{Cc}/u.test(line)) throw invalid(field, "has control characters");
  return line;
}

function storeUser(user: NewUser): JsonObject {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    instance_admin: user.instanceAdmin,
    password_hash: user.passwordHash,
    created_at_ms: user.createdAtMs,
  };
}

function parseUser(value: JsonObject): { user: User; passwordHash: string } {
  const fields = storedFields("user", value);
  return {
    user: {
      id: parseUserId(fields.text("id")),
      email: fields.text("email"),
      name: fields.text("name"),
      instanceAdmin: fields.flag("instance_admin"),
    },
    passwordHash: fields.text("password_hash"),
  };
}
