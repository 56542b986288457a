/**
 * A server that stands still while batches are under way at it, and goes on later.
 * Invariant: a batch counts as acknowledged only when it was answered so; until then the same one is sent again.
 */
import { randomUUIDv7 } from "node:crypto";
import { rpc } from "./api-calls.ts";
import type { RunningServer } from "./server-process.ts";
import { until } from "./until.ts";

const LANES = 8;

export interface FrozenServer {
  /** Wakes it; resolves with all that it has acknowledged, when each sender was answered once more. */
  thaw(): Promise<readonly string[]>;
}

/** Sends until the server is busy, and stops it there. @param secret of a key that writes. */
export async function freezeBusy(server: RunningServer, secret: string): Promise<FrozenServer> {
  const acknowledged: string[] = [];
  const answered = Array.from({ length: LANES }, () => 0);
  let isOver = false;
  const sendOn = async (lane: number): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const message = `frozen ${lane} ${n}`;
      const batch = { batch_id: randomUUIDv7(), entries: [{ message }] };
      for (;;) {
        const { code } = await rpc(server.url, "LogService/SendLogs", batch, { token: secret });
        if (code === "ok") break;
        if (code !== "unavailable") throw new Error(`a batch was answered ${code}`);
      }
      acknowledged.push(message);
      answered[lane] = (answered[lane] ?? 0) + 1;
    }
  };
  const lanes = Array.from({ length: LANES }, (_, lane) => sendOn(lane));
  // Who waits for them hears of a failure; until then nobody does.
  const all = Promise.all(lanes);
  all.catch(() => undefined);
  await until("it is busy", () => answered.every((count) => count > 2));
  server.child.kill("SIGSTOP");
  return {
    thaw: async () => {
      const before = [...answered];
      server.child.kill("SIGCONT");
      const goesOn = until("each sender is answered", () =>
        answered.every((count, lane) => count > (before[lane] ?? 0) + 1),
      );
      await Promise.race([goesOn, all]);
      isOver = true;
      await all;
      return acknowledged;
    },
  };
}
