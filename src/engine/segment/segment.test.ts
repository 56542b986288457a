/** A segment answers for its blocks and for every batch it absorbed. */
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type BatchId, parseBatchId } from "../../domain/ids.ts";
import {
  batchPageOf,
  buildSegment,
  MAX_PAGE_BYTES,
  mayHaveBatch,
  pageHasBatch,
  rangesOf,
  readSegmentBatches,
  readSegmentIndex,
} from "./segment.ts";

const arbIds = fc
  .uniqueArray(fc.uuid(), { minLength: 1, maxLength: 60 })
  .map((ids) => ids.map((id) => parseBatchId(id)).toSorted());

const BLOCK = {
  bytes: new Uint8Array([1, 2, 3, 4]),
  meta: {
    rows: 7,
    minTimeNanos: -5n,
    maxTimeNanos: 1_764_000_000_000_000_001n,
    sizeBytes: 4,
    parts: [
      { offset: 0, length: 1 },
      { offset: 1, length: 3 },
    ],
    summary: new Uint8Array([9]),
  },
};

function has(bytes: Uint8Array, parts: readonly { offset: number; length: number }[], id: BatchId) {
  const at = parts[0] ?? { offset: 0, length: 0 };
  const index = readSegmentIndex(bytes.subarray(at.offset, at.offset + at.length));
  const page = batchPageOf(index, id);
  return (
    page !== undefined && pageHasBatch(bytes.subarray(page.offset, page.offset + page.length), id)
  );
}

test("finds every batch it has and no other", () =>
  fc.assert(
    fc.property(arbIds, fc.uuid(), (ids, other) => {
      const { bytes, parts, batchRanges } = buildSegment([BLOCK], ids);
      for (const id of ids) {
        expect(has(bytes, parts, id)).toBe(true);
        expect(mayHaveBatch(batchRanges, id)).toBe(true);
      }
      expect(has(bytes, parts, parseBatchId(other))).toBe(ids.includes(parseBatchId(other)));
      const batches = parts[1] ?? { offset: 0, length: 0 };
      expect(
        readSegmentBatches(bytes.subarray(batches.offset, batches.offset + batches.length)),
      ).toEqual(ids);
    }),
  ));

test("cuts many batches into pages that are read alone", () => {
  const ids = Array.from({ length: 5000 }, (_, i) =>
    parseBatchId(`018f0000-${(i % 65_536).toString(16).padStart(4, "0")}-7000-8000-00000000000f`),
  );
  const { bytes, parts } = buildSegment([BLOCK, BLOCK], ids);
  const at = parts[0] ?? { offset: 0, length: 0 };
  const index = readSegmentIndex(bytes.subarray(at.offset, at.offset + at.length));
  expect(index.pages.length).toBeGreaterThan(1);
  for (const page of index.pages) expect(page.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
  expect(has(bytes, parts, ids[4999] as BatchId)).toBe(true);
  const second = index.blocks[1];
  expect(second).toMatchObject({ rows: 7, minTimeNanos: -5n });
  expect(
    second?.parts.map(({ offset, length }) => [...bytes.subarray(offset, offset + length)]),
  ).toEqual([[1], [2, 3, 4]]);
});

test("an odd id gets a range of its own", () => {
  const ids = ["00000000", "018f0000", "018f0001", "ffff0000"].map((head) =>
    parseBatchId(`${head}-0000-7000-8000-000000000000`),
  );
  expect(rangesOf(ids).length).toBe(4);
  const many = Array.from({ length: 100 }, (_, i) =>
    parseBatchId(`018f00${(i + 16).toString(16)}-0000-7000-8000-000000000000`),
  );
  const ranges = rangesOf([...many, ids[3] as BatchId]);
  expect(ranges.length).toBe(8);
  expect(ranges.at(-1)).toEqual({
    first: "ffff0000-0000-0000-0000-000000000000",
    last: "ffff0000-0000-ffff-ffff-ffffffffffff",
  });
});

test("an hour of full load makes segments whose ranges are a small part of a manifest", () => {
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0);
  const idAt = (ms: number): BatchId => {
    const [time, tail] = [
      ms.toString(16).padStart(12, "0"),
      random().toString(16).padStart(8, "0"),
    ];
    return parseBatchId(`${time.slice(0, 8)}-${time.slice(8)}-7abc-8abc-${tail}${tail.slice(4)}`);
  };
  const segments = Array.from({ length: 430 }, (_, n) =>
    rangesOf(Array.from({ length: 500 }, (_id, i) => idAt(1_795_521_600_000 + n * 8_000 + i * 16))),
  );
  for (const ranges of segments) expect(ranges.length).toBe(8);
  const bytes = zstdCompressSync(JSON.stringify(segments)).length;
  expect(bytes / segments.length).toBeLessThan(70);
});

test("a damaged index or page is corrupt", () => {
  const { bytes, parts } = buildSegment(
    [BLOCK],
    [parseBatchId("018f0000-0000-7000-8000-000000000000")],
  );
  for (const [i, read] of [readSegmentIndex, readSegmentBatches].entries()) {
    const { offset, length } = parts[i] ?? { offset: 0, length: 0 };
    for (let at = 0; at < length; at++) {
      const part = bytes.slice(offset, offset + length);
      part[at] = (part[at] as number) ^ 0x21;
      expect(() => read(part)).toThrow(/damaged/);
    }
  }
});
