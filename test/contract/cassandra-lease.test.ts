/**
 * Leases between real processes on a real Cassandra: one that is killed is replaced, and one that was stopped while
 * another took over does no more work when it goes on.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, test } from "vitest";

import type { CassandraOptions } from "../../src/storage/cassandra/connect.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { until } from "../support/until.ts";

const found = inject("cassandra");
const SCRIPT = fileURLToPath(new URL("../support/cassandra/holding-process.ts", import.meta.url));
/** Long enough for a busy machine to renew in time, mostly; nothing here depends on that. */
const LEASE_MS = 1_500;

interface Holder extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly said: string[];
}

function startHolder(options: CassandraOptions): Holder {
  const args = [SCRIPT, JSON.stringify(options), "task", `${LEASE_MS}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const said: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
  return {
    child,
    said,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** @returns the fence of the newest work. */
function worked(holder: Holder): number | undefined {
  const line = holder.said.findLast((each) => each.startsWith("worked "));
  return line === undefined ? undefined : Number(line.slice("worked ".length));
}

describe.skipIf("missing" in found)("a lease on a real Cassandra", () => {
  test.each(["SIGKILL", "SIGSTOP"] as const)(
    "passes on when its holder gets %s",
    async (signal) => {
      const options = newKeyspace(found);
      await (await openForTests(options))[Symbol.asyncDispose]();
      await using first = startHolder(options);
      await until("the first works", () => worked(first) !== undefined);
      await using second = startHolder(options);
      first.child.kill(signal);
      const fence = await until("the second works", () => worked(second));
      const before = worked(first) ?? 0;
      expect(fence).toBeGreaterThan(before);
      if (signal === "SIGKILL") return;

      const saidBefore = first.said.length;
      first.child.kill("SIGCONT");
      await until("the first goes on", () => first.said.includes("over"));
      // What it was about to say when it was stopped is all it says of the fence that it lost.
      const late = first.said.slice(saidBefore).filter((line) => line === `worked ${before}`);
      expect(late.length).toBeLessThanOrEqual(1);
    },
  );
});
