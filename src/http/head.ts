/**
 * What two readers of one request may take in two ways, a proxy and this server say, is refused before anything is done.
 * Invariant: behind it a request has at most one `Host`, which is a name or an address with at most a port, or empty; and
 * at most one `Authorization`. Source: RFC 9112, 3.2.
 */
import type { IncomingMessage } from "node:http";

/** Of names that DNS and people's networks have; `[…]` is checked for its characters alone. */
const HOST = /^(?:[a-z0-9_][a-z0-9_.-]{0,254}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** @returns what is wrong with the head, for its sender; undefined when nothing is. */
export function problemOfHead({ headers, rawHeaders }: IncomingMessage): string | undefined {
  // Node keeps the first of two, and tells nobody.
  if (isRepeated(rawHeaders, "host")) return "a request has one Host header";
  if (isRepeated(rawHeaders, "authorization")) return "a request has one Authorization header";
  const { host } = headers;
  if (host === undefined || host === "" || HOST.test(host)) return undefined;
  return "the Host header is a name or an address, with a port or without";
}

/** @param name in lower case. */
function isRepeated(rawHeaders: readonly string[], name: string): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const own = rawHeaders[at] as string;
    if (own.length === name.length && own.toLowerCase() === name) count++;
  }
  return count > 1;
}
