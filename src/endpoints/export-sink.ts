/**
 * Where the bytes of an export go: the answer, or what compresses them for it.
 * Invariant: a beat sends some bytes and changes nothing of what is read: of NDJSON a space in front of the next line,
 * of CSV, which has no byte that means nothing, the next byte of what was held back for it.
 */
import type { Writable } from "node:stream";
import { constants, createGzip, createZstdCompress } from "node:zlib";
import { answerEncoding } from "../http/compress.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ExportFormat } from "../search/export/export-request.ts";

/** Of CSV: lasts for hours of beats. Until there are rows there is only the header. */
const HELD_BYTES = 1024;
const SPACE = Uint8Array.of(0x20);
const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
};

export interface ExportSink {
  readonly writable: Writable;
  /** @param bytes alone in their buffer, which is the sink's from now on. @returns false when the reader is to be waited for. */
  write(bytes: Uint8Array<ArrayBuffer>): boolean;
  beat(): void;
  /** Writes the last bytes, and ends the answer. */
  end(bytes: Uint8Array): void;
}

/** Begins the answer. */
export function openSink(
  { res, req, requestId }: Exchange,
  format: ExportFormat,
  nowMs: number,
): ExportSink {
  const encoding = answerEncoding(req.headers["accept-encoding"] as string | undefined);
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-");
  res.writeHead(200, {
    "Content-Type": CONTENT_TYPES[format],
    "Content-Disposition": `attachment; filename="argus-${stamp}Z.${format}"`,
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
    Vary: "Accept-Encoding",
    ...(encoding === undefined ? {} : { "Content-Encoding": encoding }),
  });
  res.flushHeaders();
  const compressor = encoding === undefined ? undefined : compressorOf(encoding);
  const writable = compressor ?? res;
  compressor?.pipe(res);
  // Its end is the answer's: a caller that leaves takes both.
  res.once("close", () => compressor?.destroy());

  let held = new Uint8Array();
  return {
    writable,
    write(bytes) {
      if (format === "ndjson") return writable.write(bytes, () => free(bytes));
      if (bytes.length === 0) return true;
      const before = held;
      if (before.length > 0) writable.write(before, () => free(before));
      const from = Math.max(0, bytes.length - HELD_BYTES);
      held = bytes.subarray(from);
      if (from > 0) writable.write(bytes.subarray(0, from));
      return !writable.writableNeedDrain;
    },
    beat() {
      if (writable.writableNeedDrain) return;
      if (format === "ndjson") writable.write(SPACE);
      else if (held.length > 0) {
        writable.write(held.subarray(0, 1));
        held = held.subarray(1);
      }
      // What is compressed and not yet full of it waits otherwise.
      compressor?.flush();
    },
    end(bytes) {
      if (held.length > 0) writable.write(held);
      writable.end(bytes);
    },
  };
}

/** What was written is in a buffer of its own, which the collector would find late. */
function free({ buffer }: Uint8Array<ArrayBuffer>): void {
  buffer.transfer(0);
}

function compressorOf(encoding: "gzip" | "zstd"): ReturnType<typeof createGzip> {
  return encoding === "gzip"
    ? createGzip({ level: 1 })
    : (createZstdCompress({
        params: { [constants.ZSTD_c_compressionLevel]: 1 },
      }) as unknown as ReturnType<typeof createGzip>);
}
