/**
 * The log store on Cassandra against a row per entry, both on one fresh node of this machine, one after the other.
 * Run: node test/bench/cassandra-log.bench.ts (about 20 s; wants Java and Maven). Blocks are random bytes, 40 for each
 * entry: what the encoder costs is not in it. A row holds 300 bytes; thirty of one partition make a batch.
 */
import { randomBytes, randomUUID } from "node:crypto";
import cassandra from "cassandra-driver";

import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { KiB } from "../../src/domain/limits.ts";
import { bucketOfMs } from "../../src/domain/time-range.ts";
import { systemClock as clock } from "../../src/server/system-clock.ts";
import { createCassandraLogStore } from "../../src/storage/cassandra/log-store.ts";
import { openCassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { startLocalNode } from "../support/cassandra/local-node.ts";
import { findJava } from "../support/cassandra/node-process.ts";
import { serverJars } from "../support/cassandra/server-jars.ts";

const RUN_MS = 2_000;
const WARM_MS = 1_000;
const ENTRY_BYTES = 40;
const ROW_BYTES = 300;
const ROWS_A_BATCH = 30;

const java = findJava();
if ("missing" in java) throw new Error(java.missing);
await using node = await startLocalNode(java, serverJars());
const options = {
  contactPoints: [node.contactPoint],
  localDataCenter: node.localDataCenter,
  keyspace: "bench",
  replicationFactor: 1,
};
await using store = await openCassandraStore({
  options,
  clock,
  owner: randomUUID(),
  host: "bench",
  newNonce: randomUUID,
});

/** @returns entries and milliseconds of own CPU a second, with `workers` at it at one time. */
async function measure(
  workers: number,
  work: () => Promise<number>,
): Promise<{ perSecond: number; cpuUs: number }> {
  const run = async (ms: number): Promise<number> => {
    const end = performance.now() + ms;
    let entries = 0;
    await Promise.all(
      Array.from({ length: workers }, async () => {
        while (performance.now() < end) entries += await work();
      }),
    );
    return entries;
  };
  await run(WARM_MS);
  const cpu = process.cpuUsage();
  const started = performance.now();
  const entries = await run(RUN_MS);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: entries / seconds, cpuUs: (user + system) / entries };
}

const app = parseAppId(randomUUID());
const bucket = bucketOfMs(clock.nowMs());
const logs = createCassandraLogStore({
  session: store.session,
  clock,
  newNonce: randomUUID,
  writer: randomUUID(),
  retentionMs: async () => 30 * 86_400_000,
});

async function commitOf(sizeBytes: number): Promise<number> {
  const rows = sizeBytes / ENTRY_BYTES;
  const nanos = BigInt(clock.nowMs()) * 1_000_000n;
  const meta = {
    rows,
    minTimeNanos: nanos,
    maxTimeNanos: nanos,
    sizeBytes,
    parts: [{ offset: 0, length: sizeBytes }],
    summary: randomBytes(200),
  };
  const batches = [parseBatchId(randomUUID())];
  await logs.commit([{ app, bucket, batches, meta, bytes: randomBytes(sizeBytes) }]);
  return rows;
}

const client = new cassandra.Client({ ...options, queryOptions: { prepare: true } });
await client.execute(
  "CREATE TABLE entry (part text, id timeuuid, body blob, PRIMARY KEY (part, id))",
);
const body = randomBytes(ROW_BYTES);
async function batchOfRows(): Promise<number> {
  const part = randomUUID();
  const query = "INSERT INTO entry (part, id, body) VALUES (?, ?, ?)";
  const rows = Array.from({ length: ROWS_A_BATCH }, () => ({
    query,
    params: [part, cassandra.types.TimeUuid.now(), body],
  }));
  await client.batch(rows, { prepare: true, logged: false });
  return ROWS_A_BATCH;
}

const rows = await measure(32, batchOfRows);
console.log(`row per entry: ${say(rows)}`);
for (const size of [16 * KiB, 64 * KiB, 256 * KiB]) {
  const blocks = await measure(8, () => commitOf(size));
  const ratio = (blocks.perSecond / rows.perSecond).toFixed(1);
  console.log(`log store, ${size / KiB} KiB a commit: ${say(blocks)}, ${ratio} times`);
}
await client.shutdown();

function say({ perSecond, cpuUs }: { perSecond: number; cpuUs: number }): string {
  return `${Math.round(perSecond).toLocaleString("en")} entries/s, ${cpuUs.toFixed(2)} µs of own CPU an entry`;
}
