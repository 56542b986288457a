import { expect, test } from "vitest";

import { BLOB_EXTRA_MS, L0_EXTRA_MS, MANIFEST_EXTRA_MS, ttlSeconds } from "./log-ttl.ts";

const NOW_MS = 1_795_521_600_000;
const DAY_MS = 86_400_000;
const DAY = 86_400;

test.each([
  { what: "a bucket that is kept for ever", expiresMs: 0, want: 0 },
  { what: "a bucket with a day left", expiresMs: NOW_MS + DAY_MS, want: 2 * DAY },
  { what: "half a second more", expiresMs: NOW_MS + DAY_MS + 500, want: 2 * DAY + 1 },
  { what: "a bucket that ends now", expiresMs: NOW_MS, want: DAY },
  { what: "a bucket that ended long ago", expiresMs: NOW_MS - 30 * DAY_MS, want: 3600 },
  // Beyond what Cassandra reckons with.
  { what: "twelve years", expiresMs: NOW_MS + 12 * 365 * DAY_MS, want: 0 },
])("a row of $what lives $want s", ({ expiresMs, want }) => {
  expect(ttlSeconds(expiresMs, BLOB_EXTRA_MS, NOW_MS)).toBe(want);
});

test("manifests outlive their blobs, and L0 rows both", () => {
  const [blob, manifest, l0] = [BLOB_EXTRA_MS, MANIFEST_EXTRA_MS, L0_EXTRA_MS].map((extra) =>
    ttlSeconds(NOW_MS + DAY_MS, extra, NOW_MS),
  );
  expect(blob).toBeLessThan(manifest ?? 0);
  expect(manifest).toBeLessThan(l0 ?? 0);
});
