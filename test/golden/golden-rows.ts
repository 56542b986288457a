/** The rows of the golden blocks. Invariant: never changed; another version may add rows of its own. */
import { type AttributeValue, compareEntryIds, type Entry } from "../../src/domain/entry.ts";
import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { bucketOfMs } from "../../src/domain/time-range.ts";
import { BlockEncoder } from "../../src/engine/block/encode-block.ts";
import { encodeTick } from "../../src/engine/block/encode-tick.ts";
import { mergeBlocks } from "../../src/engine/block/merge-blocks.ts";
import { openBlock } from "../../src/engine/block/open-block.ts";
import { TickRows } from "../../src/engine/column/tick-rows.ts";

const START_MS = 1_763_998_200_000;
const BATCH = parseBatchId("019ab9c7-0000-7000-8000-000000000001");
const OTHER = parseBatchId("019ab9c7-0000-7000-8000-000000000002");
const RECEIVED_MS = START_MS + 5_000;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

/** One row; every encoding is met by some column of them. */
export function goldenEntry(n: number): Entry {
  const isOther = n % 3 === 0;
  const ms = START_MS + ((n * 37) % 1000) * 10;
  const timeNanos = BigInt(ms) * 1_000_000n + BigInt(n % 2 === 0 ? 0 : n * 1001);
  return {
    id: { timeNanos, batch: isOther ? OTHER : BATCH, index: n },
    timeNanos,
    observedNanos: BigInt(RECEIVED_MS) * 1_000_000n,
    severity: (n % 24) + 1,
    message: n % 50 === 0 ? `Überlauf ${n}\nzweite Zeile` : `request ${n * 7919} took ${n} ms`,
    service: n % 2 === 0 ? "web" : "api",
    host: "",
    traceId: n % 4 === 0 ? "" : TRACE,
    spanId: n % 5 === 0 ? "00f067aa0ba902b7" : "",
    attributes: new Map<string, AttributeValue>([
      ["constant", "eu-west-1"],
      ["user", `user-${n}`],
      ["status", 200 + (n % 5)],
      ["duration_ms", n / 4],
      ["ratio", n / 7],
      ...(n % 3 === 0 ? ([["sparse", n % 2 === 0]] as const) : []),
      ["mixed", n % 2 === 0 ? n : `text ${n}`],
      ...(n === 7 ? ([["json", [1, null, { a: 12345678901234567890n }]]] as const) : []),
    ]),
    truncated: n === 8 ? ["message"] : [],
  };
}

export function goldenEntries(rows: number): Entry[] {
  return Array.from({ length: rows }, (_, n) => goldenEntry(n)).toSorted((a, b) =>
    compareEntryIds(a.id, b.id),
  );
}

function encodeRows(rows: number): { bytes: Uint8Array; parts: readonly { offset: number; length: number }[] } {
  const tick = new TickRows();
  for (const batch of [BATCH, OTHER]) {
    tick.beginBatch({
      app: parseAppId("019ab9c7-0000-7000-8000-000000000000"),
      batch,
      defaultTimeMs: START_MS,
      receivedMs: RECEIVED_MS,
      admitFrom: bucketOfMs(START_MS),
      admitTo: bucketOfMs(START_MS),
      service: "",
      host: "",
    });
    for (let n = 0; n < rows; n++) if (goldenEntry(n).id.batch === batch) put(tick, goldenEntry(n));
    tick.endBatch();
  }
  const [block] = encodeTick(tick, new BlockEncoder());
  if (block === undefined) throw new Error("no rows");
  return { bytes: block.bytes, parts: block.meta.parts };
}

function put(tick: TickRows, entry: Entry): void {
  const utf8 = (text: string): [Uint8Array, number, number] => {
    const bytes = new TextEncoder().encode(text);
    return [bytes, 0, bytes.length];
  };
  tick.begin(entry.id.index);
  tick.time(Number(entry.timeNanos / 1_000_000n), Number(entry.timeNanos % 1_000_000n));
  tick.severity(entry.severity);
  tick.message(...utf8(entry.message));
  tick.service(...utf8(entry.service));
  tick.traceId(...utf8(entry.traceId));
  tick.spanId(...utf8(entry.spanId));
  for (const [key, value] of entry.attributes) {
    const name = tick.nameOfText(key);
    if (typeof value === "string") tick.attributeText(name, ...utf8(value));
    else if (typeof value === "number") tick.attributeNumber(name, value);
    else if (typeof value === "boolean") tick.attributeBoolean(name, value);
    else tick.attributeJson(name, ...utf8('[1,null,{"a":12345678901234567890}]'));
  }
  for (const name of entry.truncated) tick.truncated(name);
  tick.end();
}

/** The three layouts of a block. */
export function goldenBlocks(): { name: string; bytes: Uint8Array }[] {
  const plain = encodeRows(10);
  const frame = encodeRows(200);
  const [merged] = mergeBlocks([{ block: openBlock(frame.bytes, frame.parts) }]);
  if (merged === undefined) throw new Error("no rows");
  const lengths = merged.meta.parts.map(({ length }) => length);
  const head = new Uint8Array(Uint32Array.of(lengths.length, ...lengths).buffer);
  const whole = new Uint8Array(head.length + merged.bytes.length);
  whole.set(head);
  whole.set(merged.bytes, head.length);
  return [
    { name: "plain", bytes: plain.bytes },
    { name: "frame", bytes: frame.bytes },
    // u32 number of parts, u32 length of each, the parts.
    { name: "merged", bytes: whole },
  ];
}
