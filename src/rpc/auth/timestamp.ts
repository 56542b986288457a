/**
 * Milliseconds since 1970 as google.protobuf.Timestamp and back.
 * Invariant: nanos count forward from the second, also before 1970, as the type demands.
 */
import type { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";

export function timestampOf(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

/** What is finer than a millisecond is dropped. */
export function msOf(timestamp: Timestamp): number {
  return Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6);
}
