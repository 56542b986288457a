/** Text that does not compress, the same for the same seed: what makes stored rows large, and merges due, at little cost. */
import { createHash } from "node:crypto";

/** @returns the base64 of `bytes` random-looking bytes. */
export function noise(seed: string, bytes: number): string {
  return createHash("shake256", { outputLength: bytes }).update(seed).digest("base64");
}
