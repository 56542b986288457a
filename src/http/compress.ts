/**
 * Compresses answers. Invariant: only when the caller asked for it and the answer is large enough to gain,
 * and large ones never on the event loop.
 */
import { promisify } from "node:util";
import { constants, gzip, gzipSync, zstdCompress, zstdCompressSync } from "node:zlib";
import { KiB } from "../domain/limits.ts";

export type AnswerEncoding = "zstd" | "gzip";

/** Below it the header costs as much as the gain. */
export const COMPRESS_FROM_BYTES = 1 * KiB;
/** Up to here a thread's round trip costs more than the work. */
const SYNC_BYTES = 32 * KiB;

const GZIP_OPTIONS = { level: 1 };
const ZSTD_OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

/** @returns the encoding to use for a caller that sent this `Accept-Encoding`; zstd before gzip. */
export function answerEncoding(accept: string | undefined): AnswerEncoding | undefined {
  if (accept === undefined || accept.length > 256) return undefined;
  let gzipWeight = -1;
  let zstdWeight = -1;
  let anyWeight = -1;
  for (const part of accept.split(",")) {
    const [name, ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (name === "gzip" || name === "x-gzip") gzipWeight = weight;
    else if (name === "zstd") zstdWeight = weight;
    else if (name === "*") anyWeight = weight;
  }
  if (gzipWeight < 0) gzipWeight = anyWeight;
  // "*" came before zstd did: only a caller that names zstd knows it.
  if (zstdWeight > 0 && zstdWeight >= gzipWeight) return "zstd";
  return gzipWeight > 0 ? "gzip" : undefined;
}

export function compress(bytes: Uint8Array, encoding: AnswerEncoding): Buffer | Promise<Buffer> {
  if (bytes.length <= SYNC_BYTES)
    return encoding === "zstd"
      ? zstdCompressSync(bytes, ZSTD_OPTIONS)
      : gzipSync(bytes, GZIP_OPTIONS);
  return encoding === "zstd" ? zstdAsync(bytes, ZSTD_OPTIONS) : gzipAsync(bytes, GZIP_OPTIONS);
}
