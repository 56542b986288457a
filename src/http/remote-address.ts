/**
 * Whom a request comes from. Invariant: a header is believed only when a proxy of ours is said to stand in
 * front, and then only the part that this proxy wrote: the last address of `X-Forwarded-For`.
 */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** @returns an address without a port; "" when the socket is gone. */
export function remoteAddressOf(req: IncomingMessage, trustProxy: boolean): string {
  if (trustProxy) {
    const header = req.headers["x-forwarded-for"];
    const list = Array.isArray(header) ? header.join(",") : header;
    const last = addressIn(list?.slice(list.lastIndexOf(",") + 1).trim() ?? "");
    if (last !== undefined) return last;
  }
  const address = req.socket.remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}

/** Some proxies write a port behind it. @returns undefined for what is no address. */
function addressIn(text: string): string | undefined {
  const [, inBrackets, beforePort] = /^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const address = inBrackets ?? beforePort ?? text;
  return isIP(address) === 0 ? undefined : address;
}
