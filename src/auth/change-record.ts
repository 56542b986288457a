/**
 * Changes one record by compare-and-set until it holds.
 * Invariant: `next` sees the newest value each time; it must be pure, as it may be called again.
 */
import { overloaded } from "../domain/fault.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";

/** A record changes a few times a minute; whoever loses this often meets a store that lies. */
const TRIES = 16;

/**
 * @param next gives the new value, or undefined to leave the record as it is.
 * @returns what the record holds now: the new value, or what it held when `next` left it; undefined when
 * it is not there.
 */
export async function changeRecord(
  records: RecordStore,
  at: RecordAddress,
  next: (value: JsonObject) => JsonObject | undefined,
): Promise<JsonObject | undefined> {
  for (let i = 0; i < TRIES; i++) {
    const found = await records.get(at);
    if (found === undefined) return undefined;
    const value = next(found.value);
    if (value === undefined) return found.value;
    if (await records.replace(at, found.version, value)) return value;
  }
  throw overloaded(`a ${at.table} record changed too often`);
}

/** Removes a record in whatever version it is. @returns what it held, undefined when it was not there. */
export async function removeRecord(
  records: RecordStore,
  at: RecordAddress,
): Promise<JsonObject | undefined> {
  for (let i = 0; i < TRIES; i++) {
    const found = await records.get(at);
    if (found === undefined) return undefined;
    if (await records.remove(at, found.version)) return found.value;
  }
  throw overloaded(`a ${at.table} record changed too often`);
}

/** Records of a partition, all pages, ascending by key. */
export async function* allRecords(
  records: Pick<RecordStore, "list">,
  table: RecordAddress["table"],
  partition: string,
): AsyncGenerator<{ readonly key: string; readonly version: number; readonly value: JsonObject }> {
  const limit = 500;
  let after: string | undefined;
  for (;;) {
    const page = await records.list(table, partition, {
      limit,
      ...(after === undefined ? {} : { after }),
    });
    yield* page;
    if (page.length < limit) return;
    after = page.at(-1)?.key;
  }
}
