import fc from "fast-check";
import { expect, test } from "vitest";
import { batchTimeMs, parseAppId } from "../domain/ids.ts";
import { derivedBatchId } from "./derived-batch-id.ts";

const APP = parseAppId("0197f000-0000-7000-8000-0000000000a1");
const OTHER = parseAppId("0197f000-0000-7000-8000-0000000000a2");
const BODY = new TextEncoder().encode('{"msg":"a"}');
const NOW = 1_795_521_600_123;

test("the same body of the same application has the same id, and it never changes", () => {
  expect(derivedBatchId(APP, BODY, ["ndjson"], NOW)).toBe(
    derivedBatchId(APP, BODY.slice(), ["ndjson"], NOW),
  );
  expect(derivedBatchId(APP, BODY, ["ndjson"], NOW)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("another application, body or reading of it has another id", () => {
  const ids = [
    derivedBatchId(APP, BODY, ["ndjson"], NOW),
    derivedBatchId(OTHER, BODY, ["ndjson"], NOW),
    derivedBatchId(APP, BODY.subarray(1), ["ndjson"], NOW),
    derivedBatchId(APP, BODY, ["ndjson", "host-1"], NOW),
    derivedBatchId(APP, BODY, ["ndjson", "host-2"], NOW),
  ];
  expect(new Set(ids).size).toBe(5);
});

test("the id carries the newest time", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
      expect(batchTimeMs(derivedBatchId(APP, BODY, ["ndjson"], ms))).toBe(ms);
    }),
  ));
