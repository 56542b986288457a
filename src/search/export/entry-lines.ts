/**
 * Writes whole entries as lines of NDJSON.
 * Invariant: a line is the API's JSON of an entry and a line feed. It is written from columns as bytes: nothing is made
 * for a row but texts of its numbers.
 */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import { LEVELS, levelOf, severityOf } from "../../domain/level.ts";
import { msOf, nanosOf } from "../../domain/time-range.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { attributesWriter, entryAttributesWriter } from "./attributes-json.ts";
import { columnWriter, type RowWriter } from "./column-json.ts";
import { idWriter } from "./id-writer.ts";
import { valueJson } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";
import { NO_PIECE, type Piece, pieceOf } from "./line-piece.ts";
import { nanosWriter, secondWriter, timeText } from "./time-text.ts";

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
  const received = batches.map((_, i) => observedPiece(block.receivedMs(i)));
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
    writeEnd(truncated?.value(row), out);
  };
}

/** Writes the lines of entries that pipes have made of rows. */
export function entryWriter(out: LineBytes): (entry: Entry) => void {
  const writeSecond = secondWriter(out);
  const writeNanos = nanosWriter(out);
  const writeAttributes = entryAttributesWriter(out);
  const names = BUILTINS.map((name) => pieceOf(`,"${name}":`));
  let observed = NO_PIECE;
  let observedNanos: bigint | undefined;
  return (entry) => {
    const { id, timeNanos } = entry;
    const ms = msOf(timeNanos);
    const rem = Number(timeNanos - nanosOf(ms, 0));
    if (entry.observedNanos !== observedNanos) {
      ({ observedNanos } = entry);
      observed = observedPiece(msOf(observedNanos));
    }
    out.piece(TIME);
    writeSecond(ms, rem);
    out.piece(SEVERITIES[entry.severity] ?? NO_PIECE);
    const texts = [entry.message, entry.service, entry.host, entry.traceId, entry.spanId];
    for (let i = 0; i < names.length; i++) {
      out.piece(names[i] ?? NO_PIECE);
      out.text(texts[i] ?? "");
    }
    out.piece(ATTRIBUTES);
    writeAttributes(entry.attributes);
    out.piece(observed);
    writeNanos(ms, rem);
    out.ascii(`.${id.batch}.`);
    out.digits(id.index);
    writeEnd(entry.truncated, out);
  };
}

function observedPiece(ms: number): Piece {
  return pieceOf(`,"observed_time":"${timeText(ms, 0)}","id":"`);
}

function writeEnd(cut: AttributeValue | undefined, out: LineBytes): void {
  if (cut === undefined || (Array.isArray(cut) && cut.length === 0)) out.piece(NO_TRUNCATED);
  else out.raw(utf8Bytes(`","truncated":${valueJson(cut)}}\n`));
}
