/**
 * The summary of rows about to become a block. Invariant: exact, as `summary.ts` has it.
 */
import type { BlockRows } from "../column/block-rows.ts";
import { utf8Text } from "../column/bytes.ts";
import { MODE_DICTIONARY } from "../column/column-builder.ts";
import { encodeSummary, withTopServices } from "../summary/summary.ts";

export function summarizeRows(source: BlockRows): Uint8Array {
  const { rows, timeMs, severities, service } = source;
  const cells = countCells(rows, timeMs, severities);
  const services = new Map<string, number>();
  if (service.mode === MODE_DICTIONARY) {
    const { dictionary, codes } = service;
    const byCode = new Float64Array(dictionary.size);
    for (let i = 0; i < service.count; i++) {
      const code = codes[i] as number;
      byCode[code] = (byCode[code] as number) + 1;
    }
    for (let code = 0; code < dictionary.size; code++)
      services.set(
        utf8Text(dictionary.bytes, dictionary.start(code), dictionary.ends[code]),
        byCode[code] as number,
      );
  } else
    for (let i = 0; i < service.count; i++) {
      const name = utf8Text(service.bytes, service.start(i), service.ends[i]);
      services.set(name, (services.get(name) ?? 0) + 1);
    }
  return encodeSummary({ rows, cells, ...withTopServices(services) });
}

/** @returns rows by minute since 1970 and severity, as a summary has them. */
export function countCells(
  rows: number,
  timeMs: Float64Array,
  severities: Uint8Array,
): Map<number, Float64Array> {
  const cells = new Map<number, Float64Array<ArrayBuffer>>();
  let minute = NaN;
  let counts = new Float64Array(25);
  for (let row = 0; row < rows; row++) {
    const at = Math.floor((timeMs[row] as number) / 60_000);
    if (at !== minute) {
      minute = at;
      const known = cells.get(at);
      if (known === undefined) cells.set(at, (counts = new Float64Array(25)));
      else counts = known;
    }
    const severity = severities[row] as number;
    counts[severity] = (counts[severity] as number) + 1;
  }
  return cells;
}
