/**
 * A day of ten million entries, dropped by retention: how long until its space is back, and how much is read for it.
 */
import { readFileSync } from "node:fs";
import { parseBlobId } from "../../src/domain/ids.ts";
import { randomUUID } from "node:crypto";
import { type Bucket, DAY_MS } from "../../src/domain/time-range.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { applyRetention } from "../../src/upkeep/retention.ts";
import type { Row } from "./report.ts";
import { commitHour, type StoreAlone, storeAlone } from "./store-alone.ts";

const HOURS = 24;
const ENTRIES = 10_000_000;
const FIRST = 498_744 as Bucket;

export async function benchRetention(): Promise<Row[]> {
  await using store = await storeAlone();
  await fillDay(store);
  const { logs, app } = store;
  const before = await logs.usage(app);
  const nowMs = (FIRST + HOURS) * 3_600_000 + DAY_MS;
  const [startedMs, readBefore] = [performance.now(), bytesRead()];
  await applyRetention({ id: app, retentionDays: 1 }, logs, nowMs);
  const hiddenMs = performance.now() - startedMs;
  await logs.collectGarbage();
  const goneMs = performance.now() - startedMs;
  const readBytes = bytesRead() - readBefore;
  const after = await logs.usage(app);
  return [
    {
      entries: before.rows.toLocaleString("en"),
      "MB stored": (before.sizeBytes / 1e6).toFixed(0),
      "hidden after, ms": hiddenMs.toFixed(1),
      "space back after, ms": goneMs.toFixed(0),
      "MB read": (readBytes / 1e6).toFixed(1),
      "entries left": String(after.rows),
    },
  ];
}

/** One hour is merged from entries; the others hold the same bytes under names of their own. */
async function fillDay(store: StoreAlone): Promise<void> {
  const { logs, app, merging } = store;
  await commitHour(store, FIRST, ENTRIES / HOURS, 16);
  const unit = { app, bucket: FIRST, shard: 0 };
  while ((await mergeL0(unit, merging)) === "more");
  const { manifest } = await logs.planUnit(unit);
  const blobs = await Promise.all(
    manifest.segments.map(async ({ id, sizeBytes }) => {
      const bytes = await logs.readBlob(app, FIRST, id, 0, sizeBytes);
      if (bytes === undefined) throw new Error("a segment is gone");
      return bytes;
    }),
  );
  for (let hour = 1; hour < HOURS; hour++) {
    const bucket = (FIRST + hour) as Bucket;
    const segments = manifest.segments.map((segment) => ({
      ...segment,
      id: parseBlobId(randomUUID()),
    }));
    for (const [i, { id }] of segments.entries())
      await logs.writeBlob(app, bucket, id, blobs[i] ?? new Uint8Array());
    const next = { ...manifest, bucket, version: 1, nonce: merging.newNonce(), segments };
    if (!(await logs.compareAndSetManifest({ version: 0, nonce: "" }, next)))
      throw new Error("a manifest was not made");
  }
}

/** Of this process so far, whatever came from the disk and what from the system's memory. Source: proc(5), io. */
function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync("/proc/self/io", "latin1"))?.[1] ?? 0);
}
