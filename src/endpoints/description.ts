/**
 * What the API says of itself: `/openapi.json` and `/descriptors.binpb`.
 * Invariant: made once a process, and only when somebody asks.
 */
import type { EndpointHandler } from "../http/endpoint.ts";

/** @param deps.make the body; one that fails is made again for the next caller. */
export function description(deps: {
  contentType: string;
  make: () => Promise<string | Uint8Array>;
}): EndpointHandler {
  let made: Promise<string | Uint8Array> | undefined;
  return async ({ exchange }) => {
    const making = (made ??= deps.make());
    let body: string | Uint8Array;
    try {
      body = await making;
    } catch (error) {
      made = undefined;
      throw error;
    }
    exchange.res.setHeader("Cache-Control", "public, max-age=300");
    return { status: 200, contentType: deps.contentType, body };
  };
}
