/**
 * CPU per entry of the write path: wire to columns to L0 blocks, the merge of those, a scan of messages, an export's lines.
 * Run: node test/bench/block.bench.ts (about 5 s). Entries: 280 bytes as NDJSON, 8 attributes, trace ids, seeded.
 */
import { SendLogsRequest } from "../../generated/server/argus/v1/log_service.ts";
import { Struct } from "../../generated/server/google/protobuf/struct.ts";
import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { bucketOfMs } from "../../src/domain/time-range.ts";
import { BlockEncoder, type EncodedBlock } from "../../src/engine/block/encode-block.ts";
import { encodeTick } from "../../src/engine/block/encode-tick.ts";
import { mergeBlocks } from "../../src/engine/block/merge-blocks.ts";
import { openBlock } from "../../src/engine/block/open-block.ts";
import { TickRows } from "../../src/engine/column/tick-rows.ts";
import { decodeSendLogs } from "../../src/rpc/send-logs.columns.ts";
import { rowWriter } from "../../src/search/export/entry-lines.ts";
import { CHUNK_BYTES, LineBytes } from "../../src/search/export/line-bytes.ts";

const START_MS = 1_764_000_000_000;
let seed = 42;
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}
function hex(digits: number): string {
  return Array.from({ length: digits }, () => random(16).toString(16)).join("");
}

let trace = hex(32);
function request(n: number, entries: number): Uint8Array {
  return SendLogsRequest.toBinary(
    SendLogsRequest.create({
      batchId: batchOf(n),
      entries: Array.from({ length: entries }, (_, i) => {
        if (random(5) === 0) trace = hex(32);
        const ms = START_MS + n * 1000 + i - random(400);
        const status = [200, 200, 200, 404, 500][random(5)] ?? 200;
        const path = `/api/v1/orders/${random(100_000)}`;
        return {
          time: { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 + random(1e6) },
          level: status === 500 ? 17 : 9,
          message: `request ${random(1e6)} for ${path} took ${random(3000)} ms, ${random(1e5)} bytes`,
          service: `service-${random(24)}`,
          host: `host-${random(96)}`,
          traceId: trace,
          attributes: Struct.fromJson({
            user_id: `user-${random(50_000)}`,
            method: ["GET", "POST", "PUT"][random(3)] ?? "GET",
            path,
            status,
            duration_ms: random(300_000) / 100,
            region: "eu-west-1",
            version: "1.4.2",
            cached: random(2) === 0,
          }),
        };
      }),
    }),
  );
}
function batchOf(n: number): string {
  return `019ab9e2-d800-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

const app = parseAppId("018f0000-0000-7000-8000-000000000001");
const tick = new TickRows();
const encoder = new BlockEncoder();

function ingest(body: Uint8Array, n: number): void {
  tick.beginBatch({
    app,
    batch: parseBatchId(batchOf(n)),
    defaultTimeMs: START_MS + 1_800_000,
    receivedMs: START_MS,
    admitFrom: bucketOfMs(START_MS - 3_600_000),
    admitTo: bucketOfMs(START_MS + 3_600_000),
    service: "",
    host: "",
  });
  decodeSendLogs(body, tick);
  tick.endBatch();
}

/** @returns the least µs of CPU an entry over rounds of about a second in all. */
function measure(name: string, entries: number, work: () => void): void {
  let best = Infinity;
  const until = performance.now() + 900;
  while (performance.now() < until) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / entries);
  }
  console.log(`${name.padEnd(44)} ${best.toFixed(2)} µs/entry`);
}

const bodies = Array.from({ length: 16 }, (_, n) => request(n, 1000));
let blocks: EncodedBlock[] = [];
measure("wire to columns, 16 requests of 1,000", 16_000, () => {
  bodies.forEach((body, n) => {
    ingest(body, n);
    tick.release();
  });
});
measure("wire to L0 blocks, 16 ticks of 1,000", 16_000, () => {
  blocks = bodies.flatMap((body, n) => {
    ingest(body, n);
    return encodeTick(tick, encoder);
  });
});
let merged: EncodedBlock[] = [];
measure("merge of 16 L0 blocks", 16_000, () => {
  merged = mergeBlocks(blocks.map(({ bytes, meta }) => ({ block: openBlock(bytes, meta.parts) })));
});
let found = 0;
measure("open, inflate messages and search them", 16_000, () => {
  for (const { bytes, meta } of merged) {
    const column = openBlock(bytes, meta.parts).builtin("message");
    if (column.kind === "text" && Buffer.from(column.bytes).includes("zqx")) found++;
  }
});
measure("open, and write as lines of an export", 16_000, () => {
  const out = new LineBytes();
  for (const { bytes, meta } of merged) {
    const block = openBlock(bytes, meta.parts);
    const write = rowWriter(block, out);
    for (let row = 0; row < block.rows; row++) {
      write(row);
      if (out.length >= CHUNK_BYTES) out.take();
    }
  }
});
const size = (all: readonly EncodedBlock[]): number =>
  all.reduce((sum, { bytes }) => sum + bytes.length, 0) / 16_000;
const wire = bodies.reduce((sum, body) => sum + body.length, 0) / 16_000;
console.log(
  `bytes/entry: wire ${wire.toFixed(0)}, L0 ${size(blocks).toFixed(1)}, merged ${size(merged).toFixed(1)}; hits ${found}`,
);
