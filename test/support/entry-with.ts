/**
 * Entries for tests that care for a few of their fields.
 * Invariant: what is not given is empty, the level info, and the entry was received at its own time.
 */
import type { Entry, EntryId } from "../../src/domain/entry.ts";

export function entryWith(id: EntryId, own: Partial<Omit<Entry, "id" | "timeNanos">>): Entry {
  return {
    id,
    timeNanos: id.timeNanos,
    observedNanos: id.timeNanos,
    severity: 9,
    message: "",
    service: "",
    host: "",
    traceId: "",
    spanId: "",
    attributes: new Map(),
    truncated: [],
    ...own,
  };
}
