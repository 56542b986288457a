/** What stands around an entry against a naive reading, also where a part of it cannot be read. */
import { expect, test } from "vitest";
import { type Entry, compareEntryIds, entryIdText } from "../../src/domain/entry.ts";
import { corrupt, isFault } from "../../src/domain/fault.ts";
import type { BlockReader } from "../../src/engine/block/block-reader.ts";
import type { BlockOpener, SegmentBlock } from "../../src/search/block-opener.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { findContext } from "../../src/search/find-entry.ts";
import type { ContextResult } from "../../src/search/results.ts";
import { arbEntries } from "../oracle/arbitraries.ts";
import type { OverStored, Stored } from "./over-stored.ts";

const COUNT = 4;

export function describeContexts(over: OverStored): void {
  test("the entries around one are the nearest ones", async () => {
    await over(15, arbEntries, async (stored) => {
      const sorted = stored.entries.toSorted((a, b) => compareEntryIds(a.id, b.id));
      for (const [at, entry] of sorted.entries()) {
        if (at % 7 !== 0) continue;
        expect(await contextOf(stored, entry)).toEqual({
          before: sorted.slice(Math.max(0, at - COUNT), at).toReversed(),
          entry,
          after: sorted.slice(at + 1, at + 1 + COUNT),
          partial: false,
          partialReason: "",
        });
      }
    });
  });

  test("entries that cannot be read are left out of what is around one, and that is said", async () => {
    await over(15, arbEntries, async (stored) => {
      const sorted = stored.entries.toSorted((a, b) => compareEntryIds(a.id, b.id));
      const batches = [...new Set(sorted.map(({ id }) => id.batch))];
      const [lost] = batches;
      const isLost = (entry: Entry): boolean => entry.id.batch === lost;
      for (const [at, entry] of sorted.entries()) {
        if (at % 7 !== 0) continue;
        const asked = contextOf(stored, entry, unreadable(isLost));
        if (isLost(entry)) {
          const error = await asked.catch((caught: unknown) => caught);
          expect(isFault(error, "corrupt")).toBe(true);
          continue;
        }
        const before = nearest(sorted.slice(0, at).toReversed(), isLost);
        const after = nearest(sorted.slice(at + 1), isLost);
        const partial = before.passedOver || after.passedOver;
        expect(await asked).toEqual({
          before: before.found,
          entry,
          after: after.found,
          partial,
          partialReason: partial ? "an entry is damaged: it was made so" : "",
        });
      }
    });
  });
}

/** @param entries the nearest first. */
function nearest(
  entries: readonly Entry[],
  isLost: (entry: Entry) => boolean,
): { found: readonly Entry[]; passedOver: boolean } {
  const found = entries.filter((entry) => !isLost(entry)).slice(0, COUNT);
  const last = found.length < COUNT ? undefined : found.at(-1);
  const end = last === undefined ? entries.length : entries.indexOf(last);
  return { found, passedOver: entries.slice(0, end).some(isLost) };
}

function contextOf(
  { app, deps }: Stored,
  { id }: Entry,
  opener: BlockOpener = engineOpener,
): Promise<ContextResult> {
  const request = { app, id: entryIdText(id), before: COUNT, after: COUNT };
  return findContext(request, { ...deps(), opener });
}

/** Blocks in which some entries turn out damaged when they are read. */
function unreadable(isLost: (entry: Entry) => boolean): BlockOpener {
  const damaged = (block: BlockReader): BlockReader => {
    const read = block.entry.bind(block);
    const value = (row: number): Entry => {
      const entry = read(row);
      if (isLost(entry)) throw corrupt("an entry", "it was made so");
      return entry;
    };
    return Object.defineProperty(block, "entry", { value });
  };
  const within = (one: SegmentBlock): SegmentBlock => ({
    meta: one.meta,
    open: async (...given) => {
      const opened = await one.open(...given);
      return opened === undefined ? undefined : { ...opened, block: damaged(opened.block) };
    },
  });
  return {
    ...engineOpener,
    openL0: (...given) => damaged(engineOpener.openL0(...given)),
    openSegment: async (...given) => (await engineOpener.openSegment(...given))?.map(within),
  };
}
