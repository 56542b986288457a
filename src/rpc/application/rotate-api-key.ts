/**
 * ApplicationService.RotateApiKey. Invariant: the new secret is in this answer and nowhere else.
 */
import type {
  RotateApiKeyRequest,
  RotateApiKeyResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { ApiKeys } from "../../auth/api-keys.ts";
import type { Clock } from "../../domain/clock.ts";
import { invalid, unmet } from "../../domain/fault.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { keyNamed, noSuchKey } from "./key-named.ts";
import { apiKeyMessage } from "./messages.ts";

/** 30 days: whoever has not switched by then is better given a key of their own. */
const MAX_GRACE_S = 30 * 86_400;

export function rotateApiKey(deps: { apiKeys: ApiKeys; audit: Audit; clock: Clock }) {
  return async (ctx: RpcContext, request: RotateApiKeyRequest): Promise<RotateApiKeyResponse> => {
    const { principal, key } = await keyNamed(
      ctx,
      "ApplicationService/RotateApiKey",
      deps.apiKeys,
      request.apiKeyId,
    );
    const { graceSeconds } = request;
    if (graceSeconds > MAX_GRACE_S) {
      throw invalid("grace_seconds", `must be ${MAX_GRACE_S} (30 days) at most`);
    }
    if (key.expiresAtMs !== null && key.expiresAtMs <= deps.clock.nowMs()) {
      throw unmet("the key has expired: make another one");
    }
    const rotated = await deps.audit.run(
      key.appId,
      { principal, ...originOf(ctx) },
      {
        action: "api_key.rotate",
        target: key.id,
        details: { name: key.name, grace_seconds: String(graceSeconds) },
      },
      async () => {
        const done = await deps.apiKeys.rotate(key.id, graceSeconds * 1000);
        if (done === undefined) throw noSuchKey(key.id);
        return done;
      },
    );
    return { secret: rotated.secret, apiKey: apiKeyMessage(rotated.key) };
  };
}
