/** What a chart shows of series whose values are written in two ways. */
import { expect, test } from "vitest";
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { parseBatchId } from "../../domain/ids.ts";
import { parseQuery } from "../../query/parse.ts";
import { gathererOf } from "./gather.ts";
import { entryBatch } from "./row-batch.ts";

const HOUR = 3_600_000_000_000n;
const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");

function entry(timeNanos: bigint, status: AttributeValue): Entry {
  return {
    id: { timeNanos, batch: BATCH, index: 0 },
    timeNanos,
    observedNanos: timeNanos,
    severity: 9,
    message: "",
    service: "",
    host: "",
    traceId: "",
    spanId: "",
    attributes: new Map([["status", status]]),
    truncated: [],
  };
}

test.each([
  { first: "500", second: 500, shown: 500 },
  { first: 500, second: "500", shown: 500 },
  { first: "true", second: true, shown: true },
])("$first in one bucket and $second in another are one series", ({ first, second, shown }) => {
  const parsed = parseQuery("| timechart 1h count() by status", { nowNanos: 0n, timeZone: "UTC" });
  const [pipe] = parsed.ok ? parsed.query.pipes : [];
  if (pipe === undefined) throw new Error("no pipe");
  const chart = gathererOf(pipe, {
    shown: { startNanos: 0n, endNanos: 2n * HOUR },
    timeZone: "UTC",
    partial: () => undefined,
    overfull: () => undefined,
  });
  chart.add(entryBatch([entry(5n, first), entry(HOUR, second)]));
  expect(chart.finish().rows).toEqual([
    [0n, shown, 1],
    [HOUR, shown, 1],
  ]);
});
