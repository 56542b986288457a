/**
 * The API key that a request names.
 * Invariant: a key of an application that the caller does not belong to reads as one that does not exist.
 */
import type { ApiKey, ApiKeys } from "../../auth/api-keys.ts";
import { admit, authorize, type Action } from "../../auth/permissions.ts";
import { isFault, notFound, type FaultError } from "../../domain/fault.ts";
import { parseApiKeyId, type ApiKeyId } from "../../domain/ids.ts";
import type { Principal } from "../../domain/principal.ts";
import type { RpcContext } from "../twirp/context.ts";

export function noSuchKey(id: ApiKeyId): FaultError {
  return notFound("API key", id);
}

/** @returns the key, which the caller may change: what reads is the owners' alone. */
export async function keyNamed(
  ctx: RpcContext,
  action: Action,
  apiKeys: ApiKeys,
  raw: string,
): Promise<{ principal: Principal; key: ApiKey }> {
  const principal = await ctx.principal();
  admit(principal, action);
  const id = parseApiKeyId(raw);
  const key = await apiKeys.get(id);
  if (key === undefined) throw noSuchKey(id);
  try {
    authorize(principal, action, key.appId);
  } catch (error) {
    throw isFault(error, "notFound") ? noSuchKey(id) : error;
  }
  if (key.scopes.includes("read")) authorize(principal, "keys that read", key.appId);
  return { principal, key };
}
