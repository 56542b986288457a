/**
 * Where in time a list begins that a link leads to.
 */
import type { LogsPlace } from "../logs-place.ts";
import { instant, timestamp } from "../time-range.ts";

/** Of a link: where the list stood, or the row that is open. */
export function beginOf(at: LogsPlace, zone: string) {
  const ms = at.at === "" ? undefined : instant(at.at, Date.now(), zone);
  if (ms !== undefined) return timestamp(ms);
  const nanos = /^(\d{10,20})\./.exec(at.row)?.[1];
  if (nanos === undefined) return undefined;
  const whole = BigInt(nanos);
  return { seconds: whole / 1_000_000_000n, nanos: Number(whole % 1_000_000_000n) };
}
