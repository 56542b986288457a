/**
 * Names a batch whose sender did not: the same body of the same application gets the same id, so that a retry of
 * a client that knows nothing of batch ids is stored once.
 * Invariant: a pure function of (application, body, newest time). It is a UUIDv8: 48 bits of the newest event time
 * in ms, then SHA-256. A body without times must not be named this way: its entries take the time in the id.
 */
import { hash } from "node:crypto";
import { type AppId, type BatchId, parseBatchId, uuidBytes, uuidText } from "../domain/ids.ts";

const MOST_MS = 2 ** 48 - 1;

/**
 * @param body inflated; clients that retry repeat it byte for byte.
 * @param meaning what else decides how the body is read (dialect, defaults): the same bytes read otherwise are another batch.
 * @param newestMs ms since 1970 of the newest entry, as far as it is cheaply known; any pure function of the body.
 */
export function derivedBatchId(
  app: AppId,
  body: Uint8Array,
  meaning: readonly string[],
  newestMs: number,
): BatchId {
  // Two hashes rather than a copy of both: bodies have tens of megabytes.
  const ofBody = hash("sha256", body, "buffer");
  const ofMeaning = hash("sha256", JSON.stringify(meaning), "buffer");
  const named = new Uint8Array(80);
  named.set(uuidBytes(app), 0);
  named.set(ofBody, 16);
  named.set(ofMeaning, 48);
  const digest = hash("sha256", named, "buffer");
  const bytes = new Uint8Array(16);
  let ms = Math.min(MOST_MS, Math.max(0, Math.floor(newestMs)));
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes.set(digest.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return parseBatchId(uuidText(bytes));
}

/**
 * Whether an id may be a derived one. The time in it is that of some entry, so entries may well be newer than it:
 * they are judged by their bucket alone, and those without a time take it from their decoder.
 */
export function isDerived(batch: BatchId): boolean {
  return batch[14] === "8";
}
