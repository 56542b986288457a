/**
 * The embedded store under real processes: one a folder, and kill -9 takes nothing that was acknowledged.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { type AppId, parseBatchId } from "../../src/domain/ids.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { createLogSamples, HOUR } from "./log-samples.ts";

const SCRIPT = fileURLToPath(new URL("../support/committing-process.ts", import.meta.url));
/** Two collections and some merges; an odd number, so that kills fall anywhere in the cycle. */
const COMMITS = 47;

/** @returns the batches a process acknowledged before it was killed. */
async function killAfter(
  commits: number,
  folder: string,
  app: AppId,
  space: number,
  whileItRuns: () => Promise<void>,
): Promise<string[]> {
  const child: ChildProcess = spawn(
    process.execPath,
    [SCRIPT, folder, app, `${HOUR}`, `${space}`],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = once(child, "exit");
  const acknowledged: string[] = [];
  if (child.stdout === null) throw new Error("no pipe");
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 1) await whileItRuns();
    if (acknowledged.length === commits) child.kill("SIGKILL");
  }
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  return acknowledged;
}

test("a killed process loses nothing it acknowledged, and frees its folder", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "data");
  const app = createLogSamples().app();
  const acknowledged: string[] = [];
  for (const space of [1, 2]) {
    const some = await killAfter(COMMITS + space, folder, app, space, async () => {
      await expect(openSqliteStore({ folder, clock: new FakeClock() })).rejects.toThrow(
        "is in use",
      );
    });
    acknowledged.push(...some);
  }

  await using store = await openSqliteStore({ folder, clock: new FakeClock() });
  const known = await store.logs.known(
    acknowledged.map((batch) => ({ app, batch: parseBatchId(batch) })),
  );
  expect(known.length).toBe(acknowledged.length);
  // Each commit has three rows; one more may have been on its way to the pipe when each process was killed.
  const { rows } = await store.logs.usage(app);
  expect(rows).toBeGreaterThanOrEqual(3 * acknowledged.length);
  expect(rows).toBeLessThanOrEqual(3 * (acknowledged.length + 2));

  const { manifest } = await store.logs.planUnit({ app, bucket: HOUR, shard: 0 });
  for (const { id, sizeBytes } of manifest.segments)
    expect((await store.logs.readBlob(app, HOUR, id, 0, sizeBytes))?.byteLength).toBe(sizeBytes);
  const files = await readdir(join(folder, "blocks"), { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile()).length).toBe(manifest.segments.length);
});
