/**
 * Whether a search was not begun because too many others run: its turn comes, and nothing failed.
 */
import { ArgusError } from "../client/errors.ts";

/** The server's words for it; an application's own limits read otherwise. */
const TOO_MANY = /^too many queries are running/;

export function isQueued(problem: unknown): problem is ArgusError {
  return problem instanceof ArgusError && TOO_MANY.test(problem.message);
}
