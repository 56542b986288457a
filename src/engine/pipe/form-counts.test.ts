/** Counts by value: what many values give, however they are stored, split and met. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryWith } from "../../../test/support/entry-with.ts";
import { entryRows } from "../../../test/support/stored-entries.ts";
import type { AttributeValue, Entry, Scalar } from "../../domain/entry.ts";
import { parseAppId, parseBatchId } from "../../domain/ids.ts";
import { parseQuery } from "../../query/parse.ts";
import { openBlock } from "../block/open-block.ts";
import { BlockScan } from "../filter/block-scan.ts";
import { type Table, formOf, preferred } from "./cell.ts";
import { FormTable, NO_ROOM } from "./form-table.ts";
import { gathererOf } from "./gather.ts";
import type { Gatherer } from "./gatherer.ts";
import { compareKeys } from "./groups.ts";
import { type RowBatch, blockBatch, entryBatch, tableBatch } from "./row-batch.ts";

const HOUR = 3_600_000_000_000n;
const LONG = "x".repeat(300);

const arbText = fc.oneof(
  fc.constantFrom("a", "A", "b", "B1", "/x", "/X", "é", "É", "", " 1", "1", "1.0", "-", "_", "Z"),
  // All of one hash: only what stands behind its bytes tells them apart.
  fc.integer({ min: 1000, max: 1200 }).map((n) => LONG + n),
  fc.constantFrom("\ud800", "\udfff", "\ufffd", "\u{1f680}", "\uffee"),
  fc.string({ maxLength: 4 }),
);
const arbScalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 5, arbitrary: arbText },
  fc.constantFrom<Scalar>(1, 1.5, -0, 1e21, true, false, 9_007_199_254_740_993n, 2, 10),
);
const arbCell = fc.oneof(
  { weight: 6, arbitrary: arbScalar },
  fc.constant(null),
  fc.array(arbScalar, { minLength: 1, maxLength: 3 }),
);

function gatherer(query: string): Gatherer {
  const parsed = parseQuery(query, { nowNanos: 0n, timeZone: "UTC" });
  const pipe = parsed.ok ? parsed.query.pipes.at(-1) : undefined;
  if (pipe === undefined) throw new Error("no pipe");
  return gathererOf(pipe, {
    shown: { startNanos: 0n, endNanos: HOUR },
    timeZone: "UTC",
    partial: () => undefined,
    overfull: () => undefined,
    meter: { row: () => undefined, work: () => undefined },
  });
}

function gathered(query: string, parts: readonly RowBatch[]): Table {
  const total = gatherer(query);
  for (const part of parts) {
    const own = gatherer(query);
    own.add(part);
    total.absorb(own);
  }
  return total.finish();
}

function batchOf(cells: readonly (Scalar | null | readonly Scalar[])[]): RowBatch {
  return tableBatch({
    columns: [{ name: "f", type: "value", approximate: false }],
    rows: cells.map((cell) => [cell]),
  });
}

test.each([
  { query: "| fields f | top 3 f", kind: "top", count: 3 },
  { query: "| fields f | rare 3 f", kind: "rare", count: 3 },
  { query: "| fields f | top 1000 f", kind: "top", count: 1000 },
  { query: "| fields f | stats count() by f", kind: "stats", count: 1000 },
])("$query counts each text form once, in parts as in one", ({ query, kind, count }) => {
  fc.assert(
    fc.property(
      fc.array(fc.array(arbCell, { maxLength: 60, size: "max" }), { maxLength: 3 }),
      (parts) => {
        const groups = new Map<string, { key: Scalar | null; count: number }>();
        let having = 0;
        for (const cell of parts.flat()) {
          if (cell !== null) having++;
          const values = new Map<string, Scalar | null>();
          for (const value of cell === null || !Array.isArray(cell)
            ? [cell as Scalar]
            : (cell as Scalar[])) {
            const form = value === null ? "-" : `+${formOf(value)}`;
            values.set(form, value === null ? null : preferred(values.get(form) ?? value, value));
          }
          for (const [form, value] of values) {
            const known = groups.get(form) ?? { key: value, count: 0 };
            groups.set(form, known);
            known.count++;
            if (known.key !== null && value !== null) known.key = preferred(known.key, value);
          }
        }
        const sign = kind === "top" ? -1 : kind === "rare" ? 1 : 0;
        const wanted = [...groups.values()]
          .filter(({ key }) => key !== null || kind === "stats")
          .toSorted(
            (a, b) => sign * (a.count - b.count) || compareKeys([a.key], [b.key], ["value"]),
          )
          .slice(0, count)
          .map((own) => [own.key, own.count, ...(kind === "stats" ? [] : [own.count / having])]);
        expect(gathered(query, parts.map(batchOf)).rows).toEqual(wanted);
      },
    ),
    { numRuns: 300 },
  );
});

/** One entry a value, in one block. */
function blockOf(values: readonly AttributeValue[]): { scan: BlockScan; entries: Entry[] } {
  const batch = parseBatchId("019a0000-0000-7000-8000-000000000001");
  const app = parseAppId("019a0000-0000-7000-8000-0000000000aa");
  const entries = values.map((value, index) =>
    entryWith(
      { timeNanos: BigInt(index), batch, index },
      {
        message: `message ${index}`,
        service: index % 3 === 0 ? "" : "web",
        traceId: index % 2 === 0 ? "" : index.toString(16).padStart(32, "0"),
        attributes: value === null ? new Map() : new Map([["f", value]]),
      },
    ),
  );
  const [row] = entryRows(app, entries);
  if (row === undefined) throw new Error("no row");
  return { scan: new BlockScan(openBlock(row.bytes, row.meta.parts)), entries };
}

const MANY = Array.from({ length: 3000 }, (_, i) => i);
test.each([
  { name: "texts, each another", values: MANY.map((i) => `/orders/${i}`) },
  { name: "sparse texts", values: MANY.map((i) => (i % 3 === 0 ? null : `Order ${i % 1500}`)) },
  { name: "texts beyond ASCII", values: MANY.map((i) => `é${i % 1000}`) },
  { name: "few texts", values: MANY.map((i) => `t${i % 7}`) },
  { name: "numbers", values: MANY.map((i) => (i % 5 === 0 ? null : i % 900)) },
  {
    name: "numbers and their texts",
    values: MANY.map((i) => (i % 2 === 0 ? i % 90 : `${i % 90}`)),
  },
  { name: "lists", values: MANY.map((i) => [`a${i % 11}`, `b${i}`, `a${i % 11}`]) },
  { name: "maps in lists", values: MANY.map((i) => [{ g: i % 13 }]) },
  { name: "nothing", values: MANY.map(() => null) },
])("$name count in a block's columns as in its entries", ({ values }) => {
  const { scan, entries } = blockOf(values);
  // Every second row, from the last: rows need not be all, nor in order.
  const rows = MANY.filter((i) => i % 2 === 1).toReversed();
  const chosen = entries.filter((_, i) => i % 2 === 1);
  for (const call of [
    "top 20 f",
    "rare 7 f",
    "top 5 f.g",
    "stats count(), rate() by f",
    "stats uniq(f), uniq(trace_id), uniq(service)",
    "stats uniq(f) as u, count() by service",
    "top 3 trace_id",
    "top 3 service",
    "top 3 level",
    "top 3 message",
    "stats count() by host",
  ])
    expect(gathered(`| ${call}`, [blockBatch(scan, Uint32Array.from(rows))])).toEqual(
      gathered(`| ${call}`, [entryBatch(chosen)]),
    );
});

test("a full table gives known forms their numbers, and new ones none", () => {
  const table = new FormTable(2);
  expect([table.ofScalar("a"), table.ofScalar(5), table.ofScalar("b")]).toEqual([0, 1, NO_ROOM]);
  expect([table.ofScalar("5"), table.ofScalar("a"), table.ofScalar("\ud800")]).toEqual([
    1,
    0,
    NO_ROOM,
  ]);
  expect(table.scalarAt(1)).toBe(5);
});

test("forms of one hash stay apart, and cost a bounded number of looks", () => {
  const table = new FormTable(100_000);
  const forms = Array.from({ length: 20_000 }, (_, i) => LONG + String(i).padStart(6, "0"));
  const ids = forms.map((form) => table.ofScalar(form));
  expect(new Set(ids).size).toBe(forms.length);
  expect(forms.map((form) => table.ofScalar(form))).toEqual(ids);
  expect(ids.map((id) => table.scalarAt(id))).toEqual(forms);
});
