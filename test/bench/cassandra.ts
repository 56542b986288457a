/**
 * Argus on Cassandra against a row per entry, each on a fresh node of this machine: entries a second, CPU of client
 * and node, bytes on disk. The same generated entries everywhere: as JSON in rows, thirty of one partition a batch; as
 * blocks encoded beforehand, by the store alone; as protobuf requests, through the whole server.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cassandra from "cassandra-driver";

import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { KiB } from "../../src/domain/limits.ts";
import { bucketOfMs } from "../../src/domain/time-range.ts";
import { systemClock as clock } from "../../src/server/system-clock.ts";
import { createClockWatch } from "../../src/storage/cassandra/log-clock.ts";
import { createCassandraLogStore } from "../../src/storage/cassandra/log-store.ts";
import { openCassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { makeApplication } from "../support/api-setup.ts";
import { DATA_CENTER } from "../support/cassandra/node-files.ts";
import {
  findJava,
  freePorts,
  type NodeProcess,
  startNode,
} from "../support/cassandra/node-process.ts";
import { serverJars } from "../support/cassandra/server-jars.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";
import { startArgus } from "../support/server-process.ts";
import { protobufBodies } from "./bodies.ts";
import { runLoad } from "./load.ts";
import { costOf } from "./process-cost.ts";
import type { Row } from "./report.ts";

const KEYSPACE = "bench";
const WARM_MS = 4_000;
const ROWS_A_BATCH = 30;
/** Between 16 and 64 it makes no difference. */
const BATCHES_AT_ONCE = 32;
const COMMITS_AT_ONCE = 8;
const CONNECTIONS = 16;
/** What the sample entries take in an L0 row, as the encoder makes them. */
const BYTES_AN_ENTRY = 43;

interface Figures {
  readonly perSecond: number;
  readonly clientUs: number;
  readonly nodeUs: number;
  readonly diskBytes: number;
}

/** @param seconds of load for each line of the report. */
export async function benchCassandra(seconds: number): Promise<Row[]> {
  const rows = await onFreshNode((node) => rowPerEntry(node, seconds));
  const lines = [line("a row per entry, 30-row batches", rows, rows)];
  for (const size of [16 * KiB, 64 * KiB, 256 * KiB]) {
    const figures = await onFreshNode((node) => storeAlone(node, size, seconds));
    lines.push(line(`store alone, commits of ${size / KiB} KiB`, figures, rows));
  }
  const whole = await onFreshNode((node) => throughHttp(node, seconds));
  lines.push(line("through HTTP, 1,000 a request", whole, rows));
  return lines;
}

function line(name: string, own: Figures, rows: Figures): Row {
  const cpu = own.clientUs + own.nodeUs;
  return {
    case: name,
    "entries/s": Math.round(own.perSecond).toLocaleString("en"),
    "× rows": (own.perSecond / rows.perSecond).toFixed(1),
    "CPU µs/entry": cpu.toFixed(2),
    "client, node": `${own.clientUs.toFixed(2)}, ${own.nodeUs.toFixed(2)}`,
    "÷ rows": ((rows.clientUs + rows.nodeUs) / cpu).toFixed(1),
    "bytes on disk/entry": own.diskBytes.toFixed(0),
  };
}

interface Load {
  readonly clientPid: number;
  /** Runs for a while. @returns how many entries were stored. */
  run(ms: number): Promise<number>;
}

type Begin = (node: NodeProcess) => Promise<{ figures: Omit<Figures, "diskBytes">; all: number }>;

/** @param measured what runs on the node. The node ends in order, so that all it holds is on the disk. */
async function onFreshNode(measured: Begin): Promise<Figures> {
  const java = findJava();
  if ("missing" in java) throw new Error(java.missing);
  const folder = mkdtempSync(join(tmpdir(), "argus-bench-cassandra-"));
  const [nativePort = 0, storagePort = 0, sslStoragePort = 0] = await freePorts(3);
  await using node = await startNode(java, {
    folder,
    lib: serverJars(),
    nativePort,
    storagePort,
    sslStoragePort,
    javaVersion: java.version,
    toServe: true,
  });
  const { figures, all } = await measured(node);
  node.signal("SIGTERM");
  await node.ended;
  return { ...figures, diskBytes: sizeOf(join(folder, "data", KEYSPACE)) / all };
}

async function measure(
  node: NodeProcess,
  load: Load,
  seconds: number,
): Promise<{ figures: Omit<Figures, "diskBytes">; all: number }> {
  const warm = await load.run(WARM_MS);
  const before = [costOf(load.clientPid), costOf(node.pid)] as const;
  const started = performance.now();
  const entries = await load.run(seconds * 1000);
  const tookSeconds = (performance.now() - started) / 1000;
  const usOf = (pid: number, from: { cpuMs: number }): number =>
    ((costOf(pid).cpuMs - from.cpuMs) * 1000) / entries;
  return {
    figures: {
      perSecond: entries / tookSeconds,
      clientUs: usOf(load.clientPid, before[0]),
      nodeUs: usOf(node.pid, before[1]),
    },
    all: warm + entries,
  };
}

/** @param work stores once. @returns its entries. */
function atOnce(workers: number, work: () => Promise<number>): Load {
  return {
    clientPid: process.pid,
    run: async (ms) => {
      const end = performance.now() + ms;
      const each = await Promise.all(
        Array.from({ length: workers }, async () => {
          let entries = 0;
          while (performance.now() < end) entries += await work();
          return entries;
        }),
      );
      return each.reduce((sum, entries) => sum + entries, 0);
    },
  };
}

const rowPerEntry = async (node: NodeProcess, seconds: number): ReturnType<Begin> => {
  const client = new cassandra.Client({
    contactPoints: [node.contactPoint],
    localDataCenter: DATA_CENTER,
    monitorReporting: { enabled: false },
  });
  try {
    await client.execute(
      `CREATE KEYSPACE ${KEYSPACE} WITH replication = {'class': 'NetworkTopologyStrategy', '${DATA_CENTER}': 1}`,
    );
    await client.execute(
      `CREATE TABLE ${KEYSPACE}.entry (part text, id timeuuid, body text, PRIMARY KEY (part, id))`,
    );
    const query = `INSERT INTO ${KEYSPACE}.entry (part, id, body) VALUES (?, ?, ?)`;
    const bodies = sampleLogs(10_000, 1, clock.nowMs() - 25_000, 2.5).map((entry) =>
      JSON.stringify(sampleJson(entry)),
    );
    let next = 0;
    const batch = async (): Promise<number> => {
      const part = randomUUID();
      const rows = Array.from({ length: ROWS_A_BATCH }, () => ({
        query,
        params: [part, cassandra.types.TimeUuid.now(), bodies[next++ % bodies.length]],
      }));
      await client.batch(rows, { prepare: true, logged: false });
      return ROWS_A_BATCH;
    };
    return await measure(node, atOnce(BATCHES_AT_ONCE, batch), seconds);
  } finally {
    await client.shutdown();
  }
};

const storeAlone = async (
  node: NodeProcess,
  sizeBytes: number,
  seconds: number,
): ReturnType<Begin> => {
  await using store = await openCassandraStore({
    options: {
      contactPoints: [node.contactPoint],
      localDataCenter: DATA_CENTER,
      keyspace: KEYSPACE,
      replicationFactor: 1,
    },
    clock,
    owner: randomUUID(),
    host: "bench",
    newNonce: randomUUID,
  });
  const logs = createCassandraLogStore({
    session: store.session,
    clock,
    clockWatch: createClockWatch({ session: store.session, clock }),
    newNonce: randomUUID,
    writer: randomUUID(),
    retentionMs: async () => 30 * 86_400_000,
  });
  const app = parseAppId(randomUUID());
  const rows = Math.round(sizeBytes / BYTES_AN_ENTRY);
  const commit = async (): Promise<number> => {
    const nowMs = clock.nowMs();
    const nanos = BigInt(nowMs) * 1_000_000n;
    const meta = {
      rows,
      minTimeNanos: nanos,
      maxTimeNanos: nanos,
      sizeBytes,
      parts: [{ offset: 0, length: sizeBytes }],
      summary: randomBytes(200),
    };
    const batches = [parseBatchId(randomUUID())];
    const bytes = randomBytes(sizeBytes);
    await logs.commit([{ app, bucket: bucketOfMs(nowMs), batches, meta, bytes }]);
    return rows;
  };
  return await measure(node, atOnce(COMMITS_AT_ONCE, commit), seconds);
};

const throughHttp = async (node: NodeProcess, seconds: number): ReturnType<Begin> => {
  await using argus = await startArgus({
    env: {
      ARGUS_STORE: "cassandra",
      ARGUS_CASSANDRA_CONTACT_POINTS: node.contactPoint,
      ARGUS_CASSANDRA_LOCAL_DC: DATA_CENTER,
      ARGUS_CASSANDRA_KEYSPACE: KEYSPACE,
      ARGUS_CASSANDRA_REPLICATION_FACTOR: "1",
    },
  });
  const { secret } = await makeApplication(argus.url, "bench");
  const bodies = protobufBodies({ bodies: 60, entriesEach: 1000, seed: 2, endMs: clock.nowMs() });
  const run = async (ms: number): Promise<number> => {
    const result = await runLoad({
      url: `${argus.url}/twirp/argus.v1.LogService/SendLogs`,
      headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/protobuf" },
      bodies,
      connections: CONNECTIONS,
      durationMs: ms,
    });
    if (result.failures > 0)
      throw new Error(`${result.failures} requests failed: ${result.firstFailure}`);
    return result.entries;
  };
  return await measure(node, { clientPid: argus.pid, run }, seconds);
};

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
