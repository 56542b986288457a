/**
 * Which batches were stored in the last day, so that a retry is stored once.
 * Invariant: a batch added less than `WINDOW_MS` ago by this store's clock is known; one older than that and a
 * slot is not; of an unfinished batch only the buckets that were stored. Only to be called inside the transaction that
 * stores the batch's rows.
 */
import type { DatabaseSync } from "node:sqlite";

import { type Bucket, DAY_MS } from "../../domain/time-range.ts";
import { getRow, intOf, type Row, textOf, transact } from "./database.ts";

const WINDOW_MS = DAY_MS;
/** Old batches go slot by slot, as one range; a lookup asks five slots. Shorter slots cost lookups, longer ones space. */
const SLOT_MS = DAY_MS / 4;
/** One step of pruning: short enough not to hold up a commit. */
const PRUNE_ROWS = 10_000;

/** The buckets that are stored of a batch; "all" when nothing more of it will come. */
export type SeenHours = "all" | readonly Bucket[];

export interface SeenBatches {
  find(app: Uint8Array, batch: Uint8Array, nowMs: number): SeenHours | undefined;
  /** Beside what was seen of the batch before, which `hours` must hold too. */
  put(app: Uint8Array, batch: Uint8Array, hours: SeenHours, nowMs: number): void;
  /** Deletes some of what has left the window. @returns whether there may be more. */
  pruneSome(nowMs: number): boolean;
}

export function createSeenBatches(db: DatabaseSync): SeenBatches {
  const nextSlot = db.prepare("SELECT min(slot) AS slot FROM seen WHERE slot > ?");
  const find = db.prepare("SELECT hours FROM seen WHERE slot = ? AND app = ? AND batch = ?");
  const insert = db.prepare(
    "INSERT OR REPLACE INTO seen (slot, app, batch, hours) VALUES (?, ?, ?, ?)",
  );
  const prune = db.prepare(
    `DELETE FROM seen WHERE (slot, app, batch) IN
       (SELECT slot, app, batch FROM seen WHERE slot < ? ORDER BY slot, app, batch LIMIT ${PRUNE_ROWS})`,
  );

  /** Slots that may hold rows, newest first: a clock that was set back leaves some ahead of now. */
  let slots: number[] = [];
  for (let last = -1; ;) {
    const row: Row | undefined = getRow(nextSlot, last);
    if (row === undefined || row["slot"] === null) break;
    last = intOf(row, "slot");
    slots.unshift(last);
  }

  const oldest = (nowMs: number): number => Math.floor((nowMs - WINDOW_MS) / SLOT_MS);

  return {
    find(app, batch, nowMs) {
      const from = oldest(nowMs);
      const hours: Bucket[] = [];
      for (const slot of slots) {
        const row = slot < from ? undefined : getRow(find, slot, app, batch);
        if (row === undefined) continue;
        if (row["hours"] === null) return "all";
        hours.push(...(JSON.parse(textOf(row, "hours")) as Bucket[]));
      }
      return hours.length === 0 ? undefined : hours;
    },
    put(app, batch, hours, nowMs) {
      const slot = Math.floor(nowMs / SLOT_MS);
      if (!slots.includes(slot)) slots = [slot, ...slots].toSorted((a, b) => b - a);
      insert.run(slot, app, batch, hours === "all" ? null : JSON.stringify(hours));
    },
    pruneSome(nowMs) {
      const from = oldest(nowMs);
      if (!slots.some((slot) => slot < from)) return false;
      const more = transact(db, () => prune.run(from).changes === PRUNE_ROWS);
      if (!more) slots = slots.filter((slot) => slot >= from);
      return more;
    },
  };
}
