/**
 * ApplicationService.CreateApiKey. Invariant: the secret is in this answer and nowhere else.
 */
import type {
  CreateApiKeyRequest,
  CreateApiKeyResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import { parseLine } from "../../accounts/users.ts";
import type { ApiKeys } from "../../auth/api-keys.ts";
import { authorize } from "../../auth/permissions.ts";
import type { Clock } from "../../domain/clock.ts";
import { invalid } from "../../domain/fault.ts";
import { originOf } from "../auth/messages.ts";
import { msOf } from "../twirp/timestamp.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { apiKeyMessage, parseScopes } from "./messages.ts";

const MAX_NAME = 100;

export function createApiKey(deps: {
  applications: Applications;
  apiKeys: ApiKeys;
  audit: Audit;
  clock: Clock;
}) {
  return async (ctx: RpcContext, request: CreateApiKeyRequest): Promise<CreateApiKeyResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/CreateApiKey",
      request.applicationId,
    );
    // The roles may be a few seconds older than the application's end.
    await deps.applications.get(appId);
    const scopes = parseScopes(request.scopes);
    if (scopes.includes("read")) authorize(principal, "keys that read", appId);
    const expiresAtMs =
      request.expiresAt === undefined ? null : msOf(request.expiresAt, "expires_at");
    if (expiresAtMs !== null && expiresAtMs <= deps.clock.nowMs()) {
      throw invalid("expires_at", "is not in the future");
    }
    const name = parseLine(request.name, "name", MAX_NAME);
    const { key, secret } = await deps.audit.run(
      appId,
      { principal, ...originOf(ctx) },
      { action: "api_key.create", target: "", details: { name, scopes: scopes.join(" ") } },
      () => deps.apiKeys.create({ appId, name, scopes, expiresAtMs }),
      (made) => ({ target: made.key.id }),
    );
    return { apiKey: apiKeyMessage(key), secret };
  };
}
