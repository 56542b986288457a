/**
 * ApplicationService.ListApiKeys. Invariant: newest first; what is listed cannot be used to call anything.
 */
import type {
  ListApiKeysRequest,
  ListApiKeysResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { ApiKeys } from "../../auth/api-keys.ts";
import { parseApiKeyId } from "../../domain/ids.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { apiKeyMessage, pageToken, parsePage } from "./messages.ts";

export function listApiKeys(deps: { applications: Applications; apiKeys: ApiKeys }) {
  return async (ctx: RpcContext, request: ListApiKeysRequest): Promise<ListApiKeysResponse> => {
    const { appId } = await authorizeFor(
      ctx,
      "ApplicationService/ListApiKeys",
      request.applicationId,
    );
    await deps.applications.get(appId);
    const { limit, after } = parsePage(request);
    const page = await deps.apiKeys.list(appId, {
      limit,
      ...(after === undefined ? {} : { after: parseApiKeyId(after, "page_token") }),
    });
    const revoked = after === undefined ? await deps.apiKeys.listRevoked(appId) : [];
    return {
      apiKeys: page.keys.map(apiKeyMessage),
      nextPageToken: pageToken(page.next),
      revoked: revoked.map(apiKeyMessage),
    };
  };
}
