/**
 * Counts of rows by minute and severity, and by service.
 * Invariant: exact; the counts of `cells` add up to `rows`, and so do those of `services` with `otherRows`.
 * While `otherRows` is 0 every service is listed; above it a listed count is exact in one block's summary and
 * a lower bound in a sum.
 */
import { corrupt } from "../../domain/fault.ts";
import { ByteReader, ByteWriter } from "../block/wire.ts";

/** Services listed by name. */
export const MAX_SUMMARY_SERVICES = 256;
const VERSION = 1;

export interface Summary {
  readonly rows: number;
  /** By minute since 1970: rows by severity, index 1..24 of 25. */
  readonly cells: ReadonlyMap<number, Float64Array>;
  readonly services: ReadonlyMap<string, number>;
  readonly otherRows: number;
}

export const EMPTY_SUMMARY: Summary = {
  rows: 0,
  cells: new Map(),
  services: new Map(),
  otherRows: 0,
};

/** Keeps the most frequent services, of equals the ones first in code unit order. */
export function withTopServices(services: ReadonlyMap<string, number>): {
  services: ReadonlyMap<string, number>;
  otherRows: number;
} {
  if (services.size <= MAX_SUMMARY_SERVICES) return { services, otherRows: 0 };
  const all = [...services].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  let otherRows = 0;
  for (const [, count] of all.slice(MAX_SUMMARY_SERVICES)) otherRows += count;
  return { services: new Map(all.slice(0, MAX_SUMMARY_SERVICES)), otherRows };
}

export function addSummaries(summaries: Iterable<Summary>): Summary {
  let rows = 0;
  let others = 0;
  const cells = new Map<number, Float64Array>();
  const services = new Map<string, number>();
  for (const one of summaries) {
    rows += one.rows;
    others += one.otherRows;
    for (const [minute, counts] of one.cells) {
      const sum = cells.get(minute);
      if (sum === undefined) cells.set(minute, counts.slice());
      else for (let i = 0; i < 25; i++) sum[i] = (sum[i] as number) + (counts[i] as number);
    }
    for (const [service, count] of one.services)
      services.set(service, (services.get(service) ?? 0) + count);
  }
  const top = withTopServices(services);
  return { rows, cells, services: top.services, otherRows: others + top.otherRows };
}

export function encodeSummary(summary: Summary): Uint8Array {
  const out = new ByteWriter(256);
  out.u8(VERSION);
  out.varint(summary.rows);
  const minutes = [...summary.cells].toSorted((a, b) => a[0] - b[0]);
  out.varint(minutes.length);
  for (const [minute, counts] of minutes) {
    out.f64(minute);
    let mask = 0;
    for (let i = 1; i < 25; i++) if (counts[i] !== 0) mask |= 1 << i;
    out.u32(mask);
    for (let i = 1; i < 25; i++) if (counts[i] !== 0) out.varint(counts[i] as number);
  }
  out.varint(summary.services.size);
  for (const [service, count] of summary.services) {
    out.text(service);
    out.varint(count);
  }
  out.varint(summary.otherRows);
  return out.copy();
}

/** @param bytes empty reads as no rows at all. Throws `corrupt`. */
export function decodeSummary(bytes: Uint8Array): Summary {
  if (bytes.length === 0) return EMPTY_SUMMARY;
  const reader = new ByteReader(bytes, "summary");
  const version = reader.u8();
  if (version !== VERSION)
    throw corrupt("summary", `it has version ${version}, this program reads ${VERSION}`);
  const rows = reader.varint();
  const cells = new Map<number, Float64Array>();
  for (let left = reader.count(12); left > 0; left--) {
    const minute = reader.f64();
    const mask = reader.u32();
    const counts = new Float64Array(25);
    for (let i = 1; i < 25; i++) if ((mask & (1 << i)) !== 0) counts[i] = reader.varint();
    cells.set(minute, counts);
  }
  const services = new Map<string, number>();
  for (let left = reader.count(2); left > 0; left--) {
    const service = reader.text();
    services.set(service, reader.varint());
  }
  const otherRows = reader.varint();
  reader.done();
  return { rows, cells, services, otherRows };
}
