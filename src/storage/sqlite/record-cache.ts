/**
 * The small rows read last, kept by the one thread that changes any.
 * Invariant: a record is answered from here only when no change of it has begun since it was read; so every call sees
 * all changes that completed before it, as long as all changes go through this very object. Bounded in records.
 */
import type { RecordAddress, RecordStore, StoredRecord } from "../record-store.ts";

/** Applications, keys and users that are asked for again and again; about a kilobyte each. */
const MAX_RECORDS = 4096;

/** @param records whose `get` sees every change that completed before. What it answers must not be changed by anybody. */
export function keepRecords(records: RecordStore, maxRecords = MAX_RECORDS): RecordStore {
  const kept = new Map<string, Promise<StoredRecord | undefined>>();
  /** Changes under way: what is read meanwhile may be from before. */
  const changing = new Map<string, number>();

  const change = async <T>(at: RecordAddress, work: () => Promise<T>): Promise<T> => {
    const name = nameOf(at);
    kept.delete(name);
    changing.set(name, (changing.get(name) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (changing.get(name) ?? 1) - 1;
      if (left > 0) changing.set(name, left);
      else changing.delete(name);
    }
  };

  return {
    get(at) {
      const name = nameOf(at);
      const found = kept.get(name);
      if (found !== undefined) return found;
      const read = records.get(at);
      if (changing.has(name)) return read;
      if (kept.size >= maxRecords) kept.clear();
      kept.set(name, read);
      const drop = (): void => {
        if (kept.get(name) === read) kept.delete(name);
      };
      // What is not there is not kept either: names are tried once, and any number of them.
      read.then((record) => {
        if (record === undefined) drop();
      }, drop);
      return read;
    },
    list: (table, partition, page) => records.list(table, partition, page),
    insert: (at, value) => change(at, () => records.insert(at, value)),
    replace: (at, version, value) => change(at, () => records.replace(at, version, value)),
    remove: (at, version) => change(at, () => records.remove(at, version)),
  };
}

function nameOf({ table, partition, key }: RecordAddress): string {
  return `${table}\n${partition.length}\n${partition}${key}`;
}
