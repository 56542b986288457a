/** Between a batch's arrival and its acknowledgement the kernel was asked to make it durable, as strace sees it. */
import { execFileSync } from "node:child_process";
import { randomUUIDv7 } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { send } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { noise } from "../support/noise.ts";
import { startArgus } from "../support/server-process.ts";
import { checkSyncs, readTrace, straceTo, type TracedCall } from "../support/sync-trace.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const inTurn = Array.from({ length: 8 }, () => randomUUIDv7());
const together = Array.from({ length: 40 }, () => randomUUIDv7());
/** Together above the 8 MiB of what does not compress that make a merge due at once, and into a file. */
const large = Array.from({ length: 3 }, () => randomUUIDv7());
const LARGE_ENTRIES = 1200;

test("there is an strace wherever Argus can run under one", () => {
  if (process.platform === "linux") requireStrace();
  else console.warn("SYNCS ARE NOT TESTED: strace is a tool of Linux");
  expect(process.platform === "linux" || process.env["CI"] === undefined).toBe(true);
});

describe.skipIf(process.platform !== "linux")("under strace", () => {
  let data = "";
  let calls: TracedCall[] = [];

  beforeAll(async () => {
    requireStrace();
    await using folder = await tempFolder();
    const file = join(folder.path, "trace");
    data = join(folder.path, "data");
    let pid = 0;
    {
      await using argus = await startArgus({ data, under: straceTo(file) });
      ({ pid } = argus);
      const { url } = argus;
      const { secret } = await makeApplication(url, "synced");
      for (const batch of inTurn) await send(url, secret, [{ message: "alone" }], batch);
      await Promise.all(
        together.map((batch) => send(url, secret, [{ message: "together" }], batch)),
      );
      for (const batch of large) {
        const entries = Array.from({ length: LARGE_ENTRIES }, (_, n) => ({
          message: noise(`${batch} ${n}`, 2700),
        }));
        await send(url, secret, entries, batch);
      }
      const blocks = join(data, "blocks");
      await until("a merge wrote a file", async () => {
        const found = await readdir(blocks, { recursive: true }).catch(() => []);
        return found.some((name) => name.split("/").length === 3);
      });
    }
    // The tracer ends a little after the server.
    const ended = new RegExp(`^${pid} .*\\+\\+\\+ exited`, "m");
    await until("the trace is whole", async () => ended.test(await endOf(file)));
    calls = await readTrace(file);
  }, 120_000);

  test("a sync of the log stands between each batch's last write and its answer", () => {
    const { problems, commits } = checkSyncs(calls, inTurn, data);
    expect(problems).toEqual([]);
    expect(commits).toBe(inTurn.length);
  });

  test("batches that share a commit are all answered after its sync", () => {
    const { problems, commits } = checkSyncs(calls, together, data);
    expect(problems).toEqual([]);
    expect(commits).toBeLessThan(together.length);
  });

  test("a large batch is synced whole, and its merged file before the log names it", () => {
    const { problems, blockFiles } = checkSyncs(calls, large, data);
    expect(problems).toEqual([]);
    expect(blockFiles).toBeGreaterThan(0);
  });

  test("without the syncs of the log every batch is found out, without the others every file", () => {
    const batches = [...inTurn, ...together, ...large];
    const without = (isLeftOut: (target: string) => boolean): readonly string[] =>
      checkSyncs(
        calls.filter(({ name, target }) => !(/^f(data)?sync$/.test(name) && isLeftOut(target))),
        batches,
        data,
      ).problems;
    expect(without((target) => target.endsWith("-wal"))).toEqual(
      batches.map(
        (batch) =>
          `batch ${batch}: no sync of the log stands between its last write and its answer`,
      ),
    );
    const ofFiles = without((target) => target.startsWith(`${data}/blocks/`));
    expect(
      ofFiles.filter((one) => one.endsWith("its bytes were not synced before the log named it")),
    ).not.toEqual([]);
    expect(
      ofFiles.filter((one) => one.endsWith("its name was not synced before the log named it")),
    ).not.toEqual([]);
  });
});

async function endOf(path: string): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.min(size, 4096));
  await file.read(bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString("latin1");
}

function requireStrace(): void {
  try {
    execFileSync("strace", ["--version"], { stdio: "ignore" });
  } catch (error) {
    throw new Error("SYNCS ARE NOT TESTED: there is no strace. Install it: .ci/install-strace", {
      cause: error,
    });
  }
}
