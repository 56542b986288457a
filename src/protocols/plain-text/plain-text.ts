/**
 * Decodes `POST /ingest/ndjson` with `Content-Type: text/plain`: each line is an entry.
 * Invariants: the message is the whole line, its stamp included, so that nothing is lost to a wrong guess; blank lines
 * are none; bytes that are not UTF-8 become U+FFFD, and the message is named in `truncated`. No level is guessed: a
 * word such as `error` in a line says too often something else.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { invalid } from "../../domain/fault.ts";
import { LIMITS } from "../../domain/limits.ts";
import type { DecodingSink } from "../../ingest/decode/json-values.ts";
import { isDerived } from "../../ingest/derived-batch-id.ts";
import type { RawBatch } from "../../ingest/raw-batch.ts";
import { LineStamp } from "./line-stamp.ts";

/** What this decoder must know of the batch. */
export type PlainTextOptions = Pick<RawBatch, "batch" | "timeFromLine" | "defaultTimeMs">;

const LF = 0x0a;
const CR = 0x0d;
/** No stamp is longer. */
const STAMP_BYTES = 64;

/** Throws `invalid` for too many lines. */
export function decodePlainText(
  body: Uint8Array,
  sink: DecodingSink,
  options: PlainTextOptions,
): void {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const valid = isUtf8(bytes);
  const stamp = options.timeFromLine ? new LineStamp() : undefined;
  const derived = isDerived(options.batch);
  let entries = 0;
  for (let at = byteOrderMark(bytes), index = 0; at < bytes.length; index++) {
    const lf = bytes[at] === LF ? at : bytes.indexOf(LF, at);
    const next = lf < 0 ? bytes.length : lf;
    const end = next > at && bytes[next - 1] === CR ? next - 1 : next;
    if (!isBlank(bytes, at, end)) {
      if (++entries > LIMITS.entriesPerBatch)
        throw invalid("entries", `more than ${LIMITS.entriesPerBatch}`);
      sink.begin(index);
      if (valid || isUtf8(bytes.subarray(at, end))) sink.message(bytes, at, end);
      else putReplaced(sink, bytes.subarray(at, end));
      const head = Math.min(end, at + STAMP_BYTES);
      if (stamp?.read(bytes.toString("latin1", at, head), options.defaultTimeMs) === true)
        sink.time(stamp.ms, stamp.remNanos);
      else if (derived)
        sink.time(options.defaultTimeMs + Math.floor(index / 1_000_000), index % 1_000_000);
      sink.end();
    }
    at = next + 1;
  }
}

function putReplaced(sink: DecodingSink, line: Buffer): void {
  const replaced = Buffer.from(line.toString("utf8"));
  sink.message(replaced, 0, replaced.length);
  sink.truncated("message");
}

function byteOrderMark(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false;
  }
  return true;
}
