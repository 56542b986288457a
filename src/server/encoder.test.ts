/** What a body of some kilobytes may cost: each of these took minutes, or gigabytes. */
import { describe, expect, test } from "vitest";
import { SendLogsRequest } from "../../generated/server/argus/v1/log_service.ts";
import { Struct } from "../../generated/server/google/protobuf/struct.ts";
import { parseAppId, parseBatchId } from "../domain/ids.ts";
import { LIMITS } from "../domain/limits.ts";
import { bucketOfMs, HOUR_MS } from "../domain/time-range.ts";
import type { BodyKind, DecodedBatch, RawBatch } from "../ingest/raw-batch.ts";
import { createEncoder } from "./encoder.ts";

const NOW_MS = 1_764_000_000_000;
const encode = createEncoder();

function decoded(kind: BodyKind, body: string | Uint8Array): DecodedBatch | undefined {
  const raw: RawBatch = {
    app: parseAppId("018f0000-0000-7000-8000-000000000001"),
    batch: parseBatchId("019ab9e2-d800-7000-8000-000000000001"),
    kind,
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    defaultTimeMs: NOW_MS,
    receivedMs: NOW_MS,
    admitFrom: bucketOfMs(0),
    admitTo: bucketOfMs(NOW_MS),
    service: "",
    host: "",
    timeFromLine: false,
  };
  return encode([raw]).decoded[0];
}

const members = (count: number, name: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `"${name(i)}":1`).join(",");
const entry = (attributes: string): string => `{"attributes":{${attributes}}}`;
const request = (...entries: string[]): string => `{"entries":[${entries.join(",")}]}`;
/** An entry with one attribute, whose value is as it stands on the wire. */
const field = (no: number, bytes: Uint8Array): Uint8Array => {
  const length: number[] = [];
  for (let n = bytes.length; ; n = Math.floor(n / 128)) {
    if (n < 128) {
      length.push(n);
      break;
    }
    length.push((n & 0x7f) | 0x80);
  }
  return Buffer.concat([Uint8Array.of((no << 3) | 2, ...length), bytes]);
};
const many = (unit: readonly number[], count: number): Uint8Array =>
  Buffer.alloc(unit.length * count, Uint8Array.from(unit));

describe("a body that is small and means much", () => {
  const empty = "{},".repeat(LIMITS.entriesPerBatch - 1) + "{}";
  test.each([
    {
      name: "defaults for many entries",
      body: `{"attributes":{${members(1000, (i) => `a${i}`)}},"entries":[${empty}]}`,
      field: "attributes",
      reason: /defaults and names repeated for each entry .* larger than 256 MiB/,
    },
    {
      name: "a long default for many entries",
      body: `{"attributes":{"a":"${"x".repeat(LIMITS.attributeValueBytes)}"},"entries":[${empty}]}`,
      field: "attributes",
      reason: /larger than 256 MiB/,
    },
    {
      name: "a long default service for many entries",
      body: `{"service":"${"x".repeat(LIMITS.attributeValueBytes)}","entries":[${empty}]}`,
      field: "attributes",
      reason: /larger than 256 MiB/,
    },
    {
      name: "long names of maps, repeated by what is in them",
      body: request(
        ...Array.from({ length: 2000 }, () =>
          entry(`"${"p".repeat(240)}":{${members(990, (i) => i.toString(36))}}`),
        ),
      ),
      field: "attributes",
      reason: /larger than 256 MiB/,
    },
    {
      name: "different names",
      body: request(
        ...Array.from({ length: 300 }, (_, n) =>
          entry(members(1000, (i) => (n * 1000 + i).toString(36))),
        ),
      ),
      field: "attributes",
      reason: /more than 250000 different names/,
    },
    {
      name: "different hours",
      body: request(
        ...Array.from(
          { length: 50_000 },
          (_, i) => `{"time":"${new Date(NOW_MS - i * HOUR_MS).toISOString()}"}`,
        ),
      ),
      field: "entries",
      reason: /more than 1024 different hours/,
    },
  ])("is refused with the reason: $name", ({ body, field: named, reason }) => {
    expect(decoded("send-logs-json", body)).toEqual({
      accepted: 0,
      rejected: [],
      failure: { field: named, reason: expect.stringMatching(reason) as string },
    });
  });

  test.each([
    { name: "members", value: many([0x78, 1], LIMITS.valuesPerBody + 1), isList: false },
    { name: "elements", value: many([0x0a, 0], LIMITS.valuesPerBody + 1), isList: true },
    {
      name: "members of a map in a list",
      value: field(1, field(5, many([0x0a, 0], LIMITS.valuesPerBody + 1))),
      isList: true,
    },
  ])("is refused for too many $name in protobuf", ({ value, isList }) => {
    const key = field(1, Uint8Array.of(0x61));
    const struct = isList ? field(1, Buffer.concat([key, field(2, field(6, value))])) : value;
    expect(decoded("send-logs-protobuf", field(5, field(8, struct)))?.failure).toEqual({
      field: "body",
      reason: `more than ${LIMITS.valuesPerBody} values`,
    });
  });

  test("is taken where it says little again and again", () => {
    const spelt = Array.from({ length: 50_000 }, (_, i) => ({ no: i }));
    const struct = Buffer.concat(
      spelt.map(({ no }) => Struct.toBinary(Struct.fromJson({ twice: no }))),
    );
    expect(decoded("send-logs-protobuf", field(5, field(8, struct)))?.accepted).toBe(1);
    const collide = (i: number): string =>
      `${"a".repeat(16)}${String(i).padStart(8, "0")}${"a".repeat(16)}`;
    expect(decoded("send-logs-json", request(entry(members(60_000, collide))))?.accepted).toBe(1);
    expect(decoded("ndjson", `{"a":${"9".repeat(4_000_000)}}`)?.accepted).toBe(1);
  });
});

test("a full batch of usual entries with usual defaults is taken", () => {
  const attributes = (count: number, prefix: string): Struct =>
    Struct.fromJson(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}.${i}`, `value ${i}`])),
    );
  const head = { service: "web", attributes: attributes(20, "k8s.label") };
  const one = { message: "usual", attributes: attributes(19, "own") };
  const entry = SendLogsRequest.toBinary(SendLogsRequest.create({ entries: [one] }));
  const body = Buffer.concat([
    SendLogsRequest.toBinary(SendLogsRequest.create(head)),
    Buffer.alloc(entry.length * LIMITS.entriesPerBatch, entry),
  ]);
  expect(decoded("send-logs-protobuf", body)).toEqual({
    accepted: LIMITS.entriesPerBatch,
    rejected: [],
  });
});
