/**
 * Puts encoded columns into the parts of a block.
 * Invariant: the parts lie one after the other without gaps, each behind its checksum; the directory says where every
 * column lies.
 */
import type { PartRange } from "../../domain/block-meta.ts";
import { giveBack } from "../../domain/give-back.ts";
import type { Directory } from "./directory.ts";
import { writeDirectory } from "./directory.ts";
import {
  CODEC_ZSTD,
  COLUMN,
  FORMAT_VERSION,
  LAYOUT_COLUMN_FRAMES,
  MAGIC,
  MIN_COMPRESSED_BYTES,
  PART_BYTES,
} from "./format.ts";
import { ByteWriter } from "./wire.ts";
import { compress, crc32, giveBackFrame, LEVEL_MERGED } from "./zstd.ts";

const NO_HEAD = new Uint8Array(0);

/**
 * A frame a column; built-in columns with the directory, messages apart, attributes packed.
 * @param bodies holds each column at its entry's offset; the entries are changed to where they lie in the parts.
 * @param scratch is overwritten. @param level zstd's. @returns bytes that are the caller's.
 */
export function packMerged(
  bodies: ByteWriter,
  directory: Directory,
  scratch: ByteWriter,
  level = LEVEL_MERGED,
): { bytes: Uint8Array; parts: PartRange[] } {
  const parts: Uint8Array[][] = [[], []];
  const frames: Uint8Array[] = [];
  const sizes = [0, 0];
  for (const entry of directory.columns) {
    const raw = bodies.view(entry.offset, entry.offset + entry.rawLength);
    let stored = raw;
    if (raw.length >= MIN_COMPRESSED_BYTES) {
      const frame = compress(raw, level);
      frames.push(frame);
      if (frame.length < raw.length) {
        stored = frame;
        entry.codec = CODEC_ZSTD;
      }
    }
    if (entry.kind === COLUMN.message) entry.part = 1;
    else if (entry.kind === COLUMN.attribute || entry.kind === COLUMN.rest) {
      entry.part = Math.max(2, parts.length - 1);
      const size = sizes[entry.part] ?? 0;
      if (size > 0 && size + stored.length > PART_BYTES) entry.part++;
    }
    parts[entry.part] ??= [];
    entry.offset = sizes[entry.part] ?? 0;
    entry.storedLength = stored.length;
    (parts[entry.part] as Uint8Array[]).push(stored);
    sizes[entry.part] = entry.offset + stored.length;
  }
  scratch.reset();
  writeDirectory(scratch, directory);
  const raw = scratch.view();
  const frame = compress(raw, level);
  frames.push(frame);
  const head = blockHeader(LAYOUT_COLUMN_FRAMES, raw.length, raw.length, frame.length);
  const sealed = parts.map((columns, part) =>
    part === 0 ? sealPart(head, [frame, ...columns]) : sealPart(NO_HEAD, columns),
  );
  const ranges: PartRange[] = [];
  let offset = 0;
  for (const part of sealed) {
    ranges.push({ offset, length: part.length });
    offset += part.length;
  }
  const bytes = new Uint8Array(offset);
  sealed.forEach((part, i) => bytes.set(part, ranges[i]?.offset));
  frames.forEach(giveBackFrame);
  giveBack(...sealed);
  return { bytes, parts: ranges };
}

/** Part 0 begins with it, behind the checksum: magic, version, layout, raw, directory and stored sizes. */
export function blockHeader(
  layout: number,
  raw: number,
  directory: number,
  stored: number,
): Uint8Array {
  const out = new ByteWriter(32);
  for (const byte of MAGIC) out.u8(byte);
  out.u8(FORMAT_VERSION);
  out.u8(layout);
  out.u32(raw);
  out.u32(directory);
  out.u32(stored);
  return out.copy();
}

/** @returns the checksum of what follows, `head` and the bodies. */
export function sealPart(head: Uint8Array, bodies: readonly Uint8Array[]): Uint8Array {
  let length = 4 + head.length;
  for (const body of bodies) length += body.length;
  const part = new Uint8Array(length);
  part.set(head, 4);
  let at = 4 + head.length;
  for (const body of bodies) {
    part.set(body, at);
    at += body.length;
  }
  new DataView(part.buffer).setUint32(0, crc32(part.subarray(4)), true);
  return part;
}
