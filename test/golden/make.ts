/**
 * Makes the golden blocks of the present format: node test/golden/make.ts
 * Only for a new format version: files of older versions stay as they are, for ever.
 */
import { writeFileSync } from "node:fs";
import { FORMAT_VERSION } from "../../src/engine/block/format.ts";
import { goldenBlocks } from "./golden-rows.ts";

for (const { name, bytes } of goldenBlocks())
  writeFileSync(new URL(`./block-v${FORMAT_VERSION}-${name}.bin`, import.meta.url), bytes);
