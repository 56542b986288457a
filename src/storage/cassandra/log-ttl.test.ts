import { expect, test } from "vitest";

import { type Bucket, bucketStartMs, DAY_MS } from "../../domain/time-range.ts";
import { BLOB_EXTRA_MS, L0_EXTRA_MS, MANIFEST_EXTRA_MS, ttlSeconds } from "./log-ttl.ts";

const BUCKET = 498_756 as Bucket;
const HOUR_MS = 3_600_000;
const DAY = 86_400;

/** As the catalogue makes it: kept so long beyond its hour. */
function kept(keptMs: number): { bucket: Bucket; expiresMs: number } {
  return { bucket: BUCKET, expiresMs: bucketStartMs(BUCKET) + HOUR_MS + keptMs };
}

test.each([
  { what: "a bucket that is kept for ever", bucket: { bucket: BUCKET, expiresMs: 0 }, want: 0 },
  { what: "a bucket that is kept for a day", bucket: kept(DAY_MS), want: 2 * DAY + 3600 },
  { what: "half a second more", bucket: kept(DAY_MS + 500), want: 2 * DAY + 3601 },
  { what: "an application that is gone", bucket: kept(0), want: DAY + 3600 },
  { what: "a bucket that was deleted", bucket: undefined, want: DAY },
  // Beyond what Cassandra reckons with.
  { what: "twelve years", bucket: kept(12 * 365 * DAY_MS), want: 0 },
])("a row of $what lives $want s", ({ bucket, want }) => {
  expect(ttlSeconds(bucket, BLOB_EXTRA_MS)).toBe(want);
});

test("manifests outlive their blobs, and L0 rows both", () => {
  const [blob, manifest, l0] = [BLOB_EXTRA_MS, MANIFEST_EXTRA_MS, L0_EXTRA_MS].map((extra) =>
    ttlSeconds(kept(DAY_MS), extra),
  );
  expect(blob).toBeLessThan(manifest ?? 0);
  expect(manifest).toBeLessThan(l0 ?? 0);
});
