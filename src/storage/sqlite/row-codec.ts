/**
 * Reads L0 rows and manifests from rows of SQLite.
 * Invariant: what is read was written in the forms of `../stored-form.ts`.
 */
import type { AppId, BatchId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { L0Id, L0Row, Manifest } from "../log-store.ts";
import { decodeParts, decodeSegments, unpackId, unpackIds } from "../stored-form.ts";
import { bigOf, bytesOf, intOf, type Row, textOf } from "./database.ts";

/** The columns that `decodeL0Row` wants, read with bigints. */
export const L0_COLUMNS =
  "id, epoch, app, bucket, rows, size_bytes, min_time, max_time, parts, summary, batches";

export function decodeL0Row(row: Row): L0Row {
  return {
    id: String(intOf(row, "id")) as L0Id,
    app: unpackId(bytesOf(row, "app")) as AppId,
    bucket: intOf(row, "bucket") as Bucket,
    epoch: intOf(row, "epoch"),
    batches: unpackIds(bytesOf(row, "batches")) as BatchId[],
    meta: {
      rows: intOf(row, "rows"),
      minTimeNanos: bigOf(row, "min_time"),
      maxTimeNanos: bigOf(row, "max_time"),
      sizeBytes: intOf(row, "size_bytes"),
      // Written by encodeParts alone.
      parts: decodeParts(JSON.parse(textOf(row, "parts")) as number[]),
      summary: bytesOf(row, "summary"),
    },
  };
}

export function decodeManifest(row: Row, trash: readonly BlobId[]): Manifest {
  return {
    app: unpackId(bytesOf(row, "app")) as AppId,
    bucket: intOf(row, "bucket") as Bucket,
    shard: 0,
    version: intOf(row, "version"),
    nonce: textOf(row, "nonce"),
    through: intOf(row, "through"),
    totals: bytesOf(row, "totals"),
    segments: decodeSegments(textOf(row, "segments")),
    trash,
  };
}
