/**
 * The seed of property tests.
 * Invariant: with CI=true all runs of one commit draw the same, so that what is red stays red; elsewhere each run draws anew.
 */
import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** undefined: each run has its own. */
    seed: number | undefined;
  }
}

const seed = inject("seed");
if (seed !== undefined) fc.configureGlobal({ seed });
