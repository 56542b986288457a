/**
 * The write side of a log store in a few lines: the oracle that commits are compared with.
 * Invariant: a commit with a known batch stores nothing and names it.
 */
import type { BatchName, L0Write, LogStore } from "../../src/storage/log-store.ts";

export function claimingStore(): Pick<LogStore, "known" | "commit"> & {
  readonly rows: readonly L0Write[];
} {
  const rows: L0Write[] = [];
  const claimed = new Set<string>();
  const keyOf = (name: BatchName): string => `${name.app}/${name.batch}`;
  const namesOf = (writes: readonly L0Write[]): BatchName[] =>
    writes.flatMap((row) => row.batches.map((batch) => ({ app: row.app, batch })));
  return {
    rows,
    known: (batches) => Promise.resolve(batches.filter((name) => claimed.has(keyOf(name)))),
    commit: (writes) => {
      const names = namesOf(writes);
      const duplicates = names.filter((name) => claimed.has(keyOf(name)));
      if (duplicates.length === 0) {
        for (const name of names) claimed.add(keyOf(name));
        rows.push(...writes);
      }
      return Promise.resolve({ duplicates });
    },
  };
}
