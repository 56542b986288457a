/**
 * The process's own figures for Prometheus. Names no application.
 */
import type { EndpointHandler } from "../http/endpoint.ts";

/** @param deps.text what the meter holds, refreshed by the caller of this. */
export function metrics(deps: { text: () => string }): EndpointHandler {
  return () =>
    Promise.resolve({
      status: 200,
      contentType: "text/plain; version=0.0.4; charset=utf-8",
      body: deps.text(),
    });
}
