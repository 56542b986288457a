/**
 * What ingest counts of itself. Invariant: no application or client appears in a label.
 */
import type { Counter, Gauge, Histogram, Meter } from "../domain/meter.ts";

export interface IngestFigures {
  readonly batches: Counter;
  readonly entries: Counter;
  readonly bytes: Counter;
  readonly rejected: Counter;
  readonly duplicates: Counter;
  readonly refused: Counter;
  readonly waitingBytes: Gauge;
  readonly encodeSeconds: Histogram;
  readonly commitSeconds: Histogram;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

export function ingestFigures(meter: Meter): IngestFigures {
  return {
    batches: meter.counter("argus_ingest_batches_total", "Batches acknowledged as stored."),
    entries: meter.counter("argus_ingest_entries_total", "Entries acknowledged as stored."),
    bytes: meter.counter("argus_ingest_bytes_total", "Bytes of inflated bodies taken in."),
    rejected: meter.counter(
      "argus_ingest_rejected_entries_total",
      "Entries refused with a reason.",
    ),
    duplicates: meter.counter(
      "argus_ingest_duplicate_batches_total",
      "Batches that were stored before.",
    ),
    refused: meter.counter(
      "argus_ingest_refused_batches_total",
      "Batches not stored, by reason: overloaded, failed, undecodable, broken (a bug).",
    ),
    waitingBytes: meter.gauge(
      "argus_ingest_waiting_bytes",
      "Bytes of bodies that are queued, encoded or committed now.",
    ),
    encodeSeconds: meter.histogram(
      "argus_ingest_encode_seconds",
      "Time to decode and encode one commit.",
      SECONDS,
    ),
    commitSeconds: meter.histogram(
      "argus_ingest_commit_seconds",
      "Time of one commit in the store.",
      SECONDS,
    ),
  };
}
