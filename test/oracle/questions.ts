/**
 * Whole questions: entries over hours or weeks, a query as it is written, a range, a zone; and whether they are answered
 * as a naive reading answers them.
 */
import fc from "fast-check";
import type { Entry } from "../../src/domain/entry.ts";
import type { TimeRange } from "../../src/domain/time-range.ts";
import { parseQuery } from "../../src/query/parse.ts";
import { BASE_NANOS, arbEntries } from "./arbitraries.ts";
import { ask, expectNaive } from "./asking.ts";
import type { OpenWorld } from "./worlds.ts";
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
  // Their summer time ends at midnight.
  "Africa/Cairo",
  "Asia/Beirut",
];

export interface Question {
  readonly entries: readonly Entry[];
  readonly filter: string;
  readonly pipes: string;
  readonly zone: string;
  readonly range: TimeRange;
  readonly merged: number;
}

/** Two hours, two days, or twenty-five, through the ends of summer time in Berlin and New York. */
const arbSpread = fc.constantFrom(
  { times: 1n, days: 0n },
  { times: 24n, days: 0n },
  { times: 24n, days: -31n },
  { times: 300n, days: -31n },
);
/** Of the time in which the entries lie, in thousandths. */
const arbPart = fc.constantFrom(
  [-10n, 1010n] as const,
  [-10n, 1010n] as const,
  [100n, 730n] as const,
  [0n, 3n] as const,
  [333n, 334n] as const,
);

export const arbQuestion: fc.Arbitrary<Question> = fc
  .record({
    entries: arbEntries,
    spread: arbSpread,
    zone: fc.constantFrom(...ZONES),
    filter: fc.oneof(fc.constant(""), arbWritten),
    pipes: arbWrittenPipes,
    part: arbPart,
    merged: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ spread: { times, days }, part: [from, to], entries, ...asked }) => {
    const start = BASE_NANOS + days * 24n * HOUR;
    const length = 2n * HOUR * times;
    return {
      ...asked,
      entries: entries.map((entry) => {
        const timeNanos = start + (entry.timeNanos - BASE_NANOS) * times;
        return { ...entry, timeNanos, id: { ...entry.id, timeNanos } };
      }),
      range: {
        startNanos: start + (length * from) / 1000n,
        endNanos: start + (length * to) / 1000n,
      },
    };
  });

/** A question whose filter does not parse is left out of the run. */
export async function expectAnswered(question: Question, open?: OpenWorld): Promise<void> {
  const { entries, pipes, zone, range, merged } = question;
  const filter = filterOf(question);
  const asked = open === undefined ? { range, zone } : { range, zone, open };
  await expectNaive(entries, filter, pipes, merged, asked);
}

/** The same with `context`, which takes no more than twenty entries. */
export async function expectSurrounded(
  question: Question,
  count: number,
  open: OpenWorld,
): Promise<void> {
  const { entries, range, zone, merged } = question;
  const filter = filterOf(question);
  const asked = { range, zone, open };
  const found = await ask(entries, filter, "| limit 100", 0, { range, zone });
  const partial = found.entries.length > 20;
  await expectNaive(entries, filter, `| context ${count}`, merged, { ...asked, partial });
}

function filterOf({ filter, zone }: Question) {
  const nowNanos = BASE_NANOS + 2n * HOUR;
  const parsed = parseQuery(filter, { nowNanos, timeZone: zone });
  fc.pre(parsed.ok);
  return parsed.query.filter;
}
