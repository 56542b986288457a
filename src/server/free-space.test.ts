import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { commitWithRoom } from "./free-space.ts";

const GiB = 1024 ** 3;

test.each([
  { freeBytes: 2 * GiB, totalBytes: 10 * GiB, stored: true },
  { freeBytes: 1 * GiB - 1, totalBytes: 10 * GiB, stored: false },
  { freeBytes: 2 * GiB, totalBytes: 200 * GiB, stored: false },
  { freeBytes: 5 * GiB, totalBytes: 200 * GiB, stored: true },
  { freeBytes: Infinity, totalBytes: Infinity, stored: true },
])(
  "with $freeBytes of $totalBytes bytes free a commit is stored: $stored",
  async ({ stored, ...space }) => {
    const outcome = { duplicates: [] };
    const commit = commitWithRoom(
      () => Promise.resolve(outcome),
      () => Promise.resolve(space),
      new FakeClock(),
      "/data",
    );
    if (stored) expect(await commit([])).toBe(outcome);
    else await expect(commit([])).rejects.toThrow("the disk of /data is nearly full");
  },
);

test("takes commits again when room has come back", async () => {
  const clock = new FakeClock();
  let freeBytes = 0;
  const commit = commitWithRoom(
    () => Promise.resolve({ duplicates: [] }),
    () => Promise.resolve({ freeBytes, totalBytes: 10 * GiB }),
    clock,
    "/data",
  );
  await expect(commit([])).rejects.toThrow("nearly full");
  freeBytes = 5 * GiB;
  await clock.advance(1001);
  await expect(commit([])).resolves.toEqual({ duplicates: [] });
});
