/**
 * Undoes `Content-Encoding`.
 * Invariant: never more output than the bound, whatever the input says, and the event loop is never held for
 * longer than inflating SYNC_OUTPUT_BYTES takes.
 */
import { promisify } from "node:util";
import {
  brotliDecompress,
  constants,
  gunzip,
  gunzipSync,
  inflate,
  type BrotliOptions,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
  zstdDecompressSync,
} from "node:zlib";
import { FaultError, invalid } from "../domain/fault.ts";
import { KiB } from "../domain/limits.ts";

/** Up to here the hand-over to a thread costs more than the work: 60 µs against 20 for a small gzip body. */
const SYNC_INPUT_BYTES = 16 * KiB;
/** A small body may still be a bomb: beyond this output it is left to a thread. */
const SYNC_OUTPUT_BYTES = 256 * KiB;
/** RFC 9659 bounds the window of the content coding `zstd` to 8 MB; larger ones would be memory for the asking. */
const ZSTD = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/** A frame costs a context however little it holds: writers of several make them of megabytes. */
const ZSTD_FRAMES = 256;

type Inflater = (
  bytes: Buffer,
  options: ZlibOptions & BrotliOptions & ZstdOptions,
) => Promise<Buffer>;

const gunzipAsync: Inflater = promisify(gunzip);
const inflateAsync: Inflater = promisify(inflate);
const brotliAsync: Inflater = promisify(brotliDecompress);
const zstdAsync: Inflater = promisify(zstdDecompress);

interface Coding {
  readonly sync?: (bytes: Buffer, maxOutputLength: number) => Buffer;
  readonly async: (bytes: Buffer, maxOutputLength: number, chunkSize: number) => Promise<Buffer>;
}

const GZIP: Coding = {
  sync: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  async: (bytes, maxOutputLength, chunkSize) => gunzipAsync(bytes, { maxOutputLength, chunkSize }),
};

/** What node:zlib gives with `info`: it stops after the first frame of several and says where. */
interface Frame {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function consumed(frame: Frame): number {
  if (frame.engine.bytesWritten === 0) throw new Error("a frame of no bytes");
  return frame.engine.bytesWritten;
}

class TooLong extends Error {
  readonly code = "ERR_BUFFER_TOO_LARGE";
}

const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ["gzip", GZIP],
  ["x-gzip", GZIP],
  [
    "deflate",
    {
      async: (bytes, maxOutputLength, chunkSize) =>
        inflateAsync(bytes, { maxOutputLength, chunkSize }),
    },
  ],
  [
    "br",
    {
      async: (bytes, maxOutputLength, chunkSize) =>
        brotliAsync(bytes, { maxOutputLength, chunkSize }),
    },
  ],
  [
    "zstd",
    {
      sync: (bytes, maxOutputLength) => {
        let output = Buffer.alloc(0);
        for (let at = 0; at < bytes.length;) {
          const options = { ...ZSTD, maxOutputLength: maxOutputLength - output.length, info: true };
          const frame = zstdDecompressSync(bytes.subarray(at), options) as unknown as Frame;
          at += consumed(frame);
          output = output.length === 0 ? frame.buffer : Buffer.concat([output, frame.buffer]);
          if (at < bytes.length && output.length >= maxOutputLength) throw new TooLong();
        }
        return output;
      },
      async: async (bytes, maxOutputLength, chunkSize) => {
        const parts: Buffer[] = [];
        let room = maxOutputLength;
        for (let at = 0; at < bytes.length;) {
          if (room === 0) throw new TooLong();
          const options = { ...ZSTD, maxOutputLength: room, chunkSize, info: true };
          const frame = (await zstdAsync(bytes.subarray(at), options)) as unknown as Frame;
          at += consumed(frame);
          room -= frame.buffer.length;
          parts.push(frame.buffer);
        }
        const [only] = parts;
        return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
      },
    },
  ],
]);

/** @returns whether `encoding` (the header, lower case or not) names something to undo; throws `invalid` if unknown. */
export function isEncoded(encoding: string | undefined): encoding is string {
  if (encoding === undefined || encoding === "") return false;
  const name = encoding.trim().toLowerCase();
  if (name === "identity") return false;
  if (!CODINGS.has(name))
    throw invalid(
      "content-encoding",
      `not supported: ${JSON.stringify(encoding.slice(0, 64))}; gzip, deflate, br and zstd are`,
    );
  return true;
}

/**
 * @param encoding one that `isEncoded` said yes to.
 * Throws `tooLarge` beyond `maxBytes` of output and `invalid` for bytes that do not decode.
 */
export async function inflateBody(
  bytes: Buffer,
  encoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  const coding = CODINGS.get(name);
  if (coding === undefined || bytes.length === 0) return bytes;
  if (coding.sync !== undefined && bytes.length <= SYNC_INPUT_BYTES) {
    try {
      return coding.sync(bytes, Math.min(SYNC_OUTPUT_BYTES, maxBytes));
    } catch (error) {
      if (!isTooLarge(error)) throw undecodable(name, error);
    }
  }
  // Each chunk is a trip to a thread and back.
  const chunkSize = Math.min(1024 * KiB, Math.max(64 * KiB, bytes.length * 4));
  try {
    return await coding.async(bytes, maxBytes, chunkSize);
  } catch (error) {
    if (isTooLarge(error))
      throw new FaultError({ kind: "tooLarge", what: "the body, inflated,", limitBytes: maxBytes });
    throw undecodable(name, error);
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function undecodable(name: string, cause: unknown): FaultError {
  return new FaultError(
    { kind: "invalid", field: "body", reason: `cannot be decoded as ${name}` },
    { cause },
  );
}
