/**
 * Undoes `Content-Encoding`.
 * Invariant: never more output than the bound, whatever the input says; output is charged before there is any, but for
 * one body at a time; and the event loop is never held for longer than inflating SYNC_OUTPUT_BYTES takes.
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
/** Logs inflate to ten times their bytes. What grows more is a rarity or a bomb, and waits for its turn. */
const USUAL_GROWTH = 16;
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

/** Where output may go. */
export interface InflateRoom {
  /** Charges bytes of output, or gives back what was charged too much, below 0; throws `overloaded`. */
  charge(bytes: number): void;
  /** A place for a body whose output is charged only when it is there: one at a time has one. */
  enterLarge(): Promise<Disposable>;
}

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

class TooLong extends Error {
  readonly code = "ERR_BUFFER_TOO_LARGE";
}

function unzstdSync(bytes: Buffer, maxOutputLength: number): Buffer {
  const parts = new Frames(bytes, maxOutputLength);
  while (parts.next !== undefined) {
    const options = { ...ZSTD, maxOutputLength: parts.room, info: true };
    parts.add(zstdDecompressSync(parts.next, options) as unknown as Frame);
  }
  return parts.output();
}

async function unzstd(bytes: Buffer, maxOutputLength: number, chunkSize: number): Promise<Buffer> {
  const parts = new Frames(bytes, maxOutputLength);
  while (parts.next !== undefined) {
    const options = { ...ZSTD, maxOutputLength: parts.room, chunkSize, info: true };
    parts.add((await zstdAsync(parts.next, options)) as unknown as Frame);
  }
  return parts.output();
}

/** The frames of a zstd body one after another, within the bound that holds for all of them. */
class Frames {
  /** What is still to be read; undefined at the end. */
  next: Buffer | undefined;
  /** Output that is still allowed. */
  room: number;
  #count = 0;
  readonly #parts: Buffer[] = [];

  constructor(bytes: Buffer, maxOutputLength: number) {
    this.next = bytes;
    this.room = maxOutputLength;
  }

  add(frame: Frame): void {
    const { bytesWritten } = frame.engine;
    if (bytesWritten === 0 || ++this.#count > ZSTD_FRAMES) throw new Error("too many frames");
    this.room -= frame.buffer.length;
    this.#parts.push(frame.buffer);
    const rest = this.next?.subarray(bytesWritten);
    this.next = rest === undefined || rest.length === 0 ? undefined : rest;
    if (this.next !== undefined && this.room <= 0) throw new TooLong();
  }

  output(): Buffer {
    const [only] = this.#parts;
    return only !== undefined && this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
  }
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
  ["zstd", { sync: unzstdSync, async: unzstd }],
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
 * Throws `tooLarge` beyond `maxBytes` of output, `invalid` for bytes that do not decode, and what `room` throws.
 */
export async function inflateBody(
  bytes: Buffer,
  encoding: string,
  maxBytes: number,
  room: InflateRoom,
): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  const coding = CODINGS.get(name);
  if (coding === undefined || bytes.length === 0) return bytes;
  const inflateTo = async (most: number): Promise<Buffer | undefined> => {
    // Each chunk is a trip to a thread and back.
    const chunkSize = Math.min(1024 * KiB, Math.max(64 * KiB, bytes.length * 4));
    try {
      return await coding.async(bytes, most, chunkSize);
    } catch (error) {
      if (isTooLarge(error)) return undefined;
      throw undecodable(name, error);
    }
  };

  if (coding.sync !== undefined && bytes.length <= SYNC_INPUT_BYTES) {
    const out = inflateNow(coding.sync, name, bytes, Math.min(SYNC_OUTPUT_BYTES, maxBytes));
    if (out !== undefined) {
      room.charge(out.length);
      return out;
    }
  }
  const usual = Math.min(maxBytes, Math.max(SYNC_OUTPUT_BYTES, bytes.length * USUAL_GROWTH));
  room.charge(usual);
  let out = await inflateTo(usual);
  if (out === undefined && usual < maxBytes) {
    using _place = await room.enterLarge();
    out = await inflateTo(maxBytes);
    if (out !== undefined) room.charge(out.length - usual);
  } else if (out !== undefined) room.charge(out.length - usual);
  if (out === undefined)
    throw new FaultError({ kind: "tooLarge", what: "the body, inflated,", limitBytes: maxBytes });
  return out;
}

/** @returns undefined when there is more than `most`. */
function inflateNow(
  inflateSync: NonNullable<Coding["sync"]>,
  name: string,
  bytes: Buffer,
  most: number,
): Buffer | undefined {
  try {
    return inflateSync(bytes, most);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
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
