/**
 * Names of things. Invariant: a branded id was parsed or made here; only these parsers cast.
 * Ids are UUID texts in lower case; new ones are UUIDv7, so that they sort by their making.
 */
import { invalid } from "./fault.ts";

export type AppId = string & { readonly __id: "AppId" };
export type UserId = string & { readonly __id: "UserId" };
export type ApiKeyId = string & { readonly __id: "ApiKeyId" };
export type SessionId = string & { readonly __id: "SessionId" };
/** Any UUID a client chose; the time in it is never trusted. */
export type BatchId = string & { readonly __id: "BatchId" };
/** Names a stored block or segment; random, never reused. */
export type BlobId = string & { readonly __id: "BlobId" };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @returns the lower-case form; throws `invalid` naming `field`. */
function parseUuid(raw: string, field: string): string {
  const lower = raw.toLowerCase();
  if (!UUID.test(lower)) throw invalid(field, `not a UUID: ${JSON.stringify(raw.slice(0, 64))}`);
  return lower;
}

export function parseAppId(raw: string, field = "application_id"): AppId {
  return parseUuid(raw, field) as AppId;
}
export function parseUserId(raw: string, field = "user_id"): UserId {
  return parseUuid(raw, field) as UserId;
}
export function parseApiKeyId(raw: string, field = "api_key_id"): ApiKeyId {
  return parseUuid(raw, field) as ApiKeyId;
}
export function parseSessionId(raw: string, field = "session_id"): SessionId {
  return parseUuid(raw, field) as SessionId;
}
export function parseBatchId(raw: string, field = "batch_id"): BatchId {
  return parseUuid(raw, field) as BatchId;
}
export function parseBlobId(raw: string, field = "blob_id"): BlobId {
  return parseUuid(raw, field) as BlobId;
}

/**
 * @returns milliseconds since 1970 of a UUIDv7 or of a derived UUIDv8 (the same 48 leading bits),
 * undefined for other versions. A default for entries without a time; no rule trusts it.
 */
export function batchTimeMs(id: BatchId): number | undefined {
  const version = id[14];
  if (version !== "7" && version !== "8") return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** @returns the 16 bytes of a UUID text. */
export function uuidBytes(id: string): Uint8Array {
  const out = new Uint8Array(16);
  let at = 0;
  for (let i = 0; i < 36; i += 2) {
    if (id[i] === "-") i++;
    out[at++] = Number.parseInt(id.slice(i, i + 2), 16);
  }
  return out;
}

/** @returns the UUID text of 16 bytes at `offset`. */
export function uuidText(bytes: Uint8Array, offset = 0): string {
  let hex = "";
  for (let i = 0; i < 16; i++) hex += (bytes[offset + i] ?? 0).toString(16).padStart(2, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
