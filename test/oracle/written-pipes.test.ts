/** Pipes as they are written, over days, zones and every kind of field, against a naive reading. */
import fc from "fast-check";
import { test } from "vitest";
import type { Entry } from "../../src/domain/entry.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { BASE_NANOS, arbEntries } from "./arbitraries.ts";
import { expectNaive } from "./asking.ts";
import { arbWritten } from "./written.ts";
import { arbWrittenPipes } from "./written-pipes.ts";

const HOUR = 3_600_000_000_000n;
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
];

/** Two hours, two days, or twenty-five, through the ends of summer time in Berlin and New York. */
const arbSpread = fc.constantFrom(
  { times: 1n, days: 0n },
  { times: 24n, days: 0n },
  { times: 24n, days: -31n },
  { times: 300n, days: -31n },
);

function spread(
  entries: readonly Entry[],
  { times, days }: { times: bigint; days: bigint },
): Entry[] {
  return entries.map((entry) => {
    const timeNanos = BASE_NANOS + days * 24n * HOUR + (entry.timeNanos - BASE_NANOS) * times;
    return { ...entry, timeNanos, id: { ...entry.id, timeNanos } };
  });
}

test("what is written gives what a naive reading gives, in any zone", async () => {
  const arb = fc.record({
    entries: arbEntries,
    over: arbSpread,
    zone: fc.constantFrom(...ZONES),
    filter: fc.oneof(fc.constant(""), arbWritten),
    pipes: arbWrittenPipes,
    /** Parts of the time in which the entries lie, in thousandths. */
    part: fc.constantFrom([-10n, 1010n], [-10n, 1010n], [100n, 730n], [0n, 3n], [333n, 334n]),
    merged: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(arb, async ({ entries, over, zone, filter, pipes, part, merged }) => {
      const [from = 0n, to = 0n] = part;
      const start = BASE_NANOS + over.days * 24n * HOUR;
      const length = 2n * HOUR * over.times;
      const range = {
        startNanos: start + (length * from) / 1000n,
        endNanos: start + (length * to) / 1000n,
      };
      const parsed = parseQuery(filter, { nowNanos: BASE_NANOS + 2n * HOUR, timeZone: zone });
      fc.pre(parsed.ok);
      await expectNaive(spread(entries, over), parsed.query.filter, pipes, merged, { range, zone });
    }),
    { numRuns: 300 },
  );
}, 180_000);
