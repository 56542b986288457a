/**
 * Randomness as a parameter. Invariant: nothing in `auth` or `accounts` draws a number but through this.
 */
import { randomBytes, randomInt, randomUUIDv7 } from "node:crypto";

export interface Entropy {
  /** `n` bytes nobody can guess. */
  bytes(n: number): Uint8Array;
  /** A whole number in [0, below), each as likely. */
  below(below: number): number;
  /** A new UUIDv7 text in lower case. */
  uuid(): string;
}

/** The operating system's. */
export const systemEntropy: Entropy = {
  bytes: (n) => randomBytes(n),
  below: (below) => randomInt(below),
  uuid: () => randomUUIDv7(),
};
