/**
 * A record store of a process that dies. Invariant: the first `changes` changes happen and nothing after them.
 */
import type { RecordStore } from "../../src/storage/record-store.ts";

export function crashAfter(records: RecordStore, changes: number): RecordStore {
  let left = changes;
  const change = async (work: () => Promise<boolean>): Promise<boolean> => {
    if (left === 0) throw new Error("crashed");
    left--;
    return work();
  };
  return {
    get: (at) => records.get(at),
    list: (table, partition, page) => records.list(table, partition, page),
    insert: (at, value) => change(() => records.insert(at, value)),
    replace: (at, version, value) => change(() => records.replace(at, version, value)),
    remove: (at, version) => change(() => records.remove(at, version)),
  };
}
