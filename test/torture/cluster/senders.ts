/**
 * Clients under load: each sends one batch after the other, and the same one again until it is acknowledged.
 * Invariant: every answer is recorded with its time, and a batch that no answer acknowledged is known as such.
 */
import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { seeded } from "../../support/sample-logs.ts";
import type { SentBatch } from "../checker.ts";

export interface Attempt {
  readonly startedMs: number;
  readonly endedMs: number;
  /** Which process was asked. */
  readonly to: number;
  readonly outcome: Outcome;
  /** What the answer said, or why there was none; empty when acknowledged. */
  readonly said: string;
}

export type Outcome =
  | "acknowledged"
  /** `unavailable`, with Retry-After. */
  | "refused"
  /** `unavailable` without Retry-After, or another answer. */
  | "wrong answer"
  /** The connection ended without an answer, or the client did not wait any longer. */
  | "no answer";

export interface Senders {
  readonly batches: readonly SentBatch[];
  /** Oldest first, by their end. */
  readonly attempts: readonly Attempt[];
  /** Begins no batch any more; resolves when each that was begun is acknowledged. */
  finish(): Promise<void>;
}

const MAX_ENTRIES = 40;
const PAUSE_MS = 40;
const RETRY_MS = 100;
/** Impatient clients go to another process while the first one still works on their batch; patient ones wait for it. */
const PATIENCE_MS = [8_000, 60_000] as const;

/** @param urls of the processes; each client begins with its own. */
export function startSenders(plan: {
  readonly urls: readonly string[];
  readonly secret: string;
  readonly clients: number;
  readonly seed: number;
}): Senders {
  const { urls } = plan;
  const batches: (SentBatch & { acknowledged: boolean })[] = [];
  const attempts: Attempt[] = [];
  let finishing = false;

  const post = async (
    to: number,
    body: string,
    patienceMs: number,
  ): Promise<Pick<Attempt, "outcome" | "said">> => {
    try {
      const response = await fetch(`${urls[to]}/twirp/argus.v1.LogService/SendLogs`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${plan.secret}` },
        body,
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await response.text();
      if (response.ok) return { outcome: "acknowledged", said: "" };
      const isClear = response.status === 503 && response.headers.has("retry-after");
      return { outcome: isClear ? "refused" : "wrong answer", said: `${response.status} ${text}` };
    } catch (error) {
      return { outcome: "no answer", said: String(error) };
    }
  };

  const client = async (number: number): Promise<void> => {
    const random = seeded(plan.seed * 1000 + number);
    const patienceMs = PATIENCE_MS[number % 2] ?? PATIENCE_MS[0];
    while (!finishing) {
      const one = {
        batch: randomUUIDv7(),
        size: 1 + random.below(MAX_ENTRIES),
        acknowledged: false,
      };
      batches.push(one);
      const body = JSON.stringify({
        batch_id: one.batch,
        entries: Array.from({ length: one.size }, (_, n) => ({
          message: `entry ${n} of ${one.batch}`,
          service: `client-${number}`,
          attributes: { batch: one.batch, n },
        })),
      });
      for (let tries = 0; !one.acknowledged; tries++) {
        if (tries > 0) await sleep(RETRY_MS);
        const to = tries === 0 ? number % urls.length : random.below(urls.length);
        const startedMs = performance.now();
        const answer = await post(to, body, patienceMs);
        attempts.push({ startedMs, endedMs: performance.now(), to, ...answer });
        one.acknowledged = answer.outcome === "acknowledged";
      }
      await sleep(random.below(2 * PAUSE_MS));
    }
  };
  const clients = Array.from({ length: plan.clients }, (_, number) => client(number));
  return {
    batches,
    attempts,
    finish: async () => {
      finishing = true;
      await Promise.all(clients);
    },
  };
}
