/**
 * Builds the page once for a whole run of vitest, when a test file that needs it is in the run.
 * Invariant: two files never build it at once, which would take the page away from each other's servers.
 */
import { buildWeb } from "../../scripts/build-web.js";

export function setup(): void {
  const problem = buildWeb();
  if (problem !== "") throw new Error(problem);
}
