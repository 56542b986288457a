/**
 * One request's entries on their way into blocks, before anything of them is decoded.
 * Invariant: where its rows go is a pure function of (batch id, body, admission): a retry gives the same rows.
 */
import type { AppId, BatchId } from "../domain/ids.ts";
import type { Bug } from "../domain/thrown.ts";
import type { Bucket } from "../domain/time-range.ts";

/** Names the decoder of the body. */
export type BodyKind = "send-logs-protobuf" | "send-logs-json" | "ndjson" | "plain-text";

export interface RawBatch {
  readonly app: AppId;
  readonly batch: BatchId;
  readonly kind: BodyKind;
  /** Inflated. Given away: it is transferred to the thread that decodes it. */
  readonly body: Uint8Array;
  /** What entries without a time get, plus their index in ns: the time in the batch id. */
  readonly defaultTimeMs: number;
  /** When the request arrived, ms since 1970: `observed_time` of its entries. */
  readonly receivedMs: number;
  /** Whole buckets outside these are refused, with the reason. */
  readonly admitFrom: Bucket;
  readonly admitTo: Bucket;
  /** For entries that name none (query parameters of a dialect). */
  readonly service: string;
  readonly host: string;
  /** Plain text: whether a leading time stamp of the line is read. */
  readonly timeFromLine: boolean;
}

export interface Rejection {
  readonly index: number;
  readonly reason: string;
}

/** What decoding one batch came to. */
export interface DecodedBatch {
  readonly accepted: number;
  readonly rejected: readonly Rejection[];
  /** Whole hours were refused that a later admission may take. */
  readonly unfinished?: true;
  /** Set when the body as a whole cannot be decoded: nothing of it was taken. */
  readonly failure?: { readonly field: string; readonly reason: string };
  /** Set when it met a bug of ours: nothing of it was taken. */
  readonly bug?: Bug;
}
