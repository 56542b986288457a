/**
 * The public keys that verify access tokens, for other programs.
 */
import { type EndpointHandler, jsonAnswer } from "../http/endpoint.ts";

export function jwks(deps: { jwks: () => Promise<object> }): EndpointHandler {
  return async ({ exchange }) => {
    exchange.res.setHeader("Cache-Control", "public, max-age=300");
    return jsonAnswer(await deps.jwks());
  };
}
