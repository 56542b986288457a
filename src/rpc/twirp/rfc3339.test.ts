/** RFC 3339 times in JSON. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonWriteOptions } from "@protobuf-ts/runtime";
import { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";
import { parseTime, timeText } from "./rfc3339.ts";

test.each([
  { text: "1970-01-01T00:00:00Z", seconds: 0n, nanos: 0 },
  { text: "1970-01-01t00:00:01z", seconds: 1n, nanos: 0 },
  { text: "1970-01-01T01:00:00.000000009+01:00", seconds: 0n, nanos: 9 },
  { text: "1969-12-31T18:30:00.5-05:30", seconds: 0n, nanos: 500_000_000 },
  { text: "1969-12-31T23:59:59.25Z", seconds: -1n, nanos: 250_000_000 },
  { text: "0001-01-01T00:00:00Z", seconds: -62_135_596_800n, nanos: 0 },
  { text: "9999-12-31T23:59:59.999999999Z", seconds: 253_402_300_799n, nanos: 999_999_999 },
  { text: "2024-02-29T12:00:00Z", seconds: 1_709_208_000n, nanos: 0 },
])("reads $text", ({ text, seconds, nanos }) => {
  expect(parseTime(text)).toEqual({ seconds, nanos });
});

test.each([
  "",
  "2024-02-30T12:00:00Z",
  "2023-02-29T12:00:00Z",
  "2024-13-01T00:00:00Z",
  "2024-01-01T24:00:00Z",
  "2024-01-01T00:60:00Z",
  "2024-01-01T00:00:61Z",
  "2024-01-01 00:00:00Z",
  "2024-01-01T00:00:00",
  "2024-01-01T00:00:00.Z",
  "2024-01-01T00:00:00.1234567890Z",
  "2024-01-01T00:00:00+24:00",
  "0001-01-01T00:00:00+01:00",
  "9999-12-31T23:59:59-00:01",
  "2024-01-01",
])("refuses %j", (text) => {
  expect(() => parseTime(text)).toThrow(Error);
});

test("reads what Date writes", () =>
  fc.assert(
    fc.property(
      fc.date({
        min: new Date("0001-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59Z"),
        noInvalidDate: true,
      }),
      (date) => {
        const { seconds, nanos } = parseTime(date.toISOString());
        expect(Number(seconds) * 1000 + nanos / 1e6).toBe(date.getTime());
      },
    ),
  ));

test("writes what the generated code writes", () => {
  const generated = Object.getPrototypeOf(Timestamp) as typeof Timestamp;
  const options = { emitDefaultValues: true } as JsonWriteOptions;
  const written = (write: () => unknown): unknown => {
    try {
      return write();
    } catch {
      return "refused";
    }
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.bigInt({ min: -62_135_596_802n, max: 253_402_300_801n }),
        fc.constantFrom(-62_135_596_801n, -62_135_596_800n, 253_402_300_799n, 253_402_300_800n),
      ),
      fc.oneof(
        fc.integer({ min: -1, max: 999_999_999 }),
        fc.integer({ min: 0, max: 999 }).map((ms) => ms * 1_000_000),
        fc.integer({ min: 0, max: 999_999 }).map((us) => us * 1_000),
      ),
      (seconds, nanos) => {
        const time = { seconds, nanos };
        expect(written(() => timeText(time))).toBe(
          written(() => generated.internalJsonWrite.call(Timestamp, time, options)),
        );
      },
    ),
  );
});
