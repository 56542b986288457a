/**
 * Sends prepared bodies over keep-alive connections for a while, in a process of its own, so that its work is not
 * counted as the server's. Each request's batch id is written into the body's bytes just before it leaves.
 */
import { Agent, request } from "node:http";
import { fork } from "node:child_process";
import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export interface LoadPlan {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64 of each body; the bytes at `idOffset` (36 of them, if any) are the batch id. */
  readonly bodies: readonly {
    readonly base64: string;
    readonly entries: number;
    readonly idOffset: number | undefined;
  }[];
  readonly connections: number;
  readonly durationMs: number;
  /** All connections together send no more than this; as fast as they can when left out. */
  readonly entriesPerSecond?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly entries: number;
  readonly failures: number;
  readonly firstFailure: string;
  readonly durationMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs the plan in a child process. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(new URL(import.meta.url).pathname, ["child"], { serialization: "advanced" });
  child.send(plan);
  const [result] = (await once(child, "message")) as [LoadResult];
  child.disconnect();
  return result;
}

async function send(plan: LoadPlan): Promise<LoadResult> {
  const url = new URL(plan.url);
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const bodies = plan.bodies.map((body) => ({
    ...body,
    bytes: Buffer.from(body.base64, "base64"),
  }));
  const latencies: number[] = [];
  let next = 0;
  let requests = 0;
  let entries = 0;
  let failures = 0;
  let firstFailure = "";

  const once1 = (): Promise<void> =>
    new Promise((resolve) => {
      const body = bodies[next++ % bodies.length];
      if (body === undefined) return resolve();
      // Two connections may hold the same body at once: the id is written into a copy.
      const bytes = body.idOffset === undefined ? body.bytes : Buffer.from(body.bytes);
      if (body.idOffset !== undefined) bytes.write(randomUUIDv7(), body.idOffset, "latin1");
      const start = performance.now();
      const fail = (why: string): void => {
        failures++;
        firstFailure ||= why;
        resolve();
      };
      const out = request(
        url,
        {
          method: "POST",
          agent,
          headers: {
            ...plan.headers,
            "Content-Length": String(bytes.length),
            // Else a body that comes again is a batch that comes again, and costs nothing.
            ...(body.idOffset === undefined ? { "Idempotency-Key": randomUUIDv7() } : {}),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            if (answer.statusCode !== 200)
              return fail(
                `${answer.statusCode} ${Buffer.concat(chunks).toString("utf8").slice(0, 300)}`,
              );
            latencies.push(performance.now() - start);
            requests++;
            entries += body.entries;
            resolve();
          });
        },
      );
      out.on("error", (error) => fail(String(error)));
      out.end(bytes);
    });

  const start = performance.now();
  const { entriesPerSecond = Infinity } = plan;
  let due = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - start < plan.durationMs) {
      const atMs = (due / entriesPerSecond) * 1000;
      due += bodies[next % bodies.length]?.entries ?? 0;
      const earlyMs = start + atMs - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
      await once1();
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, worker));
  const durationMs = performance.now() - start;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (q: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
  return { requests, entries, failures, firstFailure, durationMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}

if (process.argv[2] === "child" && process.send !== undefined)
  process.once("message", (plan: LoadPlan) => {
    void send(plan).then((result) => process.send?.(result));
  });
