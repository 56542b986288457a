/**
 * Whether the process lives (`/healthz`) and whether it takes work (`/readyz`).
 */
import { type EndpointHandler, jsonAnswer } from "../http/endpoint.ts";

export function health(deps: { version: string }): EndpointHandler {
  return () => Promise.resolve(jsonAnswer({ status: "ok", version: deps.version }));
}

/** @param deps.notReady why it takes no work now, undefined when it does. */
export function ready(deps: { notReady: () => Promise<string | undefined> }): EndpointHandler {
  return async () => {
    const reason = await deps.notReady();
    return reason === undefined
      ? jsonAnswer({ status: "ready" })
      : jsonAnswer({ status: "not ready", reason }, 503);
  };
}
