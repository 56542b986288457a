/**
 * An API key as it is kept.
 * Invariant: what `storeKey` writes `parseKey` reads back; hashes of secrets leave this file and `api-keys.ts` never.
 */
import { parseApiKeyId, parseAppId, type ApiKeyId, type AppId } from "../domain/ids.ts";
import { SCOPES, type Scope } from "../domain/principal.ts";
import type { JsonObject } from "../storage/record-store.ts";
import { storedFields } from "./stored-fields.ts";

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
  /** What was sent with it and not taken, the last time; null if all was. */
  readonly refused: RefusedSend | null;
  readonly rotatedAtMs: number | null;
  /** The secret before, while there is one that may work. */
  readonly replaced: ReplacedSecret | null;
}

export interface RefusedSend {
  readonly atMs: number;
  /** Address and program. */
  readonly by: string;
  /** As the sender was told. */
  readonly reason: string;
}

export interface ReplacedSecret {
  readonly untilMs: number;
  /** Who used it since it was replaced, the last one first. */
  readonly senders: readonly LaggingSender[];
}

export interface LaggingSender {
  /** Address and program. */
  readonly usedBy: string;
  readonly atMs: number;
}

export interface KeptKey {
  readonly key: ApiKey;
  readonly hash: string;
  /** Empty where no secret was replaced. */
  readonly replacedHash: string;
  /** The end of a key, and the hash of the secret that it had: that of the key itself is empty then. */
  readonly revoked?: { readonly atMs: number; readonly hash: string };
}

/** The key without a secret: whoever comes with the one that it had is known, and refused, by older servers, too. */
export function revokedKey(kept: KeptKey, atMs: number): KeptKey {
  return {
    key: { ...kept.key, replaced: null },
    hash: "",
    replacedHash: "",
    revoked: { atMs, hash: kept.hash },
  };
}

export function storeKey({ key, hash, replacedHash, revoked }: KeptKey): JsonObject {
  const { replaced, refused } = key;
  return {
    id: key.id,
    application_id: key.appId,
    name: key.name,
    scopes: key.scopes,
    prefix: key.prefix,
    hash,
    created_at_ms: key.createdAtMs,
    expires_at_ms: key.expiresAtMs,
    last_used_at_ms: key.lastUsedAtMs,
    last_used_by: key.lastUsedBy,
    ...(refused === null
      ? {}
      : {
          refused_at_ms: refused.atMs,
          refused_by: refused.by,
          refused_reason: refused.reason,
        }),
    rotated_at_ms: key.rotatedAtMs,
    ...(revoked === undefined ? {} : { revoked_at_ms: revoked.atMs, revoked_hash: revoked.hash }),
    ...(replaced === null
      ? {}
      : {
          replaced_hash: replacedHash,
          replaced_until_ms: replaced.untilMs,
          lagging: replaced.senders.map(({ usedBy, atMs }) => ({ used_by: usedBy, at_ms: atMs })),
        }),
  };
}

export function parseKey(value: JsonObject): KeptKey {
  const fields = storedFields("api_key", value);
  const untilMs = fields.numberOrNull("replaced_until_ms");
  const refusedMs = fields.numberOrNull("refused_at_ms");
  const revokedMs = fields.numberOrNull("revoked_at_ms");
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
      refused:
        refusedMs === null
          ? null
          : {
              atMs: refusedMs,
              by: fields.textOrNull("refused_by") ?? "",
              reason: fields.textOrNull("refused_reason") ?? "",
            },
      rotatedAtMs: fields.numberOrNull("rotated_at_ms"),
      replaced:
        untilMs === null
          ? null
          : {
              untilMs,
              senders: fields.objects("lagging").map((sender) => {
                const of = storedFields("api_key", sender);
                return { usedBy: of.text("used_by"), atMs: of.number("at_ms") };
              }),
            },
    },
    hash: fields.text("hash"),
    replacedHash: fields.textOrNull("replaced_hash") ?? "",
    ...(revokedMs === null
      ? {}
      : { revoked: { atMs: revokedMs, hash: fields.textOrNull("revoked_hash") ?? "" } }),
  };
}
