/**
 * A record store whose calls wait for their turn, so that a property runs through the orders of many callers' steps.
 * Invariant: a call does its work when the scheduler lets it, all at once, and not before.
 */
import type fc from "fast-check";
import type { RecordStore } from "../../src/storage/record-store.ts";

export function scheduledRecords(records: RecordStore, scheduler: fc.Scheduler): RecordStore {
  const step = <T>(work: () => Promise<T>): Promise<T> =>
    scheduler.schedule(Promise.resolve()).then(work);
  return {
    get: (at) => step(() => records.get(at)),
    list: (table, partition, page) => step(() => records.list(table, partition, page)),
    insert: (at, value) => step(() => records.insert(at, value)),
    replace: (at, version, value) => step(() => records.replace(at, version, value)),
    remove: (at, version) => step(() => records.remove(at, version)),
  };
}
