/** The lines of an export are the JSON that other answers give of the same entries, written from columns or not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AttributeValue, type Entry, compareEntryIds } from "../../src/domain/entry.ts";
import { parseAppId, parseBatchId } from "../../src/domain/ids.ts";
import { LIMITS } from "../../src/domain/limits.ts";
import { openBlock } from "../../src/engine/block/open-block.ts";
import { entryJson } from "../../src/rpc/log/messages.ts";
import { entryWriter, rowWriter } from "../../src/search/export/entry-lines.ts";
import { CHUNK_BYTES, LineBytes } from "../../src/search/export/line-bytes.ts";
import { entryRows } from "../support/stored-entries.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");
const NOW = 1_795_528_800_000_000_000n;

const arbText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("", "plain", 'a "quoted" \\ text', "line\nfeed\ttab\u0000\u001f\u007f", "é€😀"),
);
const arbScalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  arbText,
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 62n }),
  fc.constant(null),
);
const arbValue = fc.oneof(
  { weight: 5, arbitrary: arbScalar },
  fc.array(arbScalar, { maxLength: 3 }),
);
const arbName = fc.constantFrom("a", "b.c", 'q"', "é", "n1", "n2", "n3", "n4");
const arbRow = fc.record({
  nanos: fc.oneof(
    fc.constantFrom(0n, 1n, 1_000n, 1_000_000n, 120_000_000n, 1_000_000_000n),
    fc.bigInt({ min: 0n, max: 3_000_000_000n }),
  ),
  severity: fc.integer({ min: 1, max: 24 }),
  message: arbText,
  service: fc.constantFrom("", "web"),
  host: arbText,
  traceId: fc.constantFrom("", "4bf92f3577b34da6a3ce929d0e0e4736"),
  spanId: fc.constantFrom("", "00f067aa0ba902b7"),
  attributes: fc.dictionary(arbName, arbValue, { maxKeys: 6 }),
});

function entriesOf(rows: readonly (typeof arbRow extends fc.Arbitrary<infer T> ? T : never)[]) {
  return rows.map(({ nanos, attributes, ...row }, index): Entry => {
    const timeNanos = NOW + nanos;
    return {
      ...row,
      id: { timeNanos, batch: BATCH, index },
      timeNanos,
      observedNanos: NOW,
      attributes: new Map(Object.entries(attributes)),
      truncated: [],
    };
  });
}

/** Both ways of writing, as parsed lines beside those of the API. */
function written(entries: readonly Entry[]) {
  const [row] = entryRows(APP, entries);
  if (row === undefined) throw new Error("no row");
  const block = openBlock(row.bytes, row.meta.parts);
  const out = new LineBytes();
  const write = rowWriter(block, out);
  const whole = new LineBytes();
  const writeEntry = entryWriter(whole);
  const wanted: string[] = [];
  for (let at = 0; at < block.rows; at++) {
    write(at);
    writeEntry(block.entry(at));
    wanted.push(entryJson(block.entry(at)));
  }
  return {
    columns: linesOf(out),
    entries: linesOf(whole),
    wanted: wanted.map((line) => JSON.parse(line) as unknown),
  };
}

function linesOf(out: LineBytes): unknown[] {
  const lines = new TextDecoder("utf-8", { fatal: true }).decode(out.take()).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as unknown);
}

test("lines are the API's JSON of the entries", () =>
  fc.assert(
    fc.property(fc.array(arbRow, { minLength: 1, maxLength: 20 }), (rows) => {
      const found = written(entriesOf(rows));
      expect(found.columns).toEqual(found.wanted);
      expect(found.entries).toEqual(found.wanted);
    }),
  ));

test("names beyond those with columns are written, too", () => {
  const attributes = (i: number): Map<string, AttributeValue> =>
    new Map(
      Array.from({ length: 300 }, (_, n) => [`name-${i}-${n}`, n % 2 === 0 ? n : `v "${n}"`]),
    );
  const entries = entriesOf(fc.sample(arbRow, { numRuns: 3, seed: 1 })).map((entry, i): Entry => ({
    ...entry,
    attributes: attributes(i),
  }));
  const found = written(entries.toSorted((a, b) => compareEntryIds(a.id, b.id)));
  expect(found.columns).toEqual(found.wanted);
  expect(found.entries).toEqual(found.wanted);
});

test("a line longer than a chunk is whole, and what is cut off leaves no trace", () => {
  const long = `"${"\u0001".repeat(CHUNK_BYTES)}"`;
  const [entry] = entriesOf(fc.sample(arbRow, { numRuns: 1, seed: 2 }));
  if (entry === undefined) throw new Error("no entry");
  const out = new LineBytes();
  const writeEntry = entryWriter(out);
  writeEntry({ ...entry, message: long });
  const { length } = out;
  writeEntry(entry);
  out.cut(length);
  expect(linesOf(out)).toMatchObject([{ message: long }]);
  expect(written([{ ...entry, message: long }]).columns).toMatchObject([{ message: long }]);
});

test("what was cut to a limit is named", () => {
  const [entry] = entriesOf(fc.sample(arbRow, { numRuns: 1, seed: 2 }));
  if (entry === undefined) throw new Error("no entry");
  const found = written([{ ...entry, message: "x".repeat(LIMITS.messageBytes + 1) }]);
  expect(found.wanted).toMatchObject([{ truncated: ["message"] }]);
  expect(found.columns).toEqual(found.wanted);
  expect(found.entries).toEqual(found.wanted);
});
