import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
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
      { folder: "/data", logger: keepingLogger() },
    );
    if (stored) expect(await commit([])).toBe(outcome);
    else await expect(commit([])).rejects.toThrow("the server's disk is nearly full");
  },
);

test("takes commits again when room has come back, and tells the log alone of which folder", async () => {
  const logger = keepingLogger();
  const clock = new FakeClock();
  let freeBytes = 0;
  const commit = commitWithRoom(
    () => Promise.resolve({ duplicates: [] }),
    () => Promise.resolve({ freeBytes, totalBytes: 10 * GiB }),
    clock,
    { folder: "/data", logger },
  );
  for (let n = 0; n < 3; n++) {
    const refused: unknown = await commit([]).catch((error: unknown) => error);
    expect(String(refused)).toContain("nearly full");
    expect(String(refused)).not.toContain("/data");
  }
  freeBytes = 5 * GiB;
  await clock.advance(1001);
  await expect(commit([])).resolves.toEqual({ duplicates: [] });
  expect(logger.lines.map(({ level, fields }) => [level, fields])).toEqual([
    ["warn", { folder: "/data" }],
    ["info", { folder: "/data" }],
  ]);
});
