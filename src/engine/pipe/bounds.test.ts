/** What each pipe may hold, and what it says and gives when that is not enough. */
import { expect, test } from "vitest";
import { entryWith } from "../../../test/support/entry-with.ts";
import type { Entry } from "../../domain/entry.ts";
import { parseBatchId } from "../../domain/ids.ts";
import type { Pipe } from "../../query/ast.ts";
import { parseQuery } from "../../query/parse.ts";
import type { Cell } from "./cell.ts";
import { dedupKeys } from "./dedup.ts";
import { parseFields } from "./parse-fields.ts";
import { applyPipe } from "./pipeline.ts";
import type { Rows } from "./rows.ts";

const HOUR = 3_600_000_000_000n;
const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");

/** The last pipe of a query. */
function pipeOf(query: string): Pipe {
  const parsed = parseQuery(query, { nowNanos: 0n, timeZone: "UTC" });
  const pipe = parsed.ok ? parsed.query.pipes.at(-1) : undefined;
  if (pipe === undefined) throw new Error("no pipe");
  return pipe;
}

function run(rows: Rows, query: string, endNanos = HOUR) {
  const reasons: string[] = [];
  const made = applyPipe(rows, pipeOf(query), {
    shown: { startNanos: 0n, endNanos },
    timeZone: "UTC",
    partial: (reason) => void (reasons.includes(reason) || reasons.push(reason)),
    overfull: () => undefined,
    meter: { row: () => undefined, work: () => undefined },
  });
  const cells: readonly (readonly Cell[])[] = made.kind === "table" ? made.table.rows : [];
  return { cells, reasons };
}

/** One column of that many different texts, newest first, each also in a second row. */
function table(count: number): Rows {
  const column = { name: "host", type: "value", approximate: false } as const;
  const row = (_: unknown, i: number): Cell[] => [`host ${count - (i % count)}`];
  return {
    kind: "table",
    table: { columns: [column], rows: Array.from({ length: 2 * count }, row) },
  };
}

function entries(count: number, of: (i: number) => Parameters<typeof entryWith>[1]): Rows {
  const entryOf = (_: unknown, i: number): Entry =>
    entryWith({ timeNanos: BigInt(i), batch: BATCH, index: i }, of(i));
  return { kind: "entries", entries: Array.from({ length: count }, entryOf) };
}

test.each([
  { query: "| fields host | sort host", most: 50_000, says: "sort takes the first 100000 rows" },
  {
    query: "| fields host | stats count() by host",
    most: 100_000,
    says: "stats keeps at most 100000 groups",
  },
])("$query", ({ query, most, says }) => {
  expect(run(table(most), query).reasons).toEqual([]);
  const { cells, reasons } = run(table(most + 1), query);
  expect(reasons).toEqual([says]);
  expect(cells).toHaveLength(query.includes("sort") ? 2 * most : most);
  // Groups that there are go on counting.
  if (query.includes("stats"))
    expect(new Set(cells.map(([, count]) => count))).toEqual(new Set([2]));
});

test("dedup tells a million combinations apart, and lets no further one through", () => {
  const reasons: string[] = [];
  const seen = dedupKeys({
    shown: { startNanos: 0n, endNanos: HOUR },
    timeZone: "UTC",
    partial: (reason) => reasons.push(reason),
    overfull: () => undefined,
    meter: { row: () => undefined, work: () => undefined },
  });
  let kept = 0;
  for (let i = 0; i < 1_000_000; i++) if (seen.isNew([i])) kept++;
  expect([kept, reasons]).toEqual([1_000_000, []]);
  expect([seen.isNew([-1]), seen.isNew([-2]), seen.isNew([7])]).toEqual([false, false, false]);
  expect(reasons).toEqual(["dedup keeps at most 1000000 combinations apart"]);
});

test("patterns tells 10,000 shapes apart, and goes on counting those", () => {
  const letters = (i: number): string =>
    String(i).replaceAll(/\d/g, (d) => "abcdefghij"[Number(d)] ?? "");
  const of = (i: number) => ({ message: `${letters(i % 10_001)} happened` });
  const { cells, reasons } = run(entries(10_001 + 10_000, of), "| patterns 10000");
  expect(reasons).toEqual(["patterns tells at most 10000 shapes apart"]);
  expect(cells).toHaveLength(10_000);
  expect(new Set(cells.map(([, count]) => count))).toEqual(new Set([2]));
});

test("timechart has 2,000 steps", () => {
  const none = entries(0, () => ({}));
  expect(run(none, "| timechart 1s", 2_000_000_000_000n).cells).toHaveLength(2000);
  expect(() => run(none, "| timechart 1s", 2_000_000_000_001n)).toThrow(
    "The range has more than 2000 buckets of 1s",
  );
});

test("values are the first hundred, in order", () => {
  const { cells, reasons } = run(
    entries(299, (i) => ({ host: `h${999 - i}` })),
    "| stats values(host)",
  );
  expect(reasons).toEqual([]);
  const wanted = Array.from({ length: 100 }, (_, i) => `h${701 + i}`);
  expect(cells).toEqual([[wanted]]);
});

test.each([
  { query: "| parse json", text: (rest: string) => `{"a":"${rest}"}` },
  { query: "| parse logfmt", text: (rest: string) => `a=${rest}` },
  { query: '| parse "a <x>"', text: (rest: string) => `a ${rest}` },
])("$query takes 256 KiB of text, and leaves a longer one as it is", ({ query, text }) => {
  const pipe = pipeOf(query);
  if (pipe.kind !== "parse") throw new Error("no parse");
  const id = { timeNanos: 0n, batch: BATCH, index: 0 };
  const fits = text("é".repeat(1000).padEnd(256 * 1024 - 1000 - text("").length, "x"));
  expect(Buffer.byteLength(fits)).toBe(256 * 1024);
  for (const [message, count] of [
    [fits, 1],
    [fits.replace("x", "xx"), 0],
  ] as const)
    expect(parseFields(entryWith(id, { message }), pipe).attributes.size).toBe(count);
});

test("logfmt gives 200 names, the first ones", () => {
  const pipe = pipeOf("| parse logfmt");
  if (pipe.kind !== "parse") throw new Error("no parse");
  const message = Array.from({ length: 300 }, (_, i) => `n${i}=${i}`).join(" ");
  const id = { timeNanos: 0n, batch: BATCH, index: 0 };
  const { attributes } = parseFields(entryWith(id, { message: `${message} n3=again` }), pipe);
  expect([attributes.size, attributes.get("n199"), attributes.has("n200")]).toEqual([
    200,
    "199",
    false,
  ]);
  // A name that comes again is no further one.
  expect(attributes.get("n3")).toBe("again");
});
