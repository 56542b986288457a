/**
 * A process that opens the store in a folder and commits without end, one line on stdout for each acknowledged batch.
 * Run by a test that kills it: `node committing-process.ts <folder> <application> <bucket> <space>`.
 */
import { writeSync } from "node:fs";

import { parseAppId } from "../../src/domain/ids.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { createLogSamples, mergeAll } from "../contract/log-samples.ts";
import { FakeClock } from "./fake-clock.ts";

const [, , folder = "", app = "", bucketText = "", space = ""] = process.argv;
const key = { app: parseAppId(app), bucket: Number(bucketText) as Bucket, shard: 0 };
const samples = createLogSamples(Number(space));
const clock = new FakeClock();
await using store = await openSqliteStore({ folder, clock });
for (let i = 1; ; i++) {
  const batch = samples.batch();
  await store.logs.commit([samples.write(key.app, key.bucket, [batch])]);
  // Straight to the pipe: what the test reads was acknowledged.
  writeSync(1, `${batch}\n`);
  if (i % 5 === 0) await mergeAll(store.logs, samples, key, 70_000);
  if (i % 20 === 0) {
    await clock.advance(60_000);
    await store.logs.collectGarbage();
  }
}
