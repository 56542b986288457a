/**
 * Sends seeded hostile requests to a running server and judges what it does.
 * Invariants: what is found names its seed and number, from which `npm run torture -- --fuzz-replay` makes the request again;
 * the run goes on behind what it finds, but for a server that has ended.
 */
import { readFileSync } from "node:fs";
import type { ArgusProcess } from "../support/server-process.ts";
import { HttpLanes, type LaneAnswer } from "./http-lanes.ts";
import { memoryProblem } from "./memory.ts";
import { type FuzzRequest, requestOf } from "./requests.ts";
import { problemOf } from "./verdict.ts";
import type { FuzzWorld } from "./world.ts";

export interface FuzzOptions {
  readonly argus: ArgusProcess;
  readonly world: FuzzWorld;
  readonly seed: number;
  /** Number of the first request. */
  readonly first: number;
  readonly count: number;
  readonly say: (line: string) => void;
}

export interface FuzzReport {
  /** One a line: what is wrong, with which request, and how to make it again. */
  readonly found: string[];
  /** Answers by name of the request, then by status. */
  readonly answers: Map<string, Map<number, number>>;
  /** Resident memory after each round, MiB. */
  readonly residentMiB: number[];
  /** The slowest answers, longest first. */
  readonly slowest: { readonly ms: number; readonly request: string }[];
}

/** Between rounds memory is read, tokens are renewed, and what was sent goes to another application. */
export const ROUND = 20_000;
const LANES = 8;
const AT_ONCE = 36;
/** Many of them only wait: fewer at once would be what the whole run waits for. */
const ALONE_AT_ONCE = 96;
/** A request that nobody answers for so long hangs: ten times what a query may take. */
const HANGS_MS = 100_000;
/** A sender of half a request leaves then. */
const QUIET_MS = 200;
const STREAM_QUIET_MS = 20_000;
const SLOWEST = 10;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { argus, world, first, count, say } = options;
  const report: FuzzReport = { found: [], answers: new Map(), residentMiB: [], slowest: [] };
  for (let from = first; from < first + count; from += ROUND) {
    const to = Math.min(first + count, from + ROUND);
    await round(options, from, to, report);
    if (hasEnded(argus)) break;
    await world.renew();
    await world.newSink();
    report.residentMiB.push(residentMiB(argus.pid));
    say(
      `${to - first} requests, ${report.found.length} found, ${Math.round(report.residentMiB.at(-1) ?? 0)} MiB resident`,
    );
  }
  const memory = memoryProblem(report.residentMiB);
  if (memory !== undefined) report.found.push(memory);
  return report;
}

/** The bytes of one request of a seed, and what the server answers to it now. */
export async function replayFuzz(
  world: FuzzWorld,
  seed: number,
  n: number,
): Promise<{ bytes: Buffer; answer: LaneAnswer | undefined }> {
  using lanes = new HttpLanes(world.port, 1);
  const request = requestOf(world, seed, n);
  const bytes = bytesOf(request);
  return { bytes, answer: await ask(lanes, request, bytes) };
}

async function round(
  options: FuzzOptions,
  from: number,
  to: number,
  report: FuzzReport,
): Promise<void> {
  const { argus, world, seed, say } = options;
  const leaks = { places: [argus.data, process.cwd()] };
  using lanes = new HttpLanes(world.port, LANES);
  const asked = new Set<FuzzRequest>();
  const tell = (request: FuzzRequest, what: string): void => {
    const line = `${what}\n  ${request.name} by ${request.caller}; again: npm run torture -- --fuzz-replay ${seed}:${request.n}`;
    report.found.push(line);
    say(`FOUND ${line}`);
  };
  const one = async (request: FuzzRequest): Promise<void> => {
    asked.add(request);
    const began = performance.now();
    const answer = await inTime(ask(lanes, request, bytesOf(request)));
    asked.delete(request);
    const status = answer === "hangs" ? 0 : (answer?.status ?? 0);
    countAnswer(report.answers, request.name, status);
    noteSlow(report.slowest, performance.now() - began, `${request.name} ${seed}:${request.n}`);
    if (hasEnded(argus)) return;
    if (answer === "hangs") tell(request, `no answer in ${HANGS_MS / 1000} s`);
    else if (answer === undefined) {
      if (request.kind === "pipelined") tell(request, "the connection ended without an answer");
    } else {
      const problem = problemOf(world, request, answer, leaks);
      if (problem !== undefined)
        tell(request, `${problem}: ${answer.body.toString("utf8", 0, 400)}`);
    }
  };
  let next = from;
  const alone = new Set<Promise<void>>();
  const worker = async (): Promise<void> => {
    while (next < to && !hasEnded(argus)) {
      const request = requestOf(world, seed, next++);
      if (request.kind === "pipelined") {
        await one(request);
        continue;
      }
      // What waits for the server's patience must not hold up what is answered at once.
      while (alone.size >= ALONE_AT_ONCE) await Promise.race(alone);
      const asking = one(request).finally(() => alone.delete(asking));
      alone.add(asking);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await Promise.all(alone);
  if (hasEnded(argus)) {
    const { exitCode, signalCode } = argus.child;
    const under = [...asked].map(({ n }) => `${seed}:${n}`).join(", ");
    report.found.push(
      `the server ended with ${exitCode ?? signalCode} while it was asked ${under}`,
    );
  }
  for (const line of argus.log) {
    const found = `logged: ${line}`;
    if (!line.includes('"level":"error"') || report.found.includes(found)) continue;
    report.found.push(found);
    // A long run tells at once why: what a request found may need what came before it.
    say(`FOUND ${found}`);
  }
}

function ask(
  lanes: HttpLanes,
  request: FuzzRequest,
  bytes: Buffer,
): Promise<LaneAnswer | undefined> {
  switch (request.kind) {
    case "pipelined":
      return lanes.send(bytes);
    case "stream":
      return lanes.sendAlone(bytes, STREAM_QUIET_MS, true);
    case "alone":
      return lanes.sendAlone(bytes, QUIET_MS, false);
    default:
      return request.kind satisfies never;
  }
}

async function inTime<T>(work: Promise<T>): Promise<T | "hangs"> {
  const { promise, resolve } = Promise.withResolvers<"hangs">();
  const timer = setTimeout(resolve, HANGS_MS, "hangs");
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function bytesOf({ raw, method, path, headers, body }: FuzzRequest): Buffer {
  if (raw !== undefined) return raw;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${method} ${path} HTTP/1.1\r\nHost: fuzz\r\nContent-Length: ${body.length}\r\n${lines}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

function hasEnded({ child }: ArgusProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function countAnswer(answers: FuzzReport["answers"], name: string, status: number): void {
  const of = answers.get(name) ?? new Map<number, number>();
  answers.set(name, of.set(status, (of.get(status) ?? 0) + 1));
}

function noteSlow(slowest: { ms: number; request: string }[], ms: number, request: string): void {
  const last = slowest.at(-1);
  if (slowest.length >= SLOWEST && last !== undefined && last.ms >= ms) return;
  slowest.push({ ms: Math.round(ms), request });
  slowest.sort((a, b) => b.ms - a.ms);
  if (slowest.length > SLOWEST) slowest.pop();
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
