/** What goes in at the sink comes out of a block. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttributeValue } from "../../domain/entry.ts";
import { parseAppId, parseBatchId } from "../../domain/ids.ts";
import { bucketOfMs } from "../../domain/time-range.ts";
import { utf8Bytes } from "../column/bytes.ts";
import { jsonText } from "../column/json-value.ts";
import { type BatchFrame, TickRows } from "../column/tick-rows.ts";
import { BlockEncoder } from "./encode-block.ts";
import { encodeTick, type TickBlock } from "./encode-tick.ts";
import { decodeSummary } from "../summary/summary.ts";
import { mergeBlocks } from "./merge-blocks.ts";
import { openBlock, type OpenedBlock } from "./open-block.ts";

const HOUR = 1_764_000_000_000 - (1_764_000_000_000 % 3_600_000);
const APP = parseAppId("018f0000-0000-7000-8000-000000000001");

interface SentRow {
  readonly ms: number;
  readonly rem: number;
  readonly severity: number;
  readonly message: string;
  readonly service: string;
  readonly trace: string;
  readonly attributes: readonly (readonly [string, AttributeValue])[];
}

function batchId(n: number): string {
  return `018f0000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

function frame(n: number): BatchFrame {
  return {
    app: APP,
    batch: parseBatchId(batchId(n)),
    defaultTimeMs: HOUR + 1_800_000,
    receivedMs: HOUR + n,
    admitFrom: bucketOfMs(HOUR),
    admitTo: bucketOfMs(HOUR),
    service: "",
    host: "",
  };
}

function send(sink: TickRows, index: number, row: SentRow): void {
  const text = (value: string): [Uint8Array, number, number] => {
    const bytes = utf8Bytes(`<${value}>`);
    return [bytes, 1, bytes.length - 1];
  };
  sink.begin(index);
  sink.time(row.ms, row.rem);
  sink.severity(row.severity);
  sink.message(...text(row.message));
  sink.service(...text(row.service));
  sink.traceId(...text(row.trace));
  for (const [key, value] of row.attributes) {
    const name = sink.nameOf(...text(key));
    if (typeof value === "string") sink.attributeText(name, ...text(value));
    else if (typeof value === "number") sink.attributeNumber(name, value);
    else if (typeof value === "boolean") sink.attributeBoolean(name, value);
    else sink.attributeJson(name, ...text(jsonText(value)));
  }
  sink.end();
}

const arbText = fc.oneof(
  fc.constantFrom("", "a", "GET", "line\nbreak", "é", "日本", "0"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const arbNumber = fc.oneof(
  fc.integer({ min: -5, max: 300 }),
  // There is one zero: what is taken in as -0 comes back as 0.
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.constantFrom(0.1, 12.25, -0.5, 1e21, 2 ** 53, 500),
);
const arbValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  arbText,
  arbNumber,
  fc.boolean(),
  fc.constantFrom<AttributeValue>(null, [], {}, [1, "a", null], 12345678901234567890n, [
    { sku: "x" },
  ]),
);
const arbRow: fc.Arbitrary<SentRow> = fc.record({
  ms: fc.integer({ min: HOUR, max: HOUR + 3_599_999 }),
  rem: fc.constantFrom(0, 1, 1000, 999_999, 123_456),
  severity: fc.integer({ min: 1, max: 24 }),
  message: arbText,
  service: fc.constantFrom("", "web", "api"),
  trace: fc.constantFrom(
    "",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00000000000000000000000000000001",
  ),
  attributes: fc.uniqueArray(
    fc.tuple(fc.constantFrom("a", "b", "http.status", "é", "n"), arbValue),
    {
      selector: ([name]) => name,
    },
  ),
});

function expectRows(block: Pick<TickBlock, "bytes" | "meta">, sent: Map<string, SentRow>): void {
  const reader = openBlock(block.bytes, block.meta.parts);
  expect(reader.rows).toBe(block.meta.rows);
  let before: bigint | undefined;
  for (let row = 0; row < reader.rows; row++) {
    const entry = reader.entry(row);
    const key = `${entry.id.batch}.${entry.id.index}`;
    const was = sent.get(key);
    expect(was, key).toBeDefined();
    if (was === undefined) continue;
    sent.delete(key);
    expect(entry.timeNanos).toBe(BigInt(was.ms) * 1_000_000n + BigInt(was.rem));
    expect(before === undefined || before <= entry.timeNanos).toBe(true);
    before = entry.timeNanos;
    expect(entry.severity).toBe(was.severity);
    expect(entry.message).toBe(was.message);
    expect(entry.service).toBe(was.service);
    expect(entry.traceId).toBe(was.trace);
    expect(entry.observedNanos % 1_000_000n).toBe(0n);
    const attributes = Object.fromEntries(was.attributes);
    expect(Object.fromEntries(entry.attributes)).toEqual(attributes);
    for (const name of Object.keys(attributes))
      expect(reader.attribute(name)?.value(row)).toEqual(attributes[name]);
  }
}

test.each([
  { form: "one frame", mergedFormRows: undefined },
  { form: "merged form", mergedFormRows: 1 },
])("a block in $form holds what was sent, in order", ({ mergedFormRows }) => {
  const tick = new TickRows();
  const encoder = new BlockEncoder(mergedFormRows);
  fc.assert(
    fc.property(fc.array(fc.array(arbRow, { maxLength: 40 }), { maxLength: 4 }), (batches) => {
      const sent = new Map<string, SentRow>();
      batches.forEach((rows, n) => {
        tick.beginBatch(frame(batches.length - n));
        rows.forEach((row, index) => {
          send(tick, index, row);
          sent.set(`${batchId(batches.length - n)}.${index}`, row);
        });
        expect(tick.endBatch()).toEqual({
          accepted: rows.length,
          rejected: [],
        });
      });
      for (const block of encodeTick(tick, encoder)) {
        expect(block.meta.parts.length > 1).toBe(mergedFormRows === 1);
        expectRows(block, sent);
      }
      expect(sent.size).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test("merging blocks gives the union of their rows, without the fragments to drop", () => {
  const tick = new TickRows();
  const encoder = new BlockEncoder();
  fc.assert(
    fc.property(
      fc.array(fc.array(arbRow, { minLength: 1, maxLength: 30 }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.integer({ min: 0, max: 6 }),
      (batches, dropped) => {
        const sent = new Map<string, SentRow>();
        const inputs = batches.flatMap((rows, n) => {
          tick.beginBatch(frame(n));
          rows.forEach((row, index) => {
            send(tick, index, row);
            if (n !== dropped) sent.set(`${batchId(n)}.${index}`, row);
          });
          tick.endBatch();
          return encodeTick(tick, encoder).map(({ bytes, meta }) => ({
            block: openBlock(bytes, meta.parts),
            except: new Set([parseBatchId(batchId(dropped))]),
          }));
        });
        const limits = { rows: 25, rawBytes: 1 << 20 };
        const merged = mergeBlocks(inputs, limits);
        let last: bigint | undefined;
        for (const block of merged) {
          expect(last === undefined || last <= block.meta.minTimeNanos).toBe(true);
          last = block.meta.maxTimeNanos;
          expect(decodeSummary(block.meta.summary).rows).toBe(block.meta.rows);
        }
        const twice = merged.map(({ bytes, meta }) => ({
          block: openBlock(bytes, meta.parts),
        }));
        for (const block of mergeBlocks(twice)) expectRows(block, sent);
        expect(sent.size).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});

test.each([
  { service: "", rows: 1 },
  { service: "w", rows: 1 },
  { service: "we", rows: 300 },
  { service: "web", rows: 300 },
  { service: "web1", rows: 300 },
  { service: "web-1", rows: 300 },
])("ids keep their rows behind a service $service of $rows rows", ({ service, rows }) => {
  const tick = new TickRows();
  const sent = new Map<string, SentRow>();
  const inputs = [1, 2, 3].map((n) => {
    tick.beginBatch(frame(n));
    for (let i = 0; i < rows; i++) {
      const trace = (n * 1000 + i).toString(16).padStart(32, "7");
      const row = {
        ms: HOUR + i,
        rem: n,
        severity: 9,
        message: "m",
        service,
        trace,
        attributes: [],
      };
      send(tick, i, row);
      sent.set(`${batchId(n)}.${i}`, row);
    }
    tick.endBatch();
    const [block] = encodeTick(tick, new BlockEncoder());
    if (block === undefined) throw new Error("no block");
    return { block: openBlock(Buffer.from(block.bytes), block.meta.parts) };
  });
  for (const block of mergeBlocks(inputs)) expectRows(block, sent);
  expect(sent.size).toBe(0);
});

test("names beyond two hundred come back from the rest column", () => {
  const tick = new TickRows();
  const encoder = new BlockEncoder();
  const wide = (first: number): SentRow => ({
    ms: HOUR,
    rem: first,
    severity: 9,
    message: "wide",
    service: "",
    trace: "",
    attributes: Array.from({ length: 150 }, (_, i) => [`n${first + i}`, i % 2 === 0 ? i : `v${i}`]),
  });
  const rows = [wide(0), wide(100), wide(200)];
  tick.beginBatch(frame(1));
  rows.forEach((row, index) => send(tick, index, row));
  tick.endBatch();
  const [block] = encodeTick(tick, encoder);
  if (block === undefined) throw new Error("no block");
  const all = (): Map<string, SentRow> =>
    new Map(rows.map((row, index) => [`${batchId(1)}.${index}`, row]));
  expectRows(block, all());
  const [merged] = mergeBlocks([{ block: openBlock(block.bytes, block.meta.parts) }]);
  if (merged === undefined) throw new Error("no block");
  expectRows(merged, all());
});

test("damage anywhere is corrupt, never a crash and never other rows", () => {
  const tick = new TickRows();
  const encoder = new BlockEncoder();
  tick.beginBatch(frame(1));
  for (let i = 0; i < 300; i++)
    send(tick, i, {
      ms: HOUR + i,
      rem: i,
      severity: 9,
      message: `request ${i * 7919} took a while`,
      service: "web",
      trace: "",
      attributes: [["n", i / 4]],
    });
  tick.endBatch();
  const blocks: Pick<TickBlock, "bytes" | "meta">[] = encodeTick(tick, encoder);
  const l0 = blocks[0];
  if (l0 === undefined) throw new Error("no block");
  blocks.push(...mergeBlocks([{ block: openBlock(l0.bytes, l0.meta.parts) }]));
  for (const { bytes, meta } of blocks)
    for (let at = 0; at < bytes.length; at += Math.max(1, bytes.length >> 7)) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] as number) ^ 0x41;
      expect(() => openBlock(damaged, meta.parts).entry(0)).toThrow(/damaged/);
      expect(() => openBlock(bytes.subarray(0, at), meta.parts).entry(0)).toThrow(/damaged/);
    }
});

test("a used input gives back its own memory, and neither the stored bytes nor the merged blocks lose any", () => {
  const inputs = [1, 2].map((n) => {
    const tick = new TickRows();
    tick.beginBatch(frame(n));
    for (let i = 0; i < 3000; i++)
      send(tick, i, {
        ms: HOUR + i,
        rem: n,
        severity: 9,
        message: `request ${i} of ${n} took ${i % 7} ms`,
        service: "shop",
        trace: "4bf92f3577b34da6a3ce929d0e0e4736",
        attributes: [["status", 200 + (i % 5)]],
      });
    tick.endBatch();
    return encodeTick(tick, new BlockEncoder());
  });
  const open = (): OpenedBlock[] =>
    inputs.flatMap((blocks) => blocks.map(({ bytes, meta }) => openBlock(bytes, meta.parts)));
  const plain = mergeBlocks(open().map((block) => ({ block })));
  const used: OpenedBlock[] = [];
  const given = mergeBlocks(
    open().map((block) => ({
      block,
      onUsed: () => {
        block.giveBack();
        used.push(block);
      },
    })),
  );
  expect(used.length).toBe(2);
  for (const block of used) expect(block.timeMs.length).toBe(0);
  expect(given.map(({ bytes }) => Buffer.from(bytes).toString("hex"))).toEqual(
    plain.map(({ bytes }) => Buffer.from(bytes).toString("hex")),
  );
  // The stored bytes are the caller's, and read back.
  expect(mergeBlocks(open().map((block) => ({ block })))).toEqual(plain);
});
