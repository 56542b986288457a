import { expect, test } from "vitest";
import { RecordingSink } from "../../../test/support/recording-sink.ts";
import { parseBatchId } from "../../domain/ids.ts";
import { decodePlainText } from "./plain-text.ts";

/** 2026-11-24T12:00:00Z */
const NOW = 1_795_521_600_000;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(body: string | Uint8Array, timeFromLine = false): RecordingSink {
  const sink = new RecordingSink();
  decodePlainText(typeof body === "string" ? utf8(body) : body, sink, {
    batch: parseBatchId("0197f000-0000-7000-8000-000000000001"),
    timeFromLine,
    defaultTimeMs: NOW,
  });
  return sink;
}

test.each([
  {
    body: "a\nb\n",
    want: [
      [0, "a"],
      [1, "b"],
    ],
  },
  {
    body: "a\r\n\r\n \nb",
    want: [
      [0, "a"],
      [3, "b"],
    ],
  },
  { body: "\ufeffžluťoučký", want: [[0, "žluťoučký"]] },
  { body: "  indented\tby two  ", want: [[0, "  indented\tby two  "]] },
  { body: "", want: [] },
  { body: "\n\n", want: [] },
  { body: "a\u0000b", want: [[0, "a\u0000b"]] },
])("lines of $body", ({ body, want }) => {
  expect(decode(body).entries.map(({ index, message }) => [index, message])).toEqual(want);
});

test("a line has no time and no level of its own unless it is asked to", () => {
  const [entry] = decode("2026-11-24T14:09:03Z ERROR it broke").entries;
  expect(entry).toMatchObject({ timeNanos: undefined, severity: 9 });
});

test("bytes that are not UTF-8 are made readable, and the line says so", () => {
  const body = utf8("good\nb?d");
  body[body.indexOf(0x3f)] = 0xff;
  const { entries, rejections } = decode(body);
  expect(rejections).toEqual([]);
  expect(entries.map(({ message, truncated }) => [message, truncated])).toEqual([
    ["good", []],
    ["b\ufffdd", ["message"]],
  ]);
});

test("too many lines are refused; blank ones do not count", () => {
  expect(() => decode("x\n".repeat(50_001))).toThrow("entries: more than 50000");
  expect(decode(`${"\n".repeat(1_000_000)}x\n`).entries).toHaveLength(1);
});

test.each([
  {
    line: "2026-11-24T14:09:03.588823+00:00 web sshd[77]: hi",
    iso: "2026-11-24T14:09:03.588Z",
    rem: 823_000,
  },
  { line: "2026-11-24 14:09:03 status installed libc6", iso: "2026-11-24T14:09:03.000Z" },
  { line: "[2026-11-24T14:09:03Z] hi", iso: "2026-11-24T14:09:03.000Z" },
  { line: "Nov 24 11:09:03 web sshd[77]: hi", iso: "2026-11-24T11:09:03.000Z" },
  { line: "Nov  4 14:09:03 web sshd[77]: hi", iso: "2026-11-04T14:09:03.000Z" },
  { line: "Nov 25 11:00:00 web: a zone ahead", iso: "2026-11-25T11:00:00.000Z" },
  { line: "Dec 31 23:59:59 web: last year", iso: "2025-12-31T23:59:59.000Z" },
  { line: "Feb 29 00:00:00 web: the last leap day", iso: "2024-02-29T00:00:00.000Z" },
  { line: "Feb 30 00:00:00 web: no such day", iso: undefined },
  { line: "Nov 24 25:09:03 web", iso: undefined },
  { line: "hello 2026-11-24T14:09:03Z", iso: undefined },
  { line: "2026-99-24 14:09:03", iso: undefined },
  { line: "x", iso: undefined },
])("the stamp of: $line", ({ line, iso, rem = 0 }) => {
  const [entry] = decode(line, true).entries;
  expect(entry?.message).toBe(line);
  expect(entry?.timeNanos).toBe(
    iso === undefined ? undefined : BigInt(Date.parse(iso)) * 1_000_000n + BigInt(rem),
  );
});
