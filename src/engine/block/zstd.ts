/**
 * The one file of the engine that touches `node:zlib`: zstd frames and CRC-32.
 * Invariant: a frame is never inflated beyond the size its directory states.
 */
import { Buffer } from "node:buffer";
import * as zlib from "node:zlib";
import { corrupt } from "../../domain/fault.ts";

/** zstd's call costs 30 to 60 µs whatever its input, so levels matter for what is large only. */
export const LEVEL_L0 = 1;
export const LEVEL_MERGED = 3;

/** The least that zlib takes. */
const MIN_CHUNK_BYTES = 64;
/** What a stated size alone may make it allocate. */
const MAX_CHUNK_BYTES = 16 * 1024 * 1024;
/** More than zstd's own bound adds to a frame beside a 256th of its input. */
const FRAME_BYTES = 1024;

export function crc32(bytes: Uint8Array): number {
  return zlib.crc32(bytes);
}

/** @returns one zstd frame; a new array, perhaps the begin of a longer buffer that nobody else has. */
export function compress(bytes: Uint8Array, level: number): Uint8Array {
  // Into one buffer that any outcome fits: then zstd works from `bytes` itself, else it copies all to a window first.
  const bound = bytes.length + (bytes.length >> 8) + FRAME_BYTES;
  const chunkSize = Math.min(bound, MAX_CHUNK_BYTES);
  return zlib.zstdCompressSync(bytes, {
    chunkSize,
    params: {
      [zlib.constants.ZSTD_c_compressionLevel]: level,
      // The reader knows the size beforehand and checks parts itself.
      [zlib.constants.ZSTD_c_contentSizeFlag]: 1,
    },
    pledgedSrcSize: bytes.length,
  });
}

/**
 * Gives back the memory of what `compress` or `decompress` returned, which must not be looked at again. Small ones lie
 * in Node's pool, with others: they are left to the collector.
 */
export function giveBackFrame({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

/** @returns exactly `size` bytes; throws `corrupt` naming `what` when the frame holds anything else. */
export function decompress(frame: Uint8Array, size: number, what: string): Uint8Array {
  let out: Uint8Array;
  try {
    // One byte more than allowed, so that a frame that goes on is told from one that ends. Into one buffer: by the
    // default of 16 KiB the pieces are joined in the end, which takes as long again.
    const chunkSize = Math.min(Math.max(MIN_CHUNK_BYTES, size + 1), MAX_CHUNK_BYTES);
    out = zlib.zstdDecompressSync(frame, { maxOutputLength: size + 1, chunkSize });
  } catch {
    throw corrupt(what, "its zstd frame cannot be inflated to the stated size");
  }
  if (out.length !== size)
    throw corrupt(what, `its frame holds ${out.length} bytes where ${size} are stated`);
  // No Buffer: hot loops meet one kind of array, and `slice` copies.
  return new Uint8Array(out.buffer, out.byteOffset, out.length);
}
