/**
 * Milliseconds and nanoseconds since 1970 as google.protobuf.Timestamp and back.
 * Invariant: nanos count forward from the second, also before 1970, as the type demands.
 */
import type { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";
import { invalid } from "../../domain/fault.ts";
import { FIRST_SECOND, LAST_SECOND } from "./rfc3339.ts";

const NANOS_PER_SECOND = 1_000_000_000n;

export function timestampOf(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

export function timestampOfNanos(nanos: bigint): Timestamp {
  let seconds = nanos / NANOS_PER_SECOND;
  let rest = nanos % NANOS_PER_SECOND;
  if (rest < 0n) {
    seconds -= 1n;
    rest += NANOS_PER_SECOND;
  }
  return { seconds, nanos: Number(rest) };
}

/**
 * What is finer than a millisecond is dropped.
 * @throws `invalid` naming `field` for what no Timestamp may hold: protobuf carries any number, and what was kept of it
 * could not be answered.
 */
export function msOf(timestamp: Timestamp, field: string): number {
  const { seconds, nanos } = valid(timestamp, field);
  return Number(seconds) * 1000 + Math.floor(nanos / 1e6);
}

/** @returns undefined for an absent time; throws as `msOf` does. */
export function nanosOfTimestamp(
  timestamp: Timestamp | undefined,
  field: string,
): bigint | undefined {
  if (timestamp === undefined) return undefined;
  const { seconds, nanos } = valid(timestamp, field);
  return seconds * NANOS_PER_SECOND + BigInt(nanos);
}

function valid(timestamp: Timestamp, field: string): Timestamp {
  const { seconds, nanos } = timestamp;
  if (nanos < 0 || nanos > 999_999_999) throw invalid(field, "nanos must be 0 to 999999999");
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
    throw invalid(field, "seconds must be of the years 1 to 9999");
  return timestamp;
}
