/**
 * What a Fault is on HTTP: the one table from which every edge (Twirp, dialects, endpoints) derives its answer.
 * Invariant: exhaustive by type; a new kind of fault does not compile until it has a status.
 */
import { type Fault, messageOf } from "../domain/fault.ts";

/** @returns what a caller is told. Which file or table is damaged, and where it lies, the own log tells. */
export function toldOf(fault: Fault): string {
  return fault.kind === "corrupt"
    ? "stored data is damaged, the server's log says which"
    : messageOf(fault);
}

/** @returns the HTTP status of a fault where no protocol prescribes another one. */
export function statusOf(fault: Fault): number {
  switch (fault.kind) {
    case "invalid":
      return 400;
    case "unauthenticated":
      return 401;
    case "denied":
      return 403;
    case "notFound":
      return 404;
    case "conflict":
    case "stale":
      return 409;
    case "tooLarge":
      return 413;
    case "overQuota":
      return 429;
    case "canceled":
      // Nobody is there to read it; the number is for our own figures.
      return 499;
    case "corrupt":
      return 500;
    case "overloaded":
      return 503;
    case "deadline":
      return 504;
    default:
      return fault satisfies never;
  }
}

/** @returns whole seconds for `Retry-After`, at least 1; undefined where waiting does not help. */
export function retryAfterSeconds(fault: Fault): number | undefined {
  switch (fault.kind) {
    case "overQuota":
    case "overloaded":
      return Math.max(1, Math.ceil(fault.retryAfterMs / 1000));
    case "invalid":
    case "unauthenticated":
    case "denied":
    case "notFound":
    case "conflict":
    case "stale":
    case "tooLarge":
    case "canceled":
    case "corrupt":
    case "deadline":
      return undefined;
    default:
      return fault satisfies never;
  }
}
