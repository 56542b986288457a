/** Blocks written by any version open for ever. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openBlock } from "../../src/engine/block/open-block.ts";
import { goldenEntries } from "./golden-rows.ts";

function parts(bytes: Uint8Array, name: string): { offset: number; length: number }[] {
  if (!name.endsWith("merged")) return [{ offset: 0, length: bytes.length }];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let offset = 4 + 4 * view.getUint32(0, true);
  return Array.from({ length: view.getUint32(0, true) }, (_, i) => {
    const length = view.getUint32(4 + 4 * i, true);
    offset += length;
    return { offset: offset - length, length };
  });
}

test.each([
  { name: "block-v1-plain", rows: 10 },
  { name: "block-v1-frame", rows: 200 },
  { name: "block-v1-merged", rows: 200 },
])("$name holds what was written", ({ name, rows }) => {
  const bytes = new Uint8Array(readFileSync(new URL(`./${name}.bin`, import.meta.url)));
  const block = openBlock(bytes, parts(bytes, name), name);
  expect(Array.from({ length: block.rows }, (_, row) => block.entry(row))).toEqual(
    goldenEntries(rows),
  );
});
