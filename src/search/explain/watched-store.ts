/**
 * The store and the opener of a run, watched: what is asked of the store, what opening costs, which columns are read.
 * Invariant: they answer as those they stand for.
 */
import type { LogReads } from "../../storage/log-store.ts";
import type { BlockOpener, FetchRange, OnInflate, PartialBlock } from "../block-opener.ts";
import type { StageCosts } from "./stage-costs.ts";
import { type ColumnWatch, WatchedBlock } from "./watched-block.ts";

/** Of one column, over all blocks. */
export interface ColumnCost {
  /** Blocks in which it was read. */
  blocks: number;
  /** Decompressed; 0 where they were not compressed by themselves, as in blocks that are one frame. */
  bytes: number;
}

export function watchedStore(store: LogReads, costs: StageCosts): LogReads {
  const [plan, read] = [costs.of("plan"), costs.of("read")];
  const counted = async (bytes: Promise<Uint8Array | undefined>) => {
    read.bytes += (await bytes)?.length ?? 0;
    return bytes;
  };
  return {
    ...store,
    plan: (...args) => costs.wait(plan, () => store.plan(...args)),
    planUnit: (key) => costs.wait(plan, () => store.planUnit(key)),
    readL0: (id) => costs.wait(read, () => counted(store.readL0(id))),
    readBlob: (...args) => costs.wait(read, () => counted(store.readBlob(...args))),
  };
}

export function watchedOpener(
  opener: BlockOpener,
  costs: StageCosts,
  columns: Map<string, ColumnCost>,
): BlockOpener {
  const open = costs.of("open");
  /** What one block has inflated, and which of its columns were seen. */
  const watchOf = (
    onInflate: OnInflate | undefined,
  ): { inflate: OnInflate; columns: ColumnWatch } => {
    let inflated = 0;
    const seen = new Set<string>();
    return {
      inflate: (bytes) => {
        inflated += bytes;
        onInflate?.(bytes);
      },
      columns: {
        see: (name, decode) => {
          const before = inflated;
          const decoding = costs.of("decode");
          const isNew = !seen.has(name);
          // A column that is there already costs nothing worth the looks at the clocks.
          const value =
            isNew || name === "time" || name === "id" ? costs.time(decoding, decode) : decode();
          const own = columns.get(name) ?? { blocks: 0, bytes: 0 };
          columns.set(name, own);
          own.bytes += inflated - before;
          decoding.bytes += inflated - before;
          if (isNew && value !== undefined) {
            own.blocks++;
            seen.add(name);
          }
          return value;
        },
      },
    };
  };
  return {
    openL0: (bytes, meta, onInflate) => {
      const watch = watchOf(onInflate);
      open.blocks++;
      return new WatchedBlock(
        costs.time(open, () => opener.openL0(bytes, meta, watch.inflate)),
        watch.columns,
      );
    },
    openSegment: async (ref, fetch) => {
      const stretch = costs.stretch(open);
      const blocks = await opener.openSegment(ref, paused(fetch, stretch));
      stretch.pause();
      return blocks?.map((block) => ({
        meta: block.meta,
        open: async (own, needs, onInflate): Promise<PartialBlock | undefined> => {
          const watch = watchOf(onInflate);
          const work = costs.stretch(open);
          const opened = await block.open(paused(own, work), needs, watch.inflate);
          work.pause();
          open.blocks++;
          if (opened === undefined) return undefined;
          return {
            block: new WatchedBlock(opened.block, watch.columns),
            load: async (more) => {
              work.resume();
              const here = await opened.load(more);
              work.pause();
              return here;
            },
          };
        },
      }));
    },
    segmentBatches: async (ref, fetch) => {
      const stretch = costs.stretch(open);
      const batches = await opener.segmentBatches(ref, paused(fetch, stretch));
      stretch.pause();
      return batches;
    },
  };
}

/** The same, its waits no part of the stretch. */
function paused(fetch: FetchRange, stretch: ReturnType<StageCosts["stretch"]>): FetchRange {
  return async (offset, length) => {
    stretch.pause();
    const bytes = await fetch(offset, length);
    stretch.resume();
    return bytes;
  };
}
