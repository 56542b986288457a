/**
 * API keys: made once, shown once, checked on every request of a program.
 * Invariant: the store keeps the SHA-256 of the whole secret and never the secret. A key exists exactly when
 * its `api_key` record does and is not revoked; its line in the application's index is written before it and removed
 * after that, so a key that works is always listed, and a line without such a record is a making or a revocation that was
 * cut short and means nothing. A revoked one is kept for a month, so that who still sends with it can be told of.
 * A key that was given another secret has the hash of the one before in the same record, so that both hold, and end,
 * by one change.
 * The record is named by the secret's public part, and that part is a hash of the key's id: either leads to
 * the record without a second index.
 */
import { hash } from "node:crypto";
import type { Clock } from "../domain/clock.ts";
import { overloaded } from "../domain/fault.ts";
import { parseApiKeyId, type ApiKeyId, type AppId } from "../domain/ids.ts";
import { SCOPES, type Scope } from "../domain/principal.ts";
import { DAY_MS } from "../domain/time-range.ts";
import type { RecordAddress, RecordStore } from "../storage/record-store.ts";
import { parseKey, revokedKey, storeKey, type ApiKey } from "./api-key-record.ts";
import { base62Digits, randomBase62 } from "./base62.ts";
import { allRecords, changeRecord, removeRecord } from "./change-record.ts";
import type { Entropy } from "./entropy.ts";
import { newestFirst } from "./newest-first.ts";
import { sameHash, secretHash } from "./refresh-token.ts";
import { storedFields } from "./stored-fields.ts";
import type { Forget } from "./verified-cache.ts";

export type { ApiKey } from "./api-key-record.ts";

const SECRET = /^argus_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}$/;
const PUBLIC_DIGITS = 12;
const SECRET_DIGITS = 43;
const TOUCH_EVERY_MS = 60_000;
/** Senders named beside a replaced secret: more are not looked through by anybody. */
const LAGGING_KEPT = 20;

export interface ApiKeys {
  /** @returns the key and its secret, which nobody can read again. */
  create(of: {
    appId: AppId;
    name: string;
    scopes: readonly Scope[];
    expiresAtMs: number | null;
  }): Promise<{ key: ApiKey; secret: string }>;
  get(id: ApiKeyId): Promise<ApiKey | undefined>;
  /** Those of the last month that somebody came with since, newest first. */
  listRevoked(appId: AppId): Promise<readonly ApiKey[]>;
  /** Newest first. `after` is the id that ended the page before. */
  list(
    appId: AppId,
    page: { after?: ApiKeyId; limit: number },
  ): Promise<{ keys: readonly ApiKey[]; next?: ApiKeyId }>;
  /** @returns false when there was no such key. */
  revoke(key: { id: ApiKeyId; appId: AppId }): Promise<boolean>;
  /** Ends all keys of an application; may be repeated. */
  revokeAll(appId: AppId): Promise<void>;
  /**
   * Gives the key another secret, which nobody can read again; the one until now works `graceMs` more, and one before
   * that no more at all. @returns undefined when there is no such key.
   */
  rotate(id: ApiKeyId, graceMs: number): Promise<{ key: ApiKey; secret: string } | undefined>;
  /**
   * @returns the key of that secret while it stands; otherwise whose it was and why it stands no more, which is for the
   * key's owners to know and not for the caller; undefined for a secret of no key. Notes no use.
   */
  verify(secret: string): Promise<VerifiedKey | RefusedSecret | undefined>;
  /** Writes down a use, at most once a minute a key. */
  touch(key: ApiKey, usedBy: string): Promise<void>;
  /** Writes down that what was sent with it was refused, and why. */
  noteRefusal(id: ApiKeyId, usedBy: string, reason: string): Promise<void>;
  /** Writes down who used a replaced secret, at most once a minute a sender. */
  noteLagging(id: ApiKeyId, usedBy: string): Promise<void>;
}

export interface VerifiedKey {
  readonly key: ApiKey;
  /** When the secret ends that was shown: the key's end, or that of a grace. */
  readonly endsAtMs: number;
  /** The secret is the one before the newest. */
  readonly isReplaced: boolean;
}

export interface RefusedSecret {
  readonly keyId: ApiKeyId;
  readonly refused: string;
}

/** Who knows no more of a key than what is listed of it may be anybody, so that is said, too. */
const WRONG_SECRET = "the API key has another secret";
const ENDED = "the API key has expired";
const REVOKED = "the API key was revoked";
const REVOKED_KEPT_MS = 30 * DAY_MS;
/** Older ones are looked for by nobody. */
const REVOKED_LOOKED_AT = 20;

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
    const { key, revoked } = parseKey(found.value);
    return key.id === id && revoked === undefined ? shown(key) : undefined;
  }

  /** A grace that is over is none. */
  function shown(key: ApiKey): ApiKey {
    const { replaced } = key;
    return replaced !== null && replaced.untilMs <= clock.nowMs()
      ? { ...key, replaced: null }
      : key;
  }

  function newSecret(prefix: string): string {
    return `${prefix}_${randomBase62(entropy, SECRET_DIGITS)}`;
  }

  function forgetKey(id: ApiKeyId): void {
    deps.forget((principal) => principal.kind === "key" && principal.keyId === id);
  }

  async function revoke({ id, appId }: { id: ApiKeyId; appId: AppId }): Promise<boolean> {
    const nowMs = clock.nowMs();
    let isEnded = false;
    await changeRecord(records, keyAddress(publicPart(id)), (value) => {
      const kept = parseKey(value);
      isEnded = kept.key.id === id && kept.revoked === undefined;
      return isEnded ? storeKey(revokedKey(kept, nowMs)) : undefined;
    });
    forgetKey(id);
    await removeRecord(records, indexAddress(appId, id));
    if (isEnded)
      await records.insert(revokedAddress(appId, id), { api_key_id: id, revoked_at_ms: nowMs });
    return isEnded;
  }

  /** Without a trace. */
  async function remove(at: RecordAddress, id: ApiKeyId): Promise<void> {
    await removeRecord(records, keyAddress(publicPart(id)));
    forgetKey(id);
    await removeRecord(records, at);
  }

  return {
    async create({ appId, name, scopes, expiresAtMs }) {
      const id = parseApiKeyId(entropy.uuid());
      const prefix = `argus_${publicPart(id)}`;
      const secret = newSecret(prefix);
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
        refused: null,
        rotatedAtMs: null,
        replaced: null,
      };
      await records.insert(indexAddress(appId, id), { api_key_id: id });
      const made = await records.insert(
        keyAddress(publicPart(id)),
        storeKey({ key, hash: secretHash(secret), replacedHash: "" }),
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
      for (const table of ["application_api_key", "revoked_api_key"] as const)
        for await (const row of allRecords(records, table, appId)) {
          const id = parseApiKeyId(storedFields(table, row.value).text("api_key_id"));
          await remove({ table, partition: appId, key: row.key }, id);
        }
    },

    async listRevoked(appId) {
      const keys: ApiKey[] = [];
      let looks = 0;
      for await (const row of allRecords(records, "revoked_api_key", appId)) {
        const fields = storedFields("revoked_api_key", row.value);
        const id = parseApiKeyId(fields.text("api_key_id"));
        const atMs = fields.number("revoked_at_ms");
        if (atMs + REVOKED_KEPT_MS <= clock.nowMs()) await remove(revokedAddress(appId, id), id);
        else if (looks++ < REVOKED_LOOKED_AT) {
          const found = await records.get(keyAddress(publicPart(id)));
          const { key } = found === undefined ? {} : parseKey(found.value);
          if (key?.refused && key.refused.atMs >= atMs) keys.push(key);
        }
      }
      return keys;
    },

    async rotate(id, graceMs) {
      const prefix = `argus_${publicPart(id)}`;
      const secret = newSecret(prefix);
      const nowMs = clock.nowMs();
      const value = await changeRecord(records, keyAddress(publicPart(id)), (old) => {
        const kept = parseKey(old);
        if (kept.key.id !== id || kept.revoked !== undefined) return undefined;
        const replaced = graceMs === 0 ? null : { untilMs: nowMs + graceMs, senders: [] };
        return storeKey({
          key: { ...kept.key, rotatedAtMs: nowMs, replaced },
          hash: secretHash(secret),
          replacedHash: kept.hash,
        });
      });
      const now = value === undefined ? undefined : parseKey(value);
      if (now?.hash !== secretHash(secret)) return undefined;
      forgetKey(id);
      return { key: now.key, secret };
    },

    async verify(secret) {
      const part = SECRET.exec(secret)?.[1];
      const found = part === undefined ? undefined : await records.get(keyAddress(part));
      const kept = found === undefined ? undefined : parseKey(found.value);
      const given = secretHash(secret);
      const isNewest = sameHash(given, kept?.hash ?? NO_HASH);
      const isReplaced = sameHash(given, kept?.replacedHash ?? NO_HASH);
      if (kept === undefined) return undefined;
      const { key, revoked } = kept;
      if (revoked !== undefined && sameHash(given, revoked.hash))
        return { keyId: key.id, refused: REVOKED };
      if (!isNewest && !isReplaced) return { keyId: key.id, refused: WRONG_SECRET };
      const ends = key.expiresAtMs ?? Number.POSITIVE_INFINITY;
      const endsAtMs = isNewest ? ends : Math.min(ends, key.replaced?.untilMs ?? 0);
      if (endsAtMs > clock.nowMs()) return { key, endsAtMs, isReplaced };
      return { keyId: key.id, refused: ends <= clock.nowMs() ? ENDED : WRONG_SECRET };
    },

    async touch(key, usedBy) {
      const nowMs = clock.nowMs();
      const isFresh = (atMs: number | null): boolean =>
        atMs !== null && nowMs - atMs < TOUCH_EVERY_MS;
      if (isFresh(key.lastUsedAtMs)) return;
      await changeRecord(records, keyAddress(publicPart(key.id)), (value) => {
        if (isFresh(parseKey(value).key.lastUsedAtMs)) return undefined;
        return { ...value, last_used_at_ms: nowMs, last_used_by: shortened(usedBy) };
      });
    },

    async noteRefusal(id, by, reason) {
      await changeRecord(records, keyAddress(publicPart(id)), (value) => ({
        ...value,
        refused_at_ms: clock.nowMs(),
        refused_by: shortened(by),
        refused_reason: shortened(reason),
      }));
    },

    async noteLagging(id, by) {
      const usedBy = shortened(by);
      const atMs = clock.nowMs();
      await changeRecord(records, keyAddress(publicPart(id)), (value) => {
        const kept = parseKey(value);
        const { replaced } = kept.key;
        const senders = replaced?.senders ?? [];
        const before = senders.find((sender) => sender.usedBy === usedBy);
        if (replaced === null || atMs - (before?.atMs ?? -TOUCH_EVERY_MS) < TOUCH_EVERY_MS)
          return undefined;
        const others = senders.filter((sender) => sender !== before);
        const noted = [{ usedBy, atMs }, ...others].slice(0, LAGGING_KEPT);
        return storeKey({
          ...kept,
          key: { ...kept.key, replaced: { ...replaced, senders: noted } },
        });
      });
    },
  };
}

function shortened(usedBy: string): string {
  return usedBy.slice(0, 256);
}

/** Compared when there is no such key, so that both cases do the same. */
const NO_HASH = secretHash("");

function publicPart(id: ApiKeyId): string {
  return base62Digits(hash("sha256", `argus api key ${id}`, "buffer"), PUBLIC_DIGITS);
}

function keyAddress(part: string): RecordAddress {
  return { table: "api_key", partition: part, key: part };
}

function revokedAddress(appId: AppId, id: ApiKeyId): RecordAddress {
  return { table: "revoked_api_key", partition: appId, key: newestFirst(id) };
}

function indexAddress(appId: AppId, id: ApiKeyId): RecordAddress {
  return { table: "application_api_key", partition: appId, key: newestFirst(id) };
}
