/**
 * Sets that must not become empty: the owners of an application, the admins of an instance.
 * Invariant: a set counts nobody who is not what it says. It is one record, changed by compare-and-set, so of two
 * who leave at once one is refused. Whoever stops being one leaves the set before, whoever becomes one joins it
 * after: cut short in between, somebody is not counted who is one, and the set errs towards refusing. The property in
 * members.test.ts runs through orders of the steps.
 * A set that nobody ever left has no record: it is read from what it is about when somebody leaves first.
 */
import { changeRecord, removeRecord } from "../auth/change-record.ts";
import { storedFields } from "../auth/stored-fields.ts";
import { overloaded, type FaultError } from "../domain/fault.ts";
import type { RecordAddress, RecordStore } from "../storage/record-store.ts";

const TRIES = 16;

export interface LastOf {
  /** Counts `id` no more; throws `refusal` when nobody else would be left. One who is not counted may always leave. */
  leave(id: string, refusal: () => FaultError): Promise<void>;
  /**
   * To be called after every change of what `id` is: counts it or not, as `isOne` finds it. What it did may be late
   * already, so it looks again: of several who change the same one, whoever looks last finds nothing left to do.
   * Throws `refusal` when `id` is one no more and nobody else is left, as the others left meanwhile.
   */
  settle(id: string, isOne: () => Promise<boolean>, refusal: () => FaultError): Promise<void>;
  /** Forgets the set, with what it is about. */
  end(): Promise<void>;
}

/**
 * @param of names the set.
 * @param all reads who is one now.
 */
export function lastOf(
  records: RecordStore,
  of: string,
  all: () => Promise<readonly string[]>,
): LastOf {
  const at: RecordAddress = { table: "last_of", partition: of, key: of };
  const idsIn = (value: Parameters<typeof storedFields>[1]): readonly string[] =>
    storedFields("last_of", value).texts("ids");

  /** @param unkept who is in the set while it has no record. */
  async function leave(
    id: string,
    refusal: () => FaultError,
    unkept: () => Promise<readonly string[]>,
  ): Promise<void> {
    for (let i = 0; i < TRIES; i++) {
      const found = await records.get(at);
      const ids = found === undefined ? await unkept() : idsIn(found.value);
      const rest = ids.filter((one) => one !== id);
      if (rest.length === ids.length) return;
      if (rest.length === 0) throw refusal();
      const changed =
        found === undefined
          ? await records.insert(at, { ids: rest })
          : await records.replace(at, found.version, { ids: rest });
      if (changed) return;
    }
    throw overloaded(`a ${at.table} record changed too often`);
  }

  async function join(id: string): Promise<void> {
    // Without a record there is nothing to add to: who reads the set later finds this one.
    await changeRecord(records, at, (value) => {
      const ids = idsIn(value);
      return ids.includes(id) ? undefined : { ids: [...ids, id] };
    });
  }

  return {
    leave: (id, refusal) => leave(id, refusal, all),

    async settle(id, isOne, refusal) {
      let before: boolean | undefined;
      for (;;) {
        const is = await isOne();
        if (is === before) return;
        before = is;
        if (is) await join(id);
        // Where no set is kept there is nothing to leave.
        else await leave(id, refusal, () => Promise.resolve([]));
      }
    },

    async end() {
      await removeRecord(records, at);
    },
  };
}
