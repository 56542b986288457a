/**
 * Kills Argus again and again while clients send and retry, then holds what was acknowledged against what is there.
 */
import { once } from "node:events";
import { randomUUIDv7 } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { trySend } from "../support/api-calls.ts";
import { makeApplication } from "../support/api-setup.ts";
import { seeded } from "../support/sample-logs.ts";
import { type RunningServer, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { findFaults, type SentBatch } from "./checker.ts";

const RETRY_MS = 20;
const STORED_A_LIFE = 6;
const LIMIT_MS = 60_000;

export interface KillPlan {
  readonly kills: number;
  readonly seed: number;
  readonly clients: number;
  readonly say?: (line: string) => void;
}

export interface KillReport {
  readonly kills: number;
  readonly acknowledgedBatches: number;
  readonly acknowledgedEntries: number;
  readonly retries: number;
  /** In words, empty when all is as promised. */
  readonly faults: readonly string[];
}

interface Sent extends SentBatch {
  acknowledged: boolean;
}

export async function runKills(plan: KillPlan): Promise<KillReport> {
  const say = plan.say ?? (() => undefined);
  const data = mkdtempSync(join(tmpdir(), "argus-kills-"));
  const random = seeded(plan.seed);
  let server: RunningServer = await startArgus({ data });
  try {
    const { url } = server;
    const { secret } = await makeApplication(url, "kills");
    const sent: Sent[] = [];
    const stop = new AbortController();
    let retries = 0;

    const client = async (number: number): Promise<void> => {
      const own = seeded(plan.seed * 1000 + number);
      while (!stop.signal.aborted) {
        const one: Sent = { batch: randomUUIDv7(), size: 1 + own.below(60), acknowledged: false };
        sent.push(one);
        const body = JSON.stringify({
          batch_id: one.batch,
          entries: Array.from({ length: one.size }, (_, n) => ({
            message: `entry ${n} of ${one.batch}`,
            service: `client-${number}`,
            attributes: { batch: one.batch, n },
          })),
        });
        // A client goes on with the same batch until it is answered; the last round ends it unanswered.
        for (let tries = 0; !one.acknowledged && !stop.signal.aborted; tries++) {
          if (tries > 0) {
            retries++;
            // As clients do: a server that is starting would be asked without end.
            await sleep(RETRY_MS);
          }
          one.acknowledged = await trySend(url, secret, body);
        }
      }
    };
    const clients = Array.from({ length: plan.clients }, (_, number) => client(number));

    const countAcknowledged = (): number => sent.filter((one) => one.acknowledged).length;
    for (let kill = 1; kill <= plan.kills; kill++) {
      // A slow machine must not kill servers that have stored nothing yet, but for one in four.
      const before = countAcknowledged();
      if (kill % 4 !== 0)
        await until("it stores", () => countAcknowledged() >= before + STORED_A_LIFE, LIMIT_MS);
      // The wait is what is tried: a kill at any moment of a commit, of a merge, or of a start.
      await sleep(60 + random.below(400));
      const exited = once(server.child, "exit");
      server.child.kill("SIGKILL");
      await exited;
      server = await startArgus({ data, env: { ARGUS_LISTEN: new URL(url).host } });
      if (kill % 10 === 0) say(`${kill} kills, ${countAcknowledged()} batches acknowledged`);
    }
    // Each client is on one batch, which the last kill may have cut off: it is sent again until it is answered.
    const cutOff = sent.filter((one) => !one.acknowledged);
    await until(
      "what the last kill cut off is answered",
      () => cutOff.every((one) => one.acknowledged),
      LIMIT_MS,
    );
    stop.abort();
    await Promise.all(clients);
    const faults = await findFaults(url, secret, sent);
    const acknowledged = sent.filter((one) => one.acknowledged);
    return {
      kills: plan.kills,
      acknowledgedBatches: acknowledged.length,
      acknowledgedEntries: acknowledged.reduce((sum, one) => sum + one.size, 0),
      retries,
      faults,
    };
  } finally {
    await server[Symbol.asyncDispose]();
    rmSync(data, { recursive: true, force: true });
  }
}
