/**
 * L0 rows whose bytes are JSON, for tests of what stands above the block format.
 * Invariant: opens to the same entries, in the order of their ids.
 */
import { type AttributeValue, type Entry, compareEntryIds } from "../../src/domain/entry.ts";
import { corrupt } from "../../src/domain/fault.ts";
import type { AppId, BatchId } from "../../src/domain/ids.ts";
import { type Bucket, bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { BlockOpener } from "../../src/search/block-opener.ts";
import type { L0Write } from "../../src/storage/log-store.ts";
import { entryBlock } from "./entry-block.ts";

/** One row a bucket, as a group commit writes them. */
export function jsonRows(app: AppId, entries: readonly Entry[]): L0Write[] {
  const buckets = Map.groupBy(entries, (entry) => bucketOfMs(msOf(entry.timeNanos)));
  return [...buckets].map(([bucket, held]) => jsonRow(app, bucket, held));
}

function jsonRow(app: AppId, bucket: Bucket, unsorted: readonly Entry[]): L0Write {
  const entries = unsorted.toSorted((a, b) => compareEntryIds(a.id, b.id));
  const bytes = new TextEncoder().encode(JSON.stringify(entries, replacer));
  const times = entries.map((entry) => entry.timeNanos);
  return {
    app,
    bucket,
    batches: [...new Set(entries.map((entry) => entry.id.batch satisfies BatchId))].toSorted(),
    bytes,
    meta: {
      rows: entries.length,
      minTimeNanos: times[0] ?? 0n,
      maxTimeNanos: times.at(-1) ?? 0n,
      sizeBytes: bytes.length,
      parts: [{ offset: 0, length: bytes.length }],
      summary: new Uint8Array(),
    },
  };
}

/** Opens JSON rows; there are no segments. */
export const jsonOpener: BlockOpener = {
  openL0: (bytes) => {
    let entries: readonly Entry[];
    try {
      entries = JSON.parse(new TextDecoder().decode(bytes), reviver) as readonly Entry[];
    } catch {
      throw corrupt("row", "no JSON");
    }
    return entryBlock(entries);
  },
  openSegment: () => Promise.resolve([]),
  segmentBatches: () => Promise.resolve([]),
};

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return { $integer: String(value) };
  return value instanceof Map ? { $map: [...value] } : value;
}

function reviver(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("$integer" in value && typeof value.$integer === "string") return BigInt(value.$integer);
  if ("$map" in value) return new Map(value.$map as [string, AttributeValue][]);
  return value;
}
