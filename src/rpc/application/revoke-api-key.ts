/**
 * ApplicationService.RevokeApiKey. Invariant: a key of an application that the caller does not belong to
 * reads as one that does not exist.
 */
import type {
  RevokeApiKeyRequest,
  RevokeApiKeyResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { ApiKeys } from "../../auth/api-keys.ts";
import { admit, authorize } from "../../auth/permissions.ts";
import { isFault, notFound } from "../../domain/fault.ts";
import { parseApiKeyId } from "../../domain/ids.ts";
import type { RpcContext } from "../twirp/context.ts";

const ACTION = "ApplicationService/RevokeApiKey";

export function revokeApiKey(deps: { apiKeys: ApiKeys }) {
  return async (ctx: RpcContext, request: RevokeApiKeyRequest): Promise<RevokeApiKeyResponse> => {
    const principal = await ctx.principal();
    admit(principal, ACTION);
    const id = parseApiKeyId(request.apiKeyId);
    const key = await deps.apiKeys.get(id);
    if (key === undefined) throw notFound("API key", id);
    try {
      authorize(principal, ACTION, key.appId);
    } catch (error) {
      throw isFault(error, "notFound") ? notFound("API key", id) : error;
    }
    if (key.scopes.includes("read")) authorize(principal, "keys that read", key.appId);
    if (!(await deps.apiKeys.revoke(key))) throw notFound("API key", id);
    return {};
  };
}
