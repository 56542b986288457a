/**
 * The address a server listens on, as people write and read it.
 * Invariant: an IPv6 address stands in brackets wherever a port may follow it, as links and ARGUS_LISTEN want it.
 */
import type { ServerSettings } from "./settings.ts";

export type ListenAddress = Pick<ServerSettings, "host" | "port">;

const USUAL_PORT = 4700;
const MAX_PORT = 65_535;

/** @returns the host as it stands in a link: "all addresses" is none that a browser opens. */
export function reachableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return bracketed(host);
}

/** @returns whether Node could not listen where it was told to. */
export function isAddressError(error: unknown): error is Error & { readonly code?: string } {
  return error instanceof Error && "syscall" in error && error.syscall === "listen";
}

/** @returns what is wrong with the address, and what to set instead. */
export function addressProblem(
  error: Error & { readonly code?: string },
  { host, port }: ListenAddress,
): string {
  const at = `${bracketed(host)}:${port}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${at} is taken, by another Argus or another program: stop that one. ${elsewhere(host, port < MAX_PORT ? port + 1 : USUAL_PORT)}`;
    case "EACCES":
      return `${at} may not be listened on by this user: ports below 1024 usually take root. ${elsewhere(host, USUAL_PORT)}`;
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine. To be reached from this machine alone: ARGUS_LISTEN=127.0.0.1:${port}`;
    default:
      return error.message;
  }
}

function elsewhere(host: string, port: number): string {
  const other = `${bracketed(host)}:${port}`;
  return `To listen elsewhere: npm start -- --listen ${other}, or ARGUS_LISTEN=${other}`;
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
