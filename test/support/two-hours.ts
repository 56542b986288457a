/**
 * Two hours of entries, one every 6 s: most in segments of small blocks, a third in rows.
 * Invariant: what entries say follows from their number alone; services take turns, every fifth is an error, each has a
 * user of its own, and seven routes go round.
 */
import type { Entry } from "../../src/domain/entry.ts";
import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { bucketOfMs } from "../../src/domain/time-range.ts";
import { type SqliteStore, openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { entryWith } from "./entry-with.ts";
import { FakeClock } from "./fake-clock.ts";
import { entryRows, mergeBucket } from "./stored-entries.ts";

export const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const START_MS = Date.parse("2026-11-24T14:00:00Z");
export const FIRST_BUCKET = bucketOfMs(START_MS);
export const START = BigInt(START_MS) * 1_000_000n;
export const HOUR = 3_600_000_000_000n;
export const RANGE = { startNanos: START, endNanos: START + 2n * HOUR };

/** The clock stands at the beginning of the two hours. */
export async function openTwoHours(): Promise<{
  readonly store: SqliteStore;
  readonly clock: FakeClock;
}> {
  const clock = new FakeClock(START_MS);
  const store = await openSqliteStore({ folder: ":memory:", clock });
  for (const batch of [0, 1]) await store.logs.commit(entryRows(APP, made(batch)));
  for (let hour = 0; hour < 2; hour++)
    await mergeBucket(store.logs, APP, bucketOfMs(START_MS + hour * 3_600_000), hour, 32);
  await store.logs.commit(entryRows(APP, made(2)));
  return { store, clock };
}

function made(sender: number): Entry[] {
  const batch = parseBatchId(`019a0000-0000-7000-8000-00000000000${sender}`);
  return Array.from({ length: 400 }, (_, i): Entry => {
    const n = i * 3 + sender;
    const timeNanos = START + BigInt(n) * 6_000_000_000n;
    return entryWith(
      { timeNanos, batch, index: i },
      {
        severity: n % 5 === 0 ? 17 : 9,
        message: `request ${n} of the day was answered`,
        service: n % 2 === 0 ? "web" : "worker",
        attributes: new Map([
          ["user", `user-${n}-${"x".repeat(200)}`],
          ["route", `/r/${n % 7}`],
        ]),
      },
    );
  });
}
