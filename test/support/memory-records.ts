/**
 * The RecordStore contract over a Map, for tests that need no disk.
 * Invariant: values go in and come out as JSON copies, so no caller shares an object with the store.
 */
import type {
  JsonObject,
  RecordAddress,
  RecordStore,
  StoredRecord,
} from "../../src/storage/record-store.ts";

export interface MemoryRecords extends RecordStore {
  /** Every record of every table, by address: for tests that look for secrets at rest. */
  dump(): string;
}

export function createMemoryRecords(): MemoryRecords {
  const partitions = new Map<string, Map<string, { version: number; json: string }>>();
  const partition = (
    table: string,
    name: string,
  ): Map<string, { version: number; json: string }> => {
    const id = JSON.stringify([table, name]);
    const found = partitions.get(id) ?? new Map<string, { version: number; json: string }>();
    partitions.set(id, found);
    return found;
  };
  const read = (key: string, row: { version: number; json: string }): StoredRecord => ({
    key,
    version: row.version,
    value: JSON.parse(row.json) as JsonObject,
  });
  return {
    get(at: RecordAddress) {
      const row = partition(at.table, at.partition).get(at.key);
      return Promise.resolve(row === undefined ? undefined : read(at.key, row));
    },
    list(table, name, { after, limit }) {
      const keys = [...partition(table, name)]
        .filter(([key]) => after === undefined || key > after)
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      return Promise.resolve(keys.slice(0, limit).map(([key, row]) => read(key, row)));
    },
    insert(at, value) {
      const rows = partition(at.table, at.partition);
      if (rows.has(at.key)) return Promise.resolve(false);
      rows.set(at.key, { version: 1, json: JSON.stringify(value) });
      return Promise.resolve(true);
    },
    replace(at, version, value) {
      const rows = partition(at.table, at.partition);
      if (rows.get(at.key)?.version !== version) return Promise.resolve(false);
      rows.set(at.key, { version: version + 1, json: JSON.stringify(value) });
      return Promise.resolve(true);
    },
    remove(at, version) {
      const rows = partition(at.table, at.partition);
      if (rows.get(at.key)?.version !== version) return Promise.resolve(false);
      rows.delete(at.key);
      return Promise.resolve(true);
    },
    dump: () => JSON.stringify([...partitions].map(([id, rows]) => [id, [...rows]])),
  };
}
