import { expect, test } from "vitest";
import { LAST_SECOND } from "./rfc3339.ts";
import { msOf, nanosOfTimestamp, timestampOf, timestampOfNanos } from "./timestamp.ts";

test.each([
  { nanos: 0n, seconds: 0n, rest: 0 },
  { nanos: 1n, seconds: 0n, rest: 1 },
  { nanos: -1n, seconds: -1n, rest: 999_999_999 },
  { nanos: -1_000_000_000n, seconds: -1n, rest: 0 },
  { nanos: -1_500_000_000n, seconds: -2n, rest: 500_000_000 },
  { nanos: 1_795_528_800_123_456_789n, seconds: 1_795_528_800n, rest: 123_456_789 },
])("$nanos ns as a Timestamp and back", ({ nanos, seconds, rest }) => {
  const stamp = timestampOfNanos(nanos);
  expect(stamp).toEqual({ seconds, nanos: rest });
  expect(nanosOfTimestamp(stamp, "start_time")).toBe(nanos);
});

test.each([
  { seconds: 0n, nanos: -1 },
  { seconds: 0n, nanos: 1_000_000_000 },
  { seconds: 2n ** 63n - 1n, nanos: 0 },
  { seconds: -(2n ** 63n), nanos: 0 },
  { seconds: BigInt(LAST_SECOND) + 1n, nanos: 0 },
])(
  "$seconds s and $nanos ns, which protobuf carries, are no time: refused by the field's name",
  (stamp) => {
    expect(() => nanosOfTimestamp(stamp, "end_time")).toThrow("end_time");
    expect(() => msOf(stamp, "expires_at")).toThrow("expires_at");
  },
);

test("milliseconds come back, and what is finer is dropped", () => {
  for (const ms of [0, 1, -1, -1500, 1_795_528_800_123])
    expect(msOf(timestampOf(ms), "at")).toBe(ms);
  expect(msOf({ seconds: -1n, nanos: 999_999 }, "at")).toBe(-1000);
});
