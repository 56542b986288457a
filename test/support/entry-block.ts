/**
 * A block in memory, built from entries: what a filter or a pipe sees, without any encoding.
 * Invariant: behaves as BlockReader says; columns take every kind (dictionary, numbers, text, mixed), chosen
 * by their values, so tests over it meet each kind.
 */
import { type AttributeValue, type Entry, compareEntryIds } from "../../src/domain/entry.ts";
import type { BatchId } from "../../src/domain/ids.ts";
import { msOf, nanosOf } from "../../src/domain/time-range.ts";
import type { BlockReader, ColumnView } from "../../src/engine/block/block-reader.ts";

export function entryBlock(unsorted: readonly Entry[]): BlockReader {
  const entries = unsorted.toSorted((a, b) => compareEntryIds(a.id, b.id));
  const batches = [...new Set(entries.map((entry) => entry.id.batch))].toSorted();
  const names = [...new Set(entries.flatMap((entry) => [...entry.attributes.keys()]))];
  const columns = new Map<string, ColumnView>();
  for (const name of names)
    columns.set(name, columnOf(entries.map((entry) => entry.attributes.get(name))));
  const builtins = {
    message: columnOf(entries.map((entry) => entry.message)),
    service: columnOf(entries.map((entry) => entry.service)),
    host: columnOf(entries.map((entry) => entry.host)),
    trace_id: columnOf(entries.map((entry) => entry.traceId)),
    span_id: columnOf(entries.map((entry) => entry.spanId)),
  };
  return {
    rows: entries.length,
    timeMs: Float64Array.from(entries, (entry) => msOf(entry.timeNanos)),
    timeRemNanos: Uint32Array.from(entries, (entry) =>
      Number(entry.timeNanos - nanosOf(msOf(entry.timeNanos), 0)),
    ),
    severities: Uint8Array.from(entries, (entry) => entry.severity),
    batches,
    batchOf: Uint32Array.from(entries, (entry) =>
      batches.indexOf(entry.id.batch satisfies BatchId),
    ),
    indexInBatch: Uint32Array.from(entries, (entry) => entry.id.index),
    attributeNames: names,
    builtin: (name) => builtins[name],
    attribute: (name) => columns.get(name),
    attributeColumns: () => [...columns].map(([name, column]) => ({ name, column })),
    restObjects: () => undefined,
    truncatedNames: () => undefined,
    receivedMs: (batch) =>
      msOf(entries.find((entry) => entry.id.batch === batches[batch])?.observedNanos ?? 0n),
    entry: (row) => {
      const entry = entries[row];
      if (entry === undefined) throw new RangeError(`no row ${row}`);
      return entry;
    },
    heldBytes: () => 0,
    giveBack: () => undefined,
  };
}

function columnOf(values: readonly (AttributeValue | undefined)[]): ColumnView {
  const base = { present: presentBytes(values), value: (row: number) => values[row] };
  const given = values.filter((value) => value !== undefined);
  if (given.every((value) => typeof value === "number")) {
    return {
      ...base,
      kind: "numbers",
      numbers: Float64Array.from(values, (value) => (typeof value === "number" ? value : 0)),
      min: Math.min(...given),
      max: Math.max(...given),
    };
  }
  const distinct = new Map<string, AttributeValue>();
  for (const value of given) distinct.set(keyOf(value), value);
  if (distinct.size * 2 <= given.length) {
    const keys = [...distinct.keys()];
    return {
      ...base,
      kind: "dictionary",
      values: [...distinct.values()],
      codes: Uint16Array.from(values, (value) =>
        Math.max(0, value === undefined ? 0 : keys.indexOf(keyOf(value))),
      ),
    };
  }
  if (!given.every((value) => typeof value === "string"))
    return { ...base, kind: "mixed", isGathered: false };
  const texts = values.map((value) => (typeof value === "string" ? value : ""));
  const bytes = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => {
    starts[row + 1] = (starts[row] ?? 0) + new TextEncoder().encode(text).length + 1;
  });
  return { ...base, kind: "text", bytes, starts, ascii: bytes.every((byte) => byte < 0x80) };
}

function presentBytes(values: readonly (AttributeValue | undefined)[]): Uint8Array | undefined {
  if (!values.includes(undefined)) return undefined;
  const bytes = new Uint8Array((values.length + 7) >>> 3);
  values.forEach((value, row) => {
    if (value !== undefined) bytes[row >> 3] = (bytes[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return bytes;
}

function keyOf(value: AttributeValue): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "bigint" ? `bigint ${inner}` : inner,
  );
}
