/**
 * What applications have sent, by UTC day of its arrival.
 * Invariant: a row is the whole of what one process took in for one application on one day, and that process alone
 * writes it; so writing it again is harmless, and processes never contend. What was not written yet is told by this
 * process and not by others: a crash loses at most what came since the last `flush`.
 * An application that was deleted has no rows, whatever was still under way then: a row that is new looks whether there
 * is one behind its insert, as a deletion is said before rows are deleted; one that is gone is not made again.
 */
import { allRecords, changeRecord, removeRecord } from "../auth/change-record.ts";
import type { Entropy } from "../auth/entropy.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { Clock } from "../domain/clock.ts";
import type { AppId } from "../domain/ids.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";
import { DAY_MS } from "../domain/time-range.ts";

/** Rows older than this are deleted: a year, and the days on which one looks back at a year. */
const KEPT_DAYS = 400;

export interface DayUsage {
  /** The start of the day, milliseconds since 1970. */
  readonly dayMs: number;
  readonly entries: number;
  /** Of bodies as decoded, without those of repeated batches. */
  readonly bytes: number;
}

export interface Usage {
  /** Counts what was stored; cheap. */
  add(app: AppId, entries: number, bytes: number): void;
  /** Ascending by day, days with nothing left out, from the day that holds `fromMs` on. */
  days(app: AppId, fromMs: number): Promise<readonly DayUsage[]>;
  /** Writes down what was counted. To be done every minute or so, and at the end. */
  flush(): Promise<void>;
  /** Deletes all rows of an application. */
  end(app: AppId): Promise<void>;
  /** Deletes rows that are too old. */
  tidy(app: AppId): Promise<void>;
}

/** A row of this process. */
interface OwnRow {
  readonly app: AppId;
  readonly day: number;
  entries: number;
  bytes: number;
  isWritten: boolean;
  /** It was inserted. */
  isMade: boolean;
}

export function createUsage(deps: {
  records: RecordStore;
  clock: Clock;
  entropy: Entropy;
  /** Asks the store whether the application is there, and is not being deleted. */
  isLive: (app: AppId) => Promise<boolean>;
}): Usage {
  const { records, clock, isLive } = deps;
  /** Names this run of the process. */
  const writer = deps.entropy.uuid();
  /** The newest row of each application: looked up with every batch. */
  const newest = new Map<AppId, OwnRow>();
  /** Those of days that are over, until they are written. */
  const older = new Set<OwnRow>();
  /** Applications that were deleted: ids do not come again. */
  const ended = new Set<AppId>();

  function* ownRows(): Generator<OwnRow> {
    yield* older;
    yield* newest.values();
  }

  function forget(row: OwnRow): void {
    older.delete(row);
    if (newest.get(row.app) === row) newest.delete(row.app);
  }

  function end(app: AppId): void {
    ended.add(app);
    for (const row of ownRows()) if (row.app === app) forget(row);
  }

  async function write(row: OwnRow): Promise<void> {
    const at = addressOf(row.app, row.day, writer);
    const { entries, bytes } = row;
    const value: JsonObject = { entries, bytes };
    if (row.isMade) {
      if ((await changeRecord(records, at, () => value)) === undefined) return end(row.app);
    } else {
      if (!(await records.insert(at, value))) await changeRecord(records, at, () => value);
      row.isMade = true;
      if (!(await isLive(row.app))) {
        await removeRecord(records, at);
        return end(row.app);
      }
    }
    // More may have come meanwhile.
    row.isWritten = row.entries === entries && row.bytes === bytes;
  }

  return {
    add(app, entries, bytes) {
      if (ended.has(app)) return;
      const day = dayOf(clock.nowMs());
      const row = newest.get(app);
      // A clock that was set back does not begin a day again: its row would be written over.
      if (row !== undefined && day <= row.day) {
        row.entries += entries;
        row.bytes += bytes;
        row.isWritten = false;
        return;
      }
      if (row !== undefined && !row.isWritten) older.add(row);
      newest.set(app, { app, day, entries, bytes, isWritten: false, isMade: false });
    },

    async days(app, fromMs) {
      const from = dayOf(fromMs);
      const days = new Map<number, { entries: number; bytes: number }>();
      const count = (day: number, entries: number, bytes: number): void => {
        const sum = days.get(day) ?? { entries: 0, bytes: 0 };
        days.set(day, { entries: sum.entries + entries, bytes: sum.bytes + bytes });
      };
      // Own rows are told from here and not from there, before or after they are written.
      const own = new Map(
        [...ownRows()].filter((row) => row.app === app).map((row) => [row.day, row]),
      );
      for await (const row of rowsFrom(records, app, from)) {
        if (row.writer !== writer || !own.has(row.day)) count(row.day, row.entries, row.bytes);
      }
      for (const row of own.values()) if (row.day >= from) count(row.day, row.entries, row.bytes);
      return [...days]
        .toSorted(([a], [b]) => a - b)
        .map(([day, sum]) => ({ dayMs: day * DAY_MS, ...sum }));
    },

    async flush() {
      const today = dayOf(clock.nowMs());
      for (const row of ownRows()) {
        if (!row.isWritten) await write(row);
        // A row is told from here while it may grow, and until it is certainly there.
        if (row.isWritten && row.day < today) forget(row);
      }
    },

    async end(app) {
      end(app);
      for await (const row of allRecords(records, "usage", app)) {
        await records.remove({ table: "usage", partition: app, key: row.key }, row.version);
      }
    },

    async tidy(app) {
      const oldest = dayText(dayOf(clock.nowMs()) - KEPT_DAYS);
      for await (const row of allRecords(records, "usage", app)) {
        if (row.key >= oldest) return;
        await records.remove({ table: "usage", partition: app, key: row.key }, row.version);
      }
    },
  };
}

async function* rowsFrom(
  records: RecordStore,
  app: AppId,
  from: number,
): AsyncGenerator<{ day: number; writer: string; entries: number; bytes: number }> {
  const limit = 500;
  let after = dayText(from);
  for (;;) {
    const page = await records.list("usage", app, { after, limit });
    for (const { key, value } of page) {
      const fields = storedFields("usage", value);
      yield {
        day: dayOf(Date.parse(`${key.slice(0, 10)}T00:00:00Z`)),
        writer: key.slice(11),
        entries: fields.number("entries"),
        bytes: fields.number("bytes"),
      };
    }
    if (page.length < limit) return;
    after = page.at(-1)?.key ?? after;
  }
}

function addressOf(app: AppId, day: number, writer: string): RecordAddress {
  return { table: "usage", partition: app, key: `${dayText(day)} ${writer}` };
}

/** Days since 1970, UTC. */
function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** `2026-11-30` */
function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
