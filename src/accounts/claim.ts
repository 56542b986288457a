/**
 * Unique names in a store that changes one record at a time.
 * Invariant: a thing exists exactly when its own record does, and that record is written last. Before it the
 * thing's maker writes a claim under the name, which holds the thing's id.
 *
 * A maker that stops in between leaves a claim on a thing that does not exist. Whoever wants the name next
 * first writes a tombstone where the thing's record would be, so that the maker, should it only be slow,
 * fails at its last step; then it replaces the claim. No clock decides who was too slow.
 *   claim of a living thing      → conflict
 *   claim of nothing             → tombstone, then as below
 *   claim of a tombstone         → the claim is replaced by compare-and-set
 * Tombstones stay: one small record for each making that was cut short.
 */
import { conflict, overloaded } from "../domain/fault.ts";
import { storedFields } from "../auth/stored-fields.ts";
import type { JsonObject, RecordAddress, RecordStore } from "../storage/record-store.ts";

const TRIES = 16;
const TOMBSTONE = { abandoned: true } as const;

/** Whether a record is where a thing's maker was overtaken. */
export function isAbandoned(value: JsonObject): boolean {
  return value["abandoned"] === true;
}

/**
 * Claims `name` for the thing `id`; may be repeated.
 * @param thing where the record of the thing with that id is, or would be.
 * @param taken the reason of the `conflict` when a living thing has the name.
 * @returns the value of a claim that was taken over, so that its maker's leftovers can be removed.
 */
export async function claimName(
  records: RecordStore,
  name: RecordAddress,
  claim: JsonObject & { readonly id: string },
  thing: (id: string) => RecordAddress,
  taken: string,
): Promise<JsonObject | undefined> {
  for (let i = 0; i < TRIES; i++) {
    const found = await records.get(name);
    if (found === undefined) {
      if (await records.insert(name, claim)) return undefined;
      continue;
    }
    const holder = storedFields(name.table, found.value).text("id");
    if (holder === claim.id) return undefined;
    const held = await records.get(thing(holder));
    if (held !== undefined && !isAbandoned(held.value)) throw conflict(taken);
    if (held === undefined && !(await records.insert(thing(holder), TOMBSTONE))) continue;
    if (await records.replace(name, found.version, claim)) return found.value;
  }
  throw overloaded("too many want this name at once");
}

/** Writes the thing itself, after its claims; `conflict` when somebody took them over meanwhile. */
export async function finishClaim(
  records: RecordStore,
  at: RecordAddress,
  value: JsonObject,
  taken: string,
): Promise<void> {
  if (!(await records.insert(at, value))) throw conflict(taken);
}
