/** What a chart shows of series whose values are written in two ways, and of entries in several series. */
import { expect, test } from "vitest";
import { entryWith } from "../../../test/support/entry-with.ts";
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { parseBatchId } from "../../domain/ids.ts";
import { parseQuery } from "../../query/parse.ts";
import { gathererOf } from "./gather.ts";
import type { Gatherer } from "./gatherer.ts";
import { entryBatch } from "./row-batch.ts";

const HOUR = 3_600_000_000_000n;
const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");

function entry(timeNanos: bigint, status: AttributeValue): Entry {
  const id = { timeNanos, batch: BATCH, index: 0 };
  return entryWith(id, { attributes: new Map([["status", status]]) });
}

function chartOf(query: string): Gatherer {
  const parsed = parseQuery(query, { nowNanos: 0n, timeZone: "UTC" });
  const [pipe] = parsed.ok ? parsed.query.pipes : [];
  if (pipe === undefined) throw new Error("no pipe");
  return gathererOf(pipe, {
    shown: { startNanos: 0n, endNanos: 2n * HOUR },
    timeZone: "UTC",
    partial: () => undefined,
    overfull: () => undefined,
    meter: { row: () => undefined, work: () => undefined },
  });
}

test.each([
  { first: "500", second: 500, shown: 500 },
  { first: 500, second: "500", shown: 500 },
  { first: "true", second: true, shown: true },
])("$first in one bucket and $second in another are one series", ({ first, second, shown }) => {
  const chart = chartOf("| timechart 1h count() by status");
  chart.add(entryBatch([entry(5n, first), entry(HOUR, second)]));
  expect(chart.finish().rows).toEqual([
    [0n, shown, 1],
    [HOUR, shown, 1],
  ]);
});

test("an entry with a list counts once in each of its series, and once in the others together", () => {
  const query = "| timechart 1h count(), uniq(status) as u, sum(status) as s by status limit 1";
  const parts = [
    [entry(1n, "a"), entry(2n, ["a", 1, 2]), entry(6n, ["a"])],
    [entry(3n, [1, 2, "1"]), entry(4n, 3), entry(5n, ["2", "1"]), entry(HOUR, ["a", "a"])],
  ];
  const rows = [
    [0n, "a", 3, 3, 3],
    // Once each: those of 2, 3, 4 and 5.
    [0n, "(other)", 4, 4, 13],
    [HOUR, "a", 1, 1, null],
    [HOUR, "(other)", 0, 0, null],
  ];
  const whole = chartOf(query);
  whole.add(entryBatch(parts.flat()));
  const joined = chartOf(query);
  for (const part of parts) {
    const own = chartOf(query);
    own.add(entryBatch(part));
    joined.absorb(own);
  }
  expect(whole.finish().rows).toEqual(rows);
  expect(joined.finish().rows).toEqual(rows);
  expect(whole.heldBytes).toBeGreaterThan(0);
});
