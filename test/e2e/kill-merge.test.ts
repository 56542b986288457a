/** kill -9 during merges: a query equals what was acknowledged. */
import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { search, trySend } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { noise } from "../support/noise.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

const ROUNDS = 5;
const BATCHES = 100;
/** Twice a batch: 9 MB a round, which is above the 8 MiB that make a merge due at once. */
const PAD_BYTES = 45_000;

test("a query equals what was acknowledged after kill -9 during merges", async () => {
  await using folder = await tempFolder();
  let argus: ArgusProcess = await startArgus({ data: folder.path });
  try {
    const { secret } = await makeApplication(argus.url, "merges");
    const acknowledged = new Set<string>();
    const sent = new Set<string>();
    let unanswered: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { url, child } = argus;
      // What was cut off in the round before goes again under its own name, after a merge or before it.
      const batches = [...unanswered, ...Array.from({ length: BATCHES }, () => randomUUIDv7())];
      unanswered = [];
      const exited = once(child, "exit");
      for (const [n, batch] of batches.entries()) {
        sent.add(batch);
        // The upkeep looks once a second: the kill falls anywhere before, in and after its merges.
        if (n === batches.length - 10 + round) child.kill("SIGKILL");
        if (await post(url, secret, batch)) acknowledged.add(batch);
        else unanswered.push(batch);
      }
      await exited;
      argus = await startArgus({ data: folder.path });
      const found: string[] = [];
      let cursor = "";
      do {
        const more = { limit: 10_000, cursor };
        const page = await search(argus.url, secret, "| fields message", more);
        expect(page.partial).toBe(false);
        found.push(...(page.table?.rows ?? []).map(([message]) => String(message)));
        cursor = page.next_cursor;
      } while (cursor !== "");
      const counts = new Map<string, number>();
      for (const message of found) counts.set(message, (counts.get(message) ?? 0) + 1);
      for (const batch of acknowledged)
        expect([batch, counts.get(`0 ${batch}`), counts.get(`1 ${batch}`)]).toEqual([batch, 1, 1]);
      for (const [message, count] of counts) {
        expect([message, count]).toEqual([message, 1]);
        expect(sent.has(message.slice(2))).toBe(true);
      }
      expect(found.length % 2).toBe(0);
    }
    expect(existsSync(join(folder.path, "blocks"))).toBe(true);
    expect(acknowledged.size).toBeGreaterThan((ROUNDS - 1) * BATCHES);
  } finally {
    await argus[Symbol.asyncDispose]();
  }
}, 300_000);

/** @returns whether it was acknowledged. */
function post(url: string, token: string, batch: string): Promise<boolean> {
  const entries = [0, 1].map((n) => ({
    message: `${n} ${batch}`,
    attributes: { pad: noise(`${n} ${batch}`, PAD_BYTES) },
  }));
  return trySend(url, token, { batch_id: batch, entries });
}
