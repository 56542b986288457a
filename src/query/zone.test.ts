/** Times of a zone's clock: what is written of an instant names a span in which clocks show that, and with it the instant. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTime } from "./time-literal.ts";

/** Summer times that end at different hours, one by half an hour, two at midnight; and zones without any. */
const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "Africa/Cairo",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "UTC",
];
const HOUR_MS = 3_600_000;
const NANOS_PER_MS = 1_000_000n;

const clocks = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }),
  ]),
);

/** `2026-11-24T14:02:31` */
function shown(zone: string, ms: number): string {
  return clocks.get(zone)?.format(ms).replace(" ", "T") ?? "";
}

const arbCase = fc.record({
  zone: fc.constantFrom(...ZONES),
  ms: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
  precision: fc.constantFrom(10, 13, 16, 19),
});

test("a literal is the span in which clocks show it", () =>
  fc.assert(
    fc.property(arbCase, ({ zone, ms, precision }) => {
      const text = shown(zone, ms).slice(0, precision);
      const span = parseTime(text, { nowNanos: 0n, timeZone: zone });
      if (span === null) throw new Error(`${text} is no time`);
      const from = Number(span.from / NANOS_PER_MS);
      const last = Number((span.to - 1n) / NANOS_PER_MS);
      // Within an hour of a change clocks may show a time twice: the first one is meant; or pass over a part of it.
      const isChanging = [-1, 1].some(
        (hours) =>
          Date.parse(`${shown(zone, ms)}Z`) - ms !==
          Date.parse(`${shown(zone, ms + hours * HOUR_MS)}Z`) - (ms + hours * HOUR_MS),
      );
      expect(shown(zone, from).startsWith(text)).toBe(true);
      if (isChanging) return;
      expect([from <= ms, ms <= last]).toEqual([true, true]);
      expect(shown(zone, last).startsWith(text)).toBe(true);
      if (precision === 10)
        expect([
          shown(zone, from - 1).startsWith(text),
          shown(zone, last + 1).startsWith(text),
        ]).toEqual([false, false]);
    }),
    { numRuns: 2000 },
  ));
