/**
 * Which of many entries stand around one of them. Pure.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { timeMs } from "../words.ts";

/**
 * @param entries oldest first.
 * @returns so many of them at most, with the entry as near to the middle as the ends allow. One that is not among them
 * stands where its time wants it: they are not all that there are.
 */
export function nearest(
  entries: readonly LogEntry[],
  entry: LogEntry,
  most: number,
): readonly LogEntry[] {
  let at = entries.findIndex(({ id }) => id === entry.id);
  let all = entries;
  if (at < 0) {
    const later = entries.findIndex((one) => timeMs(one) > timeMs(entry));
    at = later < 0 ? entries.length : later;
    all = entries.toSpliced(at, 0, entry);
  }
  const from = Math.max(0, Math.min(at - Math.floor(most / 2), all.length - most));
  return all.slice(from, from + most);
}
