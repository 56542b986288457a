/**
 * Opens blocks and segments as the engine writes them.
 * Invariant: of a segment's block only part 0 and the parts that hold wanted columns are read.
 */
import type { BlockMeta } from "../domain/block-meta.ts";
import { corrupt } from "../domain/fault.ts";
import { columnName } from "../engine/block/directory.ts";
import { COLUMN } from "../engine/block/format.ts";
import {
  type OpenedBlock,
  type WantedColumns,
  openBlock,
  openPart0,
} from "../engine/block/open-block.ts";
import { readSegmentBatches, readSegmentIndex } from "../engine/segment/segment.ts";
import type { SegmentRef } from "../storage/log-store.ts";
import type { BlockOpener, FetchRange, OnInflate, PartialBlock } from "./block-opener.ts";
import { type FieldNeeds, needsAttribute } from "./field-needs.ts";

export const engineOpener: BlockOpener = {
  openL0: (bytes, meta, onInflate) => openBlock(bytes, meta.parts, "row", onInflate),

  openSegment: async (ref, fetch) => {
    const what = `segment ${ref.id}`;
    const bytes = await fetchPart(ref, 0, fetch);
    if (bytes === undefined) return undefined;
    return readSegmentIndex(bytes, `${what}, index`).blocks.map((meta, i) => ({
      meta,
      open: (own, needs, onInflate) =>
        openParts(meta, `${what}, block ${i}`, own, needs, onInflate),
    }));
  },

  segmentBatches: async (ref, fetch) => {
    const bytes = await fetchPart(ref, 1, fetch);
    return bytes === undefined
      ? undefined
      : readSegmentBatches(bytes, `segment ${ref.id}, batches`);
  },
};

async function fetchPart(
  ref: SegmentRef,
  index: number,
  fetch: FetchRange,
): Promise<Uint8Array | undefined> {
  const part = ref.parts[index];
  if (part === undefined) throw corrupt(`segment ${ref.id}`, `it has no part ${index}`);
  return fetch(part.offset, part.length);
}

async function openParts(
  meta: BlockMeta,
  what: string,
  fetch: FetchRange,
  needs: FieldNeeds,
  onInflate: OnInflate | undefined,
): Promise<PartialBlock | undefined> {
  const [first] = meta.parts;
  if (first === undefined) throw corrupt(what, "it has no part 0");
  const part0 = await fetch(first.offset, first.length);
  if (part0 === undefined) return undefined;
  const block = openPart0(part0, what, onInflate);
  const load = async (wanted: FieldNeeds): Promise<boolean> => {
    for (const index of block.missingParts(wantedColumns(block, wanted))) {
      const part = meta.parts[index];
      if (part === undefined) throw corrupt(what, `it has no part ${index}`);
      const bytes = await fetch(part.offset, part.length);
      if (bytes === undefined) return false;
      block.addPart(index, bytes);
    }
    return true;
  };
  return (await load(needs)) ? { block, load } : undefined;
}

function wantedColumns(block: OpenedBlock, needs: FieldNeeds): WantedColumns {
  const { message } = needs;
  if (needs.attributes === "all") return { message, attributes: "all" };
  const names = new Set(needs.attributes);
  for (const prefix of needs.below) {
    // A name that no column has stands for those kept together.
    names.add(`${prefix}.`);
    for (const entry of block.directory.columns) {
      const name = entry.kind === COLUMN.attribute ? columnName(entry) : "";
      if (name !== "" && needsAttribute(needs, name)) names.add(name);
    }
  }
  return { message, attributes: [...names] };
}
