/** Rows and batches are taken whole or not at all. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAppId, parseBatchId } from "../../domain/ids.ts";
import { bucketOfMs, HOUR_MS } from "../../domain/time-range.ts";
import { BlockEncoder } from "../block/encode-block.ts";
import { encodeTick } from "../block/encode-tick.ts";
import { openBlock } from "../block/open-block.ts";
import { utf8Bytes } from "./bytes.ts";
import { type BatchFrame, TickRows, TOO_MANY_BUCKETS, TOO_NEW } from "./tick-rows.ts";
import { isUtf8 } from "./utf8.ts";

const NOW_MS = 500_000 * HOUR_MS;
const FRAME: BatchFrame = {
  app: parseAppId("018f0000-0000-7000-8000-000000000001"),
  batch: parseBatchId("019ab9e2-d800-7000-8000-000000000001"),
  defaultTimeMs: NOW_MS,
  receivedMs: NOW_MS,
  admitFrom: bucketOfMs(NOW_MS - 1000 * HOUR_MS),
  admitTo: bucketOfMs(NOW_MS),
  service: "",
  host: "",
};

test("UTF-8 is what the platform's decoder takes", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const edges = [
    0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef,
  ];
  const arbByte = fc.oneof(fc.constantFrom(...edges, 0xf0, 0xf4, 0xf5, 0xff), fc.nat(255));
  fc.assert(
    fc.property(fc.array(arbByte, { maxLength: 6 }), (list) => {
      const bytes = Uint8Array.from(list);
      let taken = true;
      try {
        decoder.decode(bytes);
      } catch {
        taken = false;
      }
      expect(isUtf8(bytes, 0, bytes.length)).toBe(taken);
    }),
    { numRuns: 2000 },
  );
});

test("of more than 256 hours the fullest are kept, of equals the earlier", () => {
  const tick = new TickRows();
  tick.beginBatch(FRAME);
  for (let i = 0; i < 258; i++)
    for (let k = 0; k < (i === 257 ? 2 : 1); k++) {
      tick.begin(i + k);
      tick.time(NOW_MS - (258 - i) * HOUR_MS, k);
      tick.end();
    }
  expect(tick.endBatch()).toEqual({
    accepted: 257,
    rejected: [255, 256].map((index) => ({ index, reason: TOO_MANY_BUCKETS })),
  });
  const blocks = encodeTick(tick, new BlockEncoder());
  expect(blocks.length).toBe(256);
  expect(blocks.reduce((sum, { meta }) => sum + meta.rows, 0)).toBe(257);
});

test("a refused row leaves nothing behind, not even a name", () => {
  const tick = new TickRows();
  tick.beginBatch(FRAME);
  const bad = new Uint8Array([0x61, 0xff]);
  const good = utf8Bytes("good");
  tick.begin(0);
  tick.message(good, 0, 4);
  tick.attributeText(tick.nameOfText("kept"), good, 0, 4);
  tick.end();
  tick.begin(1);
  tick.message(good, 0, 4);
  tick.attributeText(tick.nameOfText("kept"), bad, 0, 1);
  tick.attributeText(tick.nameOfText("gone"), bad, 0, 2);
  tick.end();
  tick.begin(2);
  tick.time(NOW_MS + HOUR_MS, 0);
  tick.end();
  expect(tick.endBatch()).toEqual({
    accepted: 1,
    rejected: [
      { index: 1, reason: "gone: not valid UTF-8" },
      { index: 2, reason: TOO_NEW },
    ],
    unfinished: true,
  });
  const [block] = encodeTick(tick, new BlockEncoder());
  if (block === undefined) throw new Error("no block");
  const reader = openBlock(block.bytes, block.meta.parts);
  expect(reader.attributeNames).toEqual(["kept"]);
  expect(reader.attribute("kept")).toMatchObject({ values: ["good"] });
});
