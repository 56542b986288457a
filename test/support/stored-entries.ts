/**
 * Entries as ingest stores them, and merges as upkeep makes them, in one step each.
 * Invariant: through the real encoder; one L0 row per (application, bucket) for each call.
 */
import type { AttributeValue, Entry } from "../../src/domain/entry.ts";
import { type AppId, type BatchId, type BlobId, parseBlobId } from "../../src/domain/ids.ts";
import { type Bucket, bucketOfMs, msOf, nanosOf } from "../../src/domain/time-range.ts";
import { BlockEncoder } from "../../src/engine/block/encode-block.ts";
import { encodeTick } from "../../src/engine/block/encode-tick.ts";
import { mergeBlocks } from "../../src/engine/block/merge-blocks.ts";
import { openBlock } from "../../src/engine/block/open-block.ts";
import { utf8Bytes } from "../../src/engine/column/bytes.ts";
import { jsonText } from "../../src/engine/column/json-value.ts";
import { TickRows } from "../../src/engine/column/tick-rows.ts";
import { buildSegment } from "../../src/engine/segment/segment.ts";
import { addSummaries, decodeSummary, encodeSummary } from "../../src/engine/summary/summary.ts";
import type { L0Write, LogStore } from "../../src/storage/log-store.ts";

export function entryRows(app: AppId, entries: readonly Entry[]): L0Write[] {
  const tick = new TickRows();
  for (const [batch, held] of Map.groupBy(entries, (entry) => entry.id.batch)) {
    const buckets = held.map((entry) => bucketOfMs(msOf(entry.timeNanos)));
    tick.beginBatch({
      app,
      batch,
      // Entries more than an hour ahead of it would get its time.
      defaultTimeMs: Math.max(...held.map((entry) => msOf(entry.timeNanos))),
      receivedMs: msOf(held[0]?.observedNanos ?? 0n),
      admitFrom: Math.min(...buckets) as Bucket,
      admitTo: Math.max(...buckets) as Bucket,
      service: "",
      host: "",
    });
    for (const entry of held.toSorted((a, b) => a.id.index - b.id.index)) send(tick, entry);
    const { rejected } = tick.endBatch();
    if (rejected.length > 0) throw new Error(`refused: ${rejected[0]?.reason ?? ""}`);
  }
  return encodeTick(tick, new BlockEncoder());
}

function send(tick: TickRows, entry: Entry): void {
  const text = (value: string): [Uint8Array, number, number] => {
    const bytes = utf8Bytes(value);
    return [bytes, 0, bytes.length];
  };
  tick.begin(entry.id.index);
  const ms = msOf(entry.timeNanos);
  tick.time(ms, Number(entry.timeNanos - nanosOf(ms, 0)));
  tick.severity(entry.severity);
  tick.message(...text(entry.message));
  if (entry.service !== "") tick.service(...text(entry.service));
  if (entry.host !== "") tick.host(...text(entry.host));
  if (entry.traceId !== "") tick.traceId(...text(entry.traceId));
  if (entry.spanId !== "") tick.spanId(...text(entry.spanId));
  for (const [key, value] of entry.attributes) sendAttribute(tick, key, value);
  tick.end();
}

function sendAttribute(tick: TickRows, key: string, value: AttributeValue): void {
  const name = tick.nameOfText(key);
  if (typeof value === "number") tick.attributeNumber(name, value);
  else if (typeof value === "boolean") tick.attributeBoolean(name, value);
  else {
    const bytes = utf8Bytes(typeof value === "string" ? value : jsonText(value));
    if (typeof value === "string") tick.attributeText(name, bytes, 0, bytes.length);
    else tick.attributeJson(name, bytes, 0, bytes.length);
  }
}

/** Merges all L0 rows of a bucket into one more segment, of small blocks. */
export async function mergeBucket(
  store: LogStore,
  app: AppId,
  bucket: Bucket,
  n: number,
  rowsABlock = 8,
): Promise<BlobId | undefined> {
  const { manifest, l0 } = await store.planUnit({ app, bucket, shard: 0 });
  if (l0.length === 0) return undefined;
  const taken = new Set<BatchId>();
  const inputs = [];
  for (const row of l0) {
    const bytes = await store.readL0(row.id);
    if (bytes === undefined) throw new Error("the row is gone");
    inputs.push({
      block: openBlock(bytes, row.meta.parts),
      except: new Set(row.batches.filter((batch) => taken.has(batch))),
    });
    for (const batch of row.batches) taken.add(batch);
  }
  const limits = { rows: rowsABlock, rawBytes: 1 << 20 };
  const blocks = mergeBlocks(inputs, limits);
  const batches = [...taken].toSorted();
  const { bytes, ...built } = buildSegment(blocks, batches);
  const id = parseBlobId(`019b0000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`);
  await store.writeBlob(app, bucket, id, bytes);
  const summaries = [
    decodeSummary(manifest.totals),
    ...blocks.map(({ meta }) => decodeSummary(meta.summary)),
  ];
  const done = await store.compareAndSetManifest(
    { version: manifest.version, nonce: manifest.nonce },
    {
      ...manifest,
      version: manifest.version + 1,
      nonce: id,
      through: Math.max(...l0.map((row) => row.epoch)),
      totals: encodeSummary(addSummaries(summaries)),
      segments: [
        ...manifest.segments,
        { ...built, id, level: 0, minEpoch: Math.min(...l0.map((row) => row.epoch)) },
      ],
    },
  );
  if (!done) throw new Error("the manifest changed");
  return id;
}
