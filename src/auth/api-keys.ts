/**
 * API keys: made once, shown once, checked on every request of a program.
 * Invariant: the store keeps the SHA-256 of the whole secret and never the secret. A key exists exactly when
 * its `api_key` record does; its line in the application's index is written before it and removed after it,
 * so a key that works is always listed, and a line without a record is a making or a revocation that was cut
 * short and means nothing.
 * The record is named by the secret's public part, and that part is a hash of the key's id: either leads to
 * the record without a second index.
 */
import { hash } from "node:crypto";
import type { Clock } from "../domain/clock.ts";
import { overloaded } from "../domain/fault.ts";
import { parseApiKeyId, parseAppId, type ApiKeyId, type AppId } from "../domain/ids.ts";
import { SCOPES, type Scope } from "../domain/principal.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { base62Digits, randomBase62 } from "./base62.ts";
import { allRecords, changeRecord, removeRecord } from "./change-record.ts";
import type { Entropy } from "./entropy.ts";
import { newestFirst } from "./newest-first.ts";
import { sameHash, secretHash } from "./refresh-token.ts";
import { storedFields } from "./stored-fields.ts";
import type { Forget } from "./verified-cache.ts";

const SECRET = /^argus_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}$/;
const PUBLIC_DIGITS = 12;
const SECRET_DIGITS = 43;
const TOUCH_EVERY_MS = 60_000;

export interface ApiKey {
  readonly id: ApiKeyId;
  readonly appId: AppId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The beginning of the secret, `argus_` and the public part. */
  readonly prefix: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  /** Address and program; empty if never used. */
  readonly lastUsedBy: string;
}

export interface ApiKeys {
  /** @returns the key and its secret, which nobody can read again. */
  create(of: {
    appId: AppId;
    name: string;
    scopes: readonly Scope[];
    expiresAtMs: number | null;
  }): Promise<{ key: ApiKey; secret: string }>;
  get(id: ApiKeyId): Promise<ApiKey | undefined>;
  /** Newest first. `after` is the id that ended the page before. */
  list(
    appId: AppId,
    page: { after?: ApiKeyId; limit: number },
  ): Promise<{ keys: readonly ApiKey[]; next?: ApiKeyId }>;
  /** @returns false when there was no such key. */
  revoke(key: { id: ApiKeyId; appId: AppId }): Promise<boolean>;
  /** Ends all keys of an application; may be repeated. */
  revokeAll(appId: AppId): Promise<void>;
  /** @returns the key of that secret while it stands, undefined otherwise. Notes no use. */
  verify(secret: string): Promise<ApiKey | undefined>;
  /** Writes down a use, at most once a minute a key. */
  touch(key: ApiKey, usedBy: string): Promise<void>;
}

export function createApiKeys(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
  forget: Forget;
}): ApiKeys {
  const { records, clock, entropy } = deps;

  async function read(id: ApiKeyId): Promise<ApiKey | undefined> {
    const found = await records.get(keyAddress(publicPart(id)));
    if (found === undefined) return undefined;
    const { key } = parseKey(found.value);
    return key.id === id ? key : undefined;
  }

  async function revoke({ id, appId }: { id: ApiKeyId; appId: AppId }): Promise<boolean> {
    const removed = await removeRecord(records, keyAddress(publicPart(id)));
    deps.forget((principal) => principal.kind === "key" && principal.keyId === id);
    await removeRecord(records, indexAddress(appId, id));
    return removed !== undefined;
  }

  return {
    async create({ appId, name, scopes, expiresAtMs }) {
      const id = parseApiKeyId(entropy.uuid());
      const prefix = `argus_${publicPart(id)}`;
      const secret = `${prefix}_${randomBase62(entropy, SECRET_DIGITS)}`;
      const key: ApiKey = {
        id,
        appId,
        name,
        scopes: SCOPES.filter((scope) => scopes.includes(scope)),
        prefix,
        createdAtMs: clock.nowMs(),
        expiresAtMs,
        lastUsedAtMs: null,
        lastUsedBy: "",
      };
      await records.insert(indexAddress(appId, id), { api_key_id: id });
      const made = await records.insert(
        keyAddress(publicPart(id)),
        storeKey(key, secretHash(secret)),
      );
      // 71 bits of hash met twice: the caller tries again with another id.
      if (!made) throw overloaded("the key could not be made, try again");
      return { key, secret };
    },

    get: read,

    async list(appId, { after, limit }) {
      const keys: ApiKey[] = [];
      let from = after;
      for (;;) {
        const rows = await records.list("application_api_key", appId, {
          limit: limit + 1 - keys.length,
          ...(from === undefined ? {} : { after: newestFirst(from) }),
        });
        for (const row of rows) {
          from = parseApiKeyId(storedFields("application_api_key", row.value).text("api_key_id"));
          const key = await read(from);
          if (key !== undefined) keys.push(key);
        }
        if (keys.length > limit) {
          const page = keys.slice(0, limit);
          const last = page.at(-1);
          return { keys: page, ...(last === undefined ? {} : { next: last.id }) };
        }
        if (rows.length === 0) return { keys };
      }
    },

    revoke,

    async revokeAll(appId) {
      for await (const row of allRecords(records, "application_api_key", appId)) {
        const id = storedFields("application_api_key", row.value).text("api_key_id");
        await revoke({ id: parseApiKeyId(id), appId });
      }
    },

    async verify(secret) {
      const part = SECRET.exec(secret)?.[1];
      const found = part === undefined ? undefined : await records.get(keyAddress(part));
      const kept = found === undefined ? undefined : parseKey(found.value);
      const same = sameHash(secretHash(secret), kept?.hash ?? NO_HASH);
      if (kept === undefined || !same) return undefined;
      const { expiresAtMs } = kept.key;
      return expiresAtMs !== null && expiresAtMs <= clock.nowMs() ? undefined : kept.key;
    },

    async touch(key, usedBy) {
      const nowMs = clock.nowMs();
      const isFresh = (atMs: number | null): boolean =>
        atMs !== null && nowMs - atMs < TOUCH_EVERY_MS;
      if (isFresh(key.lastUsedAtMs)) return;
      await changeRecord(records, keyAddress(publicPart(key.id)), (value) => {
        if (isFresh(parseKey(value).key.lastUsedAtMs)) return undefined;
        return { ...value, last_used_at_ms: nowMs, last_used_by: usedBy.slice(0, 256) };
      });
    },
  };
}

/** Compared when there is no such key, so that both cases do the same. */
const NO_HASH = secretHash("");

function publicPart(id: ApiKeyId): string {
  return base62Digits(hash("sha256", `argus api key ${id}`, "buffer"), PUBLIC_DIGITS);
}

function keyAddress(part: string): RecordAddress {
  return { table: "api_key", partition: part, key: part };
}

function indexAddress(appId: AppId, id: ApiKeyId): RecordAddress {
  return { table: "application_api_key", partition: appId, key: newestFirst(id) };
}

function storeKey(key: ApiKey, keyHash: string): JsonObject {
  return {
    id: key.id,
    application_id: key.appId,
    name: key.name,
    scopes: key.scopes,
    prefix: key.prefix,
    hash: keyHash,
    created_at_ms: key.createdAtMs,
    expires_at_ms: key.expiresAtMs,
    last_used_at_ms: key.lastUsedAtMs,
    last_used_by: key.lastUsedBy,
  };
}

function parseKey(value: JsonObject): { key: ApiKey; hash: string } {
  const fields = storedFields("api_key", value);
  return {
    key: {
      id: parseApiKeyId(fields.text("id")),
      appId: parseAppId(fields.text("application_id")),
      name: fields.text("name"),
      scopes: fields.listOf("scopes", SCOPES),
      prefix: fields.text("prefix"),
      createdAtMs: fields.number("created_at_ms"),
      expiresAtMs: fields.numberOrNull("expires_at_ms"),
      lastUsedAtMs: fields.numberOrNull("last_used_at_ms"),
      lastUsedBy: fields.text("last_used_by"),
    },
    hash: fields.text("hash"),
  };
}
