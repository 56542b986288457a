/**
 * A door in front of a log store's write side: tests hold commits, let them fail, or lose their answers.
 * Invariant: what passes reaches the store as it is; a lost answer means that the store did apply it.
 */
import { overloaded } from "../../src/domain/fault.ts";
import type { BatchName, L0Write, LogStore } from "../../src/storage/log-store.ts";

export type CommitFate = "store" | "refuse" | "lose-answer";

export interface GatedStore extends Pick<LogStore, "known" | "commit"> {
  /** What becomes of the next commits, in order; then they are stored. */
  readonly fates: CommitFate[];
  /** Commits that reached the door. */
  readonly commits: (readonly L0Write[])[];
  readonly asked: (readonly BatchName[])[];
  /** Commits from now on wait at the door. */
  hold(): void;
  /** Lets those that wait, and all later ones, pass. */
  release(): void;
}

export function gatedStore(store: Pick<LogStore, "known" | "commit">): GatedStore {
  let door: PromiseWithResolvers<void> | undefined;
  const fates: CommitFate[] = [];
  const commits: (readonly L0Write[])[] = [];
  const asked: (readonly BatchName[])[] = [];
  return {
    fates,
    commits,
    asked,
    hold: () => void (door ??= Promise.withResolvers()),
    release: () => {
      door?.resolve();
      door = undefined;
    },
    known: (batches) => {
      asked.push(batches);
      return store.known(batches);
    },
    commit: async (rows) => {
      commits.push(rows);
      await door?.promise;
      const fate = fates.shift() ?? "store";
      if (fate === "refuse") throw overloaded("the disk is full");
      const outcome = await store.commit(rows);
      if (fate === "lose-answer") throw overloaded("no answer came");
      return outcome;
    },
  };
}
