/**
 * `--since` and `--until`: a span back from now (`15m`), or any time of the query language.
 * Invariant: a time without a zone is in the reader's; the start of the span that its precision leaves open counts.
 */
import { Timestamp } from "../../generated/client/google/protobuf/timestamp.ts";
import { parseTime } from "../query/time-literal.ts";
import { UsageError } from "./command.ts";

const NANOS = 1_000_000_000n;

/** @returns undefined when `text` is. Throws UsageError naming the flag. */
export function timeOption(
  flag: string,
  text: string | undefined,
  nowMs: number,
  timeZone: string,
): Timestamp | undefined {
  if (text === undefined) return undefined;
  const context = { nowNanos: BigInt(nowMs) * 1_000_000n, timeZone };
  const relative = /^\d+(\.\d+)?(ms|[smhdw])/.test(text) ? parseTime(`now-${text}`, context) : null;
  const span = relative ?? parseTime(text, context);
  if (span === null)
    throw new UsageError(
      `--${flag} ${JSON.stringify(text)} is no time: write 15m, 2h, 2026-11-24, 2026-11-24T14:02 or now-1d`,
    );
  return timestampOf(span.from);
}

export function timestampOf(nanos: bigint): Timestamp {
  const rest = ((nanos % NANOS) + NANOS) % NANOS;
  return Timestamp.fromPartial({ seconds: (nanos - rest) / NANOS, nanos: Number(rest) });
}

export function nanosOfTimestamp(time: Timestamp | undefined): bigint {
  return time === undefined ? 0n : time.seconds * NANOS + BigInt(time.nanos);
}
