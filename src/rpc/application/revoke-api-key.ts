/**
 * ApplicationService.RevokeApiKey. Invariant: when it answers, this process takes no secret of the key.
 */
import type {
  RevokeApiKeyRequest,
  RevokeApiKeyResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { ApiKeys } from "../../auth/api-keys.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { keyNamed, noSuchKey } from "./key-named.ts";

export function revokeApiKey(deps: { apiKeys: ApiKeys; audit: Audit }) {
  const { apiKeys } = deps;
  return async (ctx: RpcContext, request: RevokeApiKeyRequest): Promise<RevokeApiKeyResponse> => {
    const { principal, key } = await keyNamed(
      ctx,
      "ApplicationService/RevokeApiKey",
      apiKeys,
      request.apiKeyId,
    );
    await deps.audit.run(
      key.appId,
      { principal, ...originOf(ctx) },
      { action: "api_key.revoke", target: key.id, details: { name: key.name } },
      async () => {
        if (!(await apiKeys.revoke(key))) throw noSuchKey(key.id);
      },
    );
    return {};
  };
}
