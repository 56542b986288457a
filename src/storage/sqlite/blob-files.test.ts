import { expect, test } from "vitest";

import { createLogSamples, HOUR } from "../../../test/contract/log-samples.ts";
import { FaultyFiles } from "../../../test/support/faulty-files.ts";
import type { Bucket } from "../../domain/time-range.ts";
import { createBlobFiles } from "./blob-files.ts";

const day = (n: number): Bucket => (HOUR + 24 * n) as Bucket;

test("remembers a bounded number of folders, those used last, and syncs the others anew", async () => {
  const files = new FaultyFiles();
  const s = createLogSamples();
  const app = s.app();
  // The blocks, the application and two of its days.
  const blobs = createBlobFiles(files, "/", 4);
  const made = (): number => files.counts.get("mkdir") ?? 0;
  const write = async (n: number): Promise<number> => {
    const before = made();
    await blobs.write(app, day(n), s.blob(), s.bytes(10));
    return made() - before;
  };
  expect(await write(0)).toBe(3);
  expect(await write(1)).toBe(1);
  expect([await write(0), await write(1), await write(0)]).toEqual([0, 0, 0]);
  expect(await write(2)).toBe(1);
  expect([await write(0), await write(1)]).toEqual([0, 1]);
  for (let n = 0; n < 50; n++) await write(n);
  expect(await write(0)).toBe(1);
  // Forgotten or not, what was written survives a power cut.
  const left = files.cutPower(() => false);
  expect(left.paths("/")).toEqual(files.paths("/"));
});
