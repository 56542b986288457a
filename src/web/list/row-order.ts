/**
 * The order of entries, and where one of many rows stands in it.
 * Invariants: by time, batch and place in it, as the server orders entries; a row is found by its id alone, which holds
 * all three. Pure.
 */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { Timestamp } from "../../../generated/client/google/protobuf/timestamp.ts";

type Place = Pick<LogEntry, "id" | "time">;

const EPOCH: Timestamp = { seconds: 0n, nanos: 0 };

export function compareEntries(a: Place, b: Place): number {
  const times = compareTimes(a.time ?? EPOCH, b.time ?? EPOCH);
  if (times !== 0 || a.id === b.id) return times;
  const [, batchA = "", indexA = ""] = a.id.split(".");
  const [, batchB = "", indexB = ""] = b.id.split(".");
  if (batchA !== batchB) return batchA < batchB ? -1 : 1;
  return Number(indexA) - Number(indexB);
}

export function isAfter(a: Timestamp | undefined, b: Timestamp | undefined): boolean {
  return compareTimes(a ?? EPOCH, b ?? EPOCH) > 0;
}

export function compareTimes(a: Timestamp, b: Timestamp): number {
  const seconds = Number(a.seconds - b.seconds);
  return seconds === 0 ? a.nanos - b.nanos : seconds;
}

export function isOrdered(rows: readonly LogEntry[], sign: 1 | -1): boolean {
  return rows.every((row, at) => {
    const before = rows[at - 1];
    return before === undefined || sign * compareEntries(before, row) <= 0;
  });
}

/** Where a row stands; what comes and goes at the ends moves it by little. @param most rows on either side that are looked at. */
export function indexNear(
  rows: readonly LogEntry[],
  id: string,
  near: number,
  most = rows.length,
): number {
  if (id === "") return -1;
  const from = Math.min(near, rows.length - 1);
  for (let by = 0; by < Math.min(most, rows.length); by++) {
    if (rows[from + by]?.id === id) return from + by;
    if (rows[from - by]?.id === id) return from - by;
  }
  return -1;
}

/**
 * Where a row stands among rows in order, looked for by halves; -1 for one that is not there.
 * @param sign 1 where they ascend, -1 where they descend.
 */
export function indexByHalves(rows: readonly LogEntry[], id: string, sign: 1 | -1): number {
  const wanted = timeOfId(id);
  if (wanted === undefined) return -1;
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row === undefined) break;
    const way = sign * compareEntries(row, { id, time: wanted });
    if (way === 0) return middle;
    if (way < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Its first part; undefined in what is no id. */
function timeOfId(id: string): Timestamp | undefined {
  const nanos = /^\d{1,19}(?=\.)/.exec(id)?.[0];
  if (nanos === undefined) return undefined;
  return {
    seconds: BigInt(nanos.slice(0, -9) || "0"),
    nanos: Number(nanos.slice(-9)),
  };
}
