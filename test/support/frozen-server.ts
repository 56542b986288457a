/**
 * A server that stands still while batches are under way at it, and goes on later.
 * Invariant: a batch counts as acknowledged only when it was answered so; until then the same one is sent again.
 */
import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { trySend } from "./api-calls.ts";
import type { FaultyProxy } from "./cassandra/faulty-proxy.ts";
import { noise } from "./noise.ts";
import type { RunningServer } from "./server-process.ts";
import { until } from "./until.ts";

const LANES = 8;
const RETRY_MS = 20;
/** What was under way has to fail first, and its connections may be made anew. */
const THAW_LIMIT_MS = 60_000;
/** Incompressible, and more than a row takes: its blob is written before it. */
const NOISE_LETTERS = 45_000;

export interface FrozenServer {
  /** Wakes it; resolves with all that it has acknowledged, when each sender was answered once more. */
  thaw(): Promise<readonly string[]>;
}

/**
 * Sends until the server is busy, and stops it while a commit has written its blob and not yet its row.
 * @param secret of a key that writes. @param proxy between the server and its store.
 */
export async function freezeBusy(
  server: RunningServer,
  secret: string,
  proxy: FaultyProxy,
): Promise<FrozenServer> {
  const acknowledged: string[] = [];
  const answered = Array.from({ length: LANES }, () => 0);
  let isOver = false;
  const sendOn = async (lane: number): Promise<void> => {
    const attributes = { noise: noise(`frozen ${lane}`, NOISE_LETTERS) };
    for (let n = 0; !isOver; n++) {
      const message = `frozen ${lane} ${n}`;
      const batch = { batch_id: randomUUIDv7(), entries: [{ message, attributes }] };
      while (!(await trySend(server.url, secret, batch))) await sleep(RETRY_MS);
      acknowledged.push(message);
      answered[lane] = (answered[lane] ?? 0) + 1;
    }
  };
  const lanes = Array.from({ length: LANES }, (_, lane) => sendOn(lane));
  // Who waits for them hears of a failure; until then nobody does.
  const all = Promise.all(lanes);
  all.catch(() => undefined);
  await until("it is busy", () => answered.every((count) => count > 2));
  proxy.arm(/INSERT INTO \w+\.log_blob/, "hold the answer");
  await until("a commit waits for its blob", () => proxy.armed === 0);
  server.child.kill("SIGSTOP");
  return {
    thaw: async () => {
      await proxy.releaseHeld();
      const before = [...answered];
      server.child.kill("SIGCONT");
      const goesOn = until(
        "each sender is answered",
        () => answered.every((count, lane) => count > (before[lane] ?? 0) + 1),
        THAW_LIMIT_MS,
      );
      await Promise.race([goesOn, all]);
      isOver = true;
      await all;
      return acknowledged;
    },
  };
}
