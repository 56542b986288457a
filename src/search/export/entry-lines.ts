/**
 * Writes whole entries as lines of NDJSON.
 * Invariant: a line is the API's JSON of an entry and a line feed. It is written from columns as bytes: nothing is made
 * for a row but texts of its numbers.
 */
import { type Entry, entryIdText } from "../../domain/entry.ts";
import { LEVELS, levelOf, severityOf } from "../../domain/level.ts";
import { msOf, nanosOf } from "../../domain/time-range.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { attributesJson, attributesWriter } from "./attributes-json.ts";
import { columnWriter, type RowWriter } from "./column-json.ts";
import { idWriter } from "./id-writer.ts";
import { valueJson } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";
import { NO_PIECE, pieceOf } from "./line-piece.ts";
import { secondWriter, timeText } from "./time-text.ts";

const TIME = pieceOf('{"time":"');
/** What stands behind the time, by severity. Those between the names are numbers in canonical JSON. */
const SEVERITIES = Array.from({ length: 25 }, (_, severity) => {
  const level = levelOf(severity);
  const isNamed = severity > 0 && LEVELS.includes(level) && severityOf(level) === severity;
  return pieceOf(`Z","level":${isNamed ? `"LEVEL_${level.toUpperCase()}"` : severity}`);
});
const ATTRIBUTES = pieceOf(',"attributes":');
const NO_TRUNCATED = pieceOf('","truncated":[]}\n');
const BUILTINS = ["message", "service", "host", "trace_id", "span_id"] as const;

/** Throws `corrupt` when a column cannot be read. */
export function rowWriter(block: BlockReader, out: LineBytes): RowWriter {
  const { timeMs, timeRemNanos, severities, batches, batchOf } = block;
  const writeSecond = secondWriter(out);
  const builtins = BUILTINS.map((name) =>
    columnWriter(`,"${name}":`, block.builtin(name), out, '""'),
  );
  const writeAttributes = attributesWriter(block, out);
  const truncated = block.truncatedNames();
  const received = batches.map((_, i) =>
    pieceOf(`,"observed_time":"${timeText(block.receivedMs(i), 0)}","id":"`),
  );
  const writeId = idWriter(block, out);

  return (row) => {
    const ms = timeMs[row] as number;
    const rem = timeRemNanos[row] as number;
    const batch = batchOf[row] as number;
    out.piece(TIME);
    writeSecond(ms, rem);
    out.piece(SEVERITIES[severities[row] as number] ?? NO_PIECE);
    for (const write of builtins) write(row);
    out.piece(ATTRIBUTES);
    writeAttributes(row);
    out.piece(received[batch] ?? NO_PIECE);
    writeId(row);
    const cut = truncated?.value(row);
    if (cut === undefined) out.piece(NO_TRUNCATED);
    else out.raw(utf8Bytes(`","truncated":${valueJson(cut)}}\n`));
  };
}

/** The line of an entry that pipes have made of a row. */
export function writeEntry(entry: Entry, out: LineBytes): void {
  const { severity, attributes } = entry;
  const ms = msOf(entry.timeNanos);
  const texts = [entry.message, entry.service, entry.host, entry.traceId, entry.spanId];
  out.piece(TIME);
  out.ascii(timeText(ms, Number(entry.timeNanos - nanosOf(ms, 0))).slice(0, -1));
  out.piece(SEVERITIES[severity] ?? NO_PIECE);
  const builtins = BUILTINS.map((name, i) => `,"${name}":${JSON.stringify(texts[i])}`).join("");
  const observed = timeText(msOf(entry.observedNanos), 0);
  out.raw(
    utf8Bytes(
      `${builtins},"attributes":${attributesJson(attributes)},"observed_time":"${observed}",` +
        `"id":"${entryIdText(entry.id)}","truncated":${JSON.stringify(entry.truncated)}}\n`,
    ),
  );
}
