/**
 * The contract of the small rows: users, applications, members, keys, sessions, signing keys, invites, audit events.
 * `test/contract/record-store.ts` is the same contract as a suite.
 *
 * A record is a JSON object named by (table, partition, key) with a version. It changes only by compare-and-set,
 * one record at a time: there is no transaction over several, so whoever needs a unique name claims it first in a
 * record of its own and finishes or takes over a claim that was left behind.
 * Every call sees all changes that completed before it began.
 * Failures: `overloaded` (out of reach, disk full), after which the outcome may be unknown.
 */

export const RECORD_TABLES = [
  "instance",
  "signing_key",
  "user",
  "user_email",
  "session",
  "application",
  "application_name",
  "member",
  "membership",
  "api_key",
  "application_api_key",
  "revoked_api_key",
  "last_of",
  "invite",
  "reset_link",
  "export_ticket",
  "audit",
  "audit_month",
  "usage",
] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
export type JsonObject = { readonly [name: string]: JsonValue };

export interface RecordAddress {
  readonly table: RecordTable;
  readonly partition: string;
  readonly key: string;
}

export interface StoredRecord {
  readonly key: string;
  /** From 1, one more with every change. */
  readonly version: number;
  readonly value: JsonObject;
}

export interface RecordStore {
  get(at: RecordAddress): Promise<StoredRecord | undefined>;

  /** Records of one partition with key > `after`, ascending by key (code points), at most `limit`. */
  list(
    table: RecordTable,
    partition: string,
    page: { after?: string; limit: number },
  ): Promise<readonly StoredRecord[]>;

  /** @returns false when the record exists already: nothing changed. */
  insert(at: RecordAddress, value: JsonObject): Promise<boolean>;

  /** @returns false when the record is not there at `version`: nothing changed. */
  replace(at: RecordAddress, version: number, value: JsonObject): Promise<boolean>;

  /** @returns false when the record is not there at `version`: nothing changed. */
  remove(at: RecordAddress, version: number): Promise<boolean>;
}

/** What reading takes. */
export type RecordReads = Pick<RecordStore, "get" | "list">;
