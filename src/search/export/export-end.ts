/** The last line of an export, in each format. Invariant: no row is like it. */
import { csvQuoted } from "./csv-text.ts";
import type { ExportFormat } from "./export-request.ts";

/** No row of NDJSON has a member `complete`, and no field of CSV begins with `#`. */
export interface ExportEnd {
  readonly complete: boolean;
  /** Rows before it. */
  readonly entries: number;
  /** A sentence; empty when complete. */
  readonly partial_reason: string;
  /** The parts of it that tell what is missing among the rows: to go on behind them does not give that. */
  readonly skipped: readonly string[];
  /** As the parameter `cursor` it goes on behind the last row; empty when that would give no more. */
  readonly next_cursor: string;
  /** Columns that hold estimates. */
  readonly approximate: readonly string[];
}

/** @param width values in a row of CSV. */
export function endLine(end: ExportEnd, format: ExportFormat, width: number): string {
  const json = JSON.stringify(end);
  if (format === "ndjson") return `${json}\n`;
  // A record as long as all others, as readers of CSV want them.
  return `${csvQuoted(`# ${json}`)}${",".repeat(Math.max(0, width - 1))}\r\n`;
}
