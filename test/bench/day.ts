/**
 * A day in the life: two million entries of 24 hours and 200 applications through the API, merged, then asked.
 * A third of the entries is one busy application's, which the questions go to.
 */
import { randomUUIDv7 } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { seeded } from "../support/sample-logs.ts";
import { startArgus } from "../support/server-process.ts";
import { protobufBodies } from "./bodies.ts";
import { costOf } from "./process-cost.ts";
import type { Row } from "./report.ts";

const APPLICATIONS = 200;
const ENTRIES = 2_000_000;
const HOUR_MS = 3_600_000;
const CONNECTIONS = 16;
/** Of a request; the mean is about 470. */
const SIZES = [5, 30, 30, 200, 1000, 1500] as const;
/**
 * Longest wait for merges. Nobody says that none is left: a few rows wait 30 s for more (src/upkeep/merge-due.ts), so a
 * number of blocks that stood still for longer than that ends it sooner.
 */
const MERGE_WAIT_MS = 180_000;
const STILL_MS = 40_000;
/** Looking more often would take of the cores that merge: each look is a query over a day. */
const LOOK_EVERY_MS = 2_000;
const REPEATS = 5;

interface Stats {
  readonly blocks?: string;
  readonly blocks_read?: string;
  readonly rows_scanned?: string;
  readonly bytes_read?: string;
  readonly matched?: string;
}
interface Answer {
  readonly entries?: readonly { id: string; trace_id?: string }[];
  readonly stats?: Stats;
}

/** @param entries in all; fewer for a trial. */
export async function benchDay(entries = ENTRIES): Promise<Row[]> {
  await using argus = await startArgus();
  const token = await ownerToken(argus.url);
  const apps: { id: string; secret: string }[] = [];
  for (let i = 0; i < APPLICATIONS; i++)
    apps.push(await makeApplication(argus.url, `app-${i}`, token));
  const [busy] = apps;
  if (busy === undefined) throw new Error("no application");

  const endMs = Math.floor(Date.now() / 1000) * 1000;
  const rows: Row[] = [await fill(argus, apps, entries, endMs)];
  rows.push(await merged(argus, busy, endMs));

  const range = { start_time: iso(endMs - 24 * HOUR_MS), end_time: iso(endMs + 1000) };
  const ask = (query: string, more: object = {}) =>
    call<Answer>(argus.url, "LogService/Query", { query, ...range, ...more }, busy.secret);
  const sample = (await ask("", { limit: 1000 })).entries?.at(-1);
  if (sample === undefined) throw new Error("nothing is there");
  const lastHour = { start_time: iso(endMs - HOUR_MS) };
  const questions: [string, () => Promise<Answer>][] = [
    ["needle: a trace id", () => ask(`trace_id:${sample.trace_id ?? ""}`)],
    ["level:error, last hour", () => ask("level:error", lastHour)],
    ["stats count() by service, the day", () => ask("* | stats count() by service")],
    ["substring", () => ask("*imeou*")],
    ["phrase", () => ask('"connection refused"')],
    ["field comparison: status:>=500", () => ask("status:>=500 | stats count()")],
    ["newest 100", () => ask("")],
    [
      "histogram of the day",
      () =>
        call<Answer>(argus.url, "LogService/GetHistogram", { query: "", ...range }, busy.secret),
    ],
    [
      "context of an entry",
      () => call<Answer>(argus.url, "LogService/GetContext", { id: sample.id }, busy.secret),
    ],
    ["top path", () => ask("* | top 10 path")],
  ];
  for (const [name, question] of questions) rows.push(await asked(name, question));
  return rows;
}

type Server = Awaited<ReturnType<typeof startArgus>>;

async function fill(
  argus: Server,
  apps: readonly { secret: string }[],
  entries: number,
  endMs: number,
): Promise<Row> {
  const random = seeded(7);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const before = costOf(argus.pid).cpuMs;
  let sendMs = 0;
  let bytes = 0;
  let sent = 0;
  let requests = 0;
  // By the hour, so that not all bodies are held at once; made between the times that count.
  for (let hour = 0; hour < 24; hour++) {
    const queue: { bytes: Buffer; secret: string; entries: number }[] = [];
    for (let left = Math.round(entries / 24); left > 0;) {
      const size = Math.min(left, SIZES[random.below(SIZES.length)] ?? 1);
      left -= size;
      const end = endMs - (23 - hour) * HOUR_MS - random.below(HOUR_MS - 60_000);
      const app = apps[random.below(3) === 0 ? 0 : random.below(apps.length)];
      const [body] = protobufBodies({
        bodies: 1,
        entriesEach: size,
        seed: 1 + random.below(1e9),
        endMs: end,
      });
      if (app === undefined || body === undefined) throw new Error("nothing to send");
      const raw = Buffer.from(body.base64, "base64");
      raw.write(randomUUIDv7(), body.idOffset ?? 0, "latin1");
      queue.push({ bytes: raw, secret: app.secret, entries: size });
    }
    const start = performance.now();
    const worker = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        await send(argus.url, agent, next.bytes, next.secret);
        bytes += next.bytes.length;
        sent += next.entries;
        requests++;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    sendMs += performance.now() - start;
  }
  agent.destroy();
  const cpuUs = ((costOf(argus.pid).cpuMs - before) * 1000) / sent;
  return row("fill: 24 h of 200 applications", sendMs, {
    note: `${sent} entries in ${requests} requests, ${Math.round(bytes / 1e6)} MB sent, ${Math.round((sent / sendMs) * 1000)} entries/s, ${cpuUs.toFixed(2)} µs CPU/entry`,
  });
}

function send(url: string, agent: Agent, bytes: Buffer, secret: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const out = request(
      `${url}/twirp/argus.v1.LogService/SendLogs`,
      {
        method: "POST",
        agent,
        headers: {
          "Content-Type": "application/protobuf",
          Authorization: `Bearer ${secret}`,
          "Content-Length": String(bytes.length),
        },
      },
      (answer) => {
        answer.resume();
        answer.on("end", () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`SendLogs answered ${answer.statusCode}`));
        });
      },
    );
    out.on("error", reject);
    out.end(bytes);
  });
}

/** Waits until merges have nothing left that is due soon; says what the folder holds. */
async function merged(argus: Server, busy: { secret: string }, endMs: number): Promise<Row> {
  const blocks = async (): Promise<string> => {
    const { stats } = await call<Answer>(
      argus.url,
      "LogService/Query",
      { query: "* | stats count()", start_time: iso(endMs - 25 * HOUR_MS) },
      busy.secret,
    );
    return stats?.blocks ?? "0";
  };
  const start = performance.now();
  let last = await blocks();
  let sinceMs = start;
  while (performance.now() - start < MERGE_WAIT_MS && performance.now() - sinceMs < STILL_MS) {
    await sleep(LOOK_EVERY_MS);
    const now = await blocks();
    if (now !== last) sinceMs = performance.now();
    last = now;
  }
  const { files, bytes } = sizeOf(argus.data);
  const entries = await countAll(argus.url);
  return row("merges", performance.now() - start, {
    note: `${last} blocks of the busy application; folder: ${files} files, ${(bytes / 1e6).toFixed(0)} MB, ${(bytes / entries).toFixed(1)} bytes/entry; peak ${(costOf(argus.pid).peakBytes / 1e6).toFixed(0)} MB`,
  });
}

/** Entries of all applications, by what the server counts of itself. */
async function countAll(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Math.max(1, Number(/^argus_ingest_entries_total (\d+)/m.exec(text)?.[1] ?? 0));
}

function sizeOf(folder: string): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const stat = lstatSync(join(folder, name));
    if (!stat.isFile()) continue;
    files++;
    bytes += stat.size;
  }
  return { files, bytes };
}

/** First and median of the repeats: the first finds the caches cold. */
async function asked(name: string, question: () => Promise<Answer>): Promise<Row> {
  const times: number[] = [];
  let stats: Stats = {};
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    const answer = await question();
    times.push(performance.now() - start);
    if (i === 0) stats = answer.stats ?? {};
  }
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[Math.floor(REPEATS / 2)] ?? 0;
  return row(name, first, {
    again: median.toFixed(1),
    note: `blocks ${stats.blocks_read ?? "-"} of ${stats.blocks ?? "-"}, rows ${stats.rows_scanned ?? "-"}, bytes ${stats.bytes_read ?? "-"}, matched ${stats.matched ?? "-"}`,
  });
}

function row(what: string, ms: number, more: { again?: string; note: string }): Row {
  return { case: what, ms: ms.toFixed(1), "median ms": more.again ?? "", "": more.note };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
