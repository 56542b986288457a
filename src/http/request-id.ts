/**
 * The name of a request. Invariant: what is answered and logged has no character that could end a header or
 * a line, and is short.
 */

/** Letters, digits and the signs that other programs' ids use; at most 128 of them. */
const SANE = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/**
 * @param sent the `X-Request-Id` header as Node gives it.
 * @returns the caller's id if it is sane, else a new one.
 */
export function requestIdOf(sent: string | string[] | undefined, newId: () => string): string {
  return typeof sent === "string" && SANE.test(sent) ? sent : newId();
}

/**
 * @param process a text that no other process has. @returns ids that no other request has: a random one each costs a
 * hundredth of a small call.
 */
export function requestIdsOf(process: string): () => string {
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}
