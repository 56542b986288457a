/** FORMAT.md's example is what the encoder writes; unknown numbers are refused by name. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAppId, parseBatchId } from "../../domain/ids.ts";
import { bucketOfMs } from "../../domain/time-range.ts";
import { utf8Bytes } from "../column/bytes.ts";
import { TickRows } from "../column/tick-rows.ts";
import { BlockEncoder } from "./encode-block.ts";
import { encodeTick } from "./encode-tick.ts";
import { openBlock } from "./open-block.ts";
import { crc32 } from "./zstd.ts";

function example(): Uint8Array {
  const text = readFileSync(new URL("./FORMAT.md", import.meta.url), "utf8");
  const hex = /```hex\n([^`]*)```/.exec(text)?.[1] ?? "";
  return Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
}

function opened(bytes: Uint8Array): ReturnType<typeof openBlock> {
  return openBlock(bytes, [{ offset: 0, length: bytes.length }]);
}

test("the example of FORMAT.md is what is written and read", () => {
  const startMs = 1_763_998_200_000;
  const tick = new TickRows();
  tick.beginBatch({
    app: parseAppId("019ab9c7-0000-7000-8000-000000000000"),
    batch: parseBatchId("019ab9c7-0000-7000-8000-000000000001"),
    defaultTimeMs: startMs,
    receivedMs: startMs + 5000,
    admitFrom: bucketOfMs(startMs),
    admitTo: bucketOfMs(startMs),
    service: "web",
    host: "",
  });
  for (const [i, message] of ["hi", "bye"].entries()) {
    tick.begin(i);
    tick.time(startMs + i * 5, 0);
    const bytes = utf8Bytes(message);
    tick.message(bytes, 0, bytes.length);
    tick.attributeNumber(tick.nameOfText("n"), i + 0.5);
    tick.end();
  }
  tick.endBatch();
  const [block] = encodeTick(tick, new BlockEncoder());
  expect(block?.bytes).toEqual(example());
  const reader = opened(example());
  expect([0, 1].map((row) => reader.entry(row).message)).toEqual(["hi", "bye"]);
  expect([...(reader.entry(1).attributes.entries() ?? [])]).toEqual([["n", 1.5]]);
});

test.each([
  { what: "version", at: 7, value: 9, says: /format 9, this program reads up to 1/ },
  { what: "layout", at: 8, value: 7, says: /layout 7, unknown to this program, whose format is 1/ },
])("an unknown $what is refused by name", ({ at, value, says }) => {
  const bytes = example().with(at, value);
  new DataView(bytes.buffer).setUint32(0, crc32(bytes.subarray(4)), true);
  expect(() => opened(bytes)).toThrow(says);
});

test("bytes whose checksum was made to fit are read or corrupt, and stay in bounds", () => {
  const good = example();
  for (let at = 4; at < good.length; at++)
    for (const flip of [0x01, 0x80, 0xff]) {
      const bytes = good.with(at, (good[at] as number) ^ flip);
      new DataView(bytes.buffer).setUint32(0, crc32(bytes.subarray(4)), true);
      try {
        const block = opened(bytes);
        for (let row = 0; row < Math.min(block.rows, 4); row++) block.entry(row);
      } catch (error) {
        expect((error as Error).message).toMatch(/is damaged/);
      }
    }
});
