/** Statuses of faults, and small readers of headers. */
import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import type { Fault } from "../domain/fault.ts";
import { answerEncoding } from "./compress.ts";
import { retryAfterSeconds, statusOf } from "./faults.ts";
import { remoteAddressOf } from "./remote-address.ts";

const reason = "r";
const faults: readonly { fault: Fault; status: number; retry?: number }[] = [
  { fault: { kind: "invalid", field: "f", reason }, status: 400 },
  { fault: { kind: "unauthenticated", reason }, status: 401 },
  { fault: { kind: "denied", reason }, status: 403 },
  { fault: { kind: "notFound", what: "w", id: "" }, status: 404 },
  { fault: { kind: "conflict", reason }, status: 409 },
  { fault: { kind: "stale", reason }, status: 409 },
  { fault: { kind: "tooLarge", what: "w", limitBytes: 1 }, status: 413 },
  { fault: { kind: "overQuota", reason, retryAfterMs: 2001 }, status: 429, retry: 3 },
  { fault: { kind: "canceled" }, status: 499 },
  { fault: { kind: "corrupt", what: "w", reason }, status: 500 },
  { fault: { kind: "overloaded", reason, retryAfterMs: 0 }, status: 503, retry: 1 },
  { fault: { kind: "deadline", reason }, status: 504 },
];

test.each(faults)("$fault.kind is $status", ({ fault, status, retry }) => {
  expect(statusOf(fault)).toBe(status);
  expect(retryAfterSeconds(fault)).toBe(retry);
});

test.each([
  { accept: "", want: undefined },
  { accept: "gzip", want: "gzip" },
  { accept: "GZIP , zstd", want: "zstd" },
  { accept: "gzip;q=1.0, zstd;q=0.5", want: "gzip" },
  { accept: "*;q=0, gzip", want: "gzip" },
  { accept: "gzip;q=nonsense", want: undefined },
  { accept: "identity", want: undefined },
  { accept: `gzip,${"x".repeat(300)}`, want: undefined },
])("accept-encoding $accept gives $want", ({ accept, want }) => {
  expect(answerEncoding(accept)).toBe(want);
});

describe("the remote address", () => {
  test.each([
    { socket: "10.0.0.1", forwarded: undefined, trust: true, want: "10.0.0.1" },
    { socket: "::ffff:10.0.0.1", forwarded: undefined, trust: false, want: "10.0.0.1" },
    { socket: "10.0.0.1", forwarded: "1.1.1.1", trust: false, want: "10.0.0.1" },
    { socket: "10.0.0.1", forwarded: "1.1.1.1", trust: true, want: "1.1.1.1" },
    { socket: "10.0.0.1", forwarded: "6.6.6.6, 1.1.1.1", trust: true, want: "1.1.1.1" },
    { socket: "10.0.0.1", forwarded: " ", trust: true, want: "10.0.0.1" },
    { socket: "10.0.0.1", forwarded: "x".repeat(100), trust: true, want: "10.0.0.1" },
    { socket: "10.0.0.1", forwarded: "unknown", trust: true, want: "10.0.0.1" },
    { socket: "10.0.0.1", forwarded: "1.1.1.1<b>", trust: true, want: "10.0.0.1" },
    { socket: "10.0.0.1", forwarded: "1.1.1.1:4711", trust: true, want: "1.1.1.1" },
    { socket: "10.0.0.1", forwarded: "2001:db8::1", trust: true, want: "2001:db8::1" },
    { socket: "10.0.0.1", forwarded: "[2001:db8::1]:4711", trust: true, want: "2001:db8::1" },
    { socket: undefined, forwarded: undefined, trust: false, want: "" },
  ])(
    "of $socket, forwarded for $forwarded, trusted $trust: $want",
    ({ socket, forwarded, trust, want }) => {
      const req = { headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress: socket } };
      expect(remoteAddressOf(req as unknown as IncomingMessage, trust)).toBe(want);
    },
  );
});
