import fc from "fast-check";
import { expect, test } from "vitest";
import { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { columnsOf, entriesOf } from "./entry-columns.ts";

const NAMES = [
  "id",
  "time",
  "level",
  "message",
  "service",
  "host",
  "traceId",
  "spanId",
  "observedTime",
  "truncated",
  "attributes",
] as const;

const time = fc.option(
  fc.record({
    seconds: fc.bigInt(-62_135_596_800n, 253_402_300_799n),
    nanos: fc.integer({ min: 0, max: 999_999_999 }),
  }),
  { nil: undefined },
);
const attributes = fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined });

test("entries say the same once they have been columns in another thread", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          time,
          observedTime: time,
          attributes,
          level: fc.constantFrom(0, 1, 9, 10, 24, 99),
          message: fc.string({ unit: "binary" }),
          service: fc.string(),
          truncated: fc.array(fc.string()),
          id: fc.string(),
        }),
        { maxLength: 5 },
      ),
      (made) => {
        const entries = made.map(({ attributes: some, level, ...rest }) => ({
          ...LogEntry.create(),
          ...rest,
          level: level as LogEntry["level"],
          // They come as JSON, which has no negative zero.
          attributes: some && (JSON.parse(JSON.stringify(some)) as LogEntry["attributes"]),
        }));
        const back = entriesOf(structuredClone(columnsOf(entries)));
        const said = (entry: LogEntry): readonly unknown[] => NAMES.map((name) => entry[name]);
        expect(back.map(said)).toEqual(entries.map(said));
        // Asked again, the same.
        expect(back.map(said)).toEqual(entries.map(said));
      },
    ),
    { numRuns: 50 },
  ));
